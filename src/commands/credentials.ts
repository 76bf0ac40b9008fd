import type { Session } from '../session.ts'
import type { Ending } from './ending.ts'

const HIDDEN = '‹hidden: use --reveal›'

/** The keys for an application. Printed outside the event stream, which redacts every secret. */
export async function credentials(session: Session): Promise<Ending> {
  const { services, signal, flags } = session
  const kept = await services.escrow.read(signal)
  const publicKey = kept.get('PROJECT_PUBLIC_KEY')
  const secretKey = kept.get('PROJECT_SECRET_KEY')
  if (!publicKey || !secretKey) {
    return {
      status: 'refused',
      problem: {
        code: 'credentials/none',
        kind: 'missing',
        summary: 'There are no credentials: Langfuse was never installed here',
        nextSteps: [['Install it: ', { command: 'thinkube-langfuse install' }]],
      },
    }
  }
  const values = {
    LANGFUSE_HOST: `https://${services.settings.host}`,
    LANGFUSE_PUBLIC_KEY: publicKey.reveal(),
    LANGFUSE_SECRET_KEY: flags.reveal || flags.out ? secretKey.reveal() : HIDDEN,
  }
  const format = flags.format ?? (session.mode === 'json' ? 'json' : 'env')
  const text =
    format === 'json'
      ? `${JSON.stringify(values, null, 2)}\n`
      : `${Object.entries(values)
          .map(([key, value]) => `${key}=${quoted(value)}`)
          .join('\n')}\n`
  if (flags.out) {
    await session.writeSecretFile(flags.out, text)
    return { status: 'ok', reason: `Written to ${flags.out}, readable by you only` }
  }
  session.print(text)
  return { status: 'ok' }
}

/** For a shell: single quotes, unless nothing in it needs them. */
const quoted = (value: string): string =>
  /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
