import { Secret } from '../../src/config/secret.ts'
import { raise } from '../../src/engine/problem.ts'
import { type Ctx, task } from '../define.ts'

/** Key families of Langfuse, as glob patterns. */
export const LANGFUSE_KEYS: readonly string[] = [
  'bull:*',
  'api-key:*',
  'prompt*',
  'langfuse:*',
  'model-match:*',
]

/**
 * A database index of our own on a shared Valkey, because REDIS_KEY_PREFIX crashes 3.113.0. The choice is recorded
 * with the keys: a live installation must not move, its queued jobs would stay behind.
 */
export const valkeyIndex = task({
  id: 'cache/valkey-index',
  title: 'Valkey database index chosen',
  system: 'Valkey',
  subject: () => 'database index',
  needs: {},
  async observe(ctx) {
    const kept = (await ctx.services.escrow.read(ctx.signal)).get('VALKEY_INDEX')
    if (kept) return { is: 'present', output: { index: Number(kept.reveal()) } }
    return { is: 'absent', expected: { index: await freeIndex(ctx) } }
  },
  async apply(ctx) {
    await ctx.services.escrow.add(
      new Map([['VALKEY_INDEX', new Secret(String(await freeIndex(ctx)))]]),
      ctx.signal,
    )
  },
  async undo(ctx) {
    const kept = (await ctx.services.escrow.read(ctx.signal)).get('VALKEY_INDEX')
    if (!kept) return { is: 'nothing' }
    const removed = await ctx.services.valkey.unlink(Number(kept.reveal()), LANGFUSE_KEYS, ctx.signal)
    return removed === 0
      ? { is: 'nothing' }
      : { is: 'removed', what: `${removed} keys in database ${kept.reveal()}` }
  },
})

/** The first index after 0 (everybody's default) that holds no key. */
async function freeIndex({ services, signal }: Ctx): Promise<number> {
  const [server, used] = await Promise.all([services.valkey.server(signal), services.valkey.keyspace(signal)])
  for (let index = 1; index < server.databases; index++) {
    if (!used.has(index)) return index
  }
  return raise({
    code: 'valkey/no-free-index',
    kind: 'conflict',
    summary: `All ${server.databases} databases of Valkey hold keys`,
    detail: [[...used].map(([index, keys]) => `database ${index}: ${keys} keys`).join(', ')],
    nextSteps: [
      'Raise `databases` in the Valkey configuration',
      'Or empty a database that nobody uses any more',
    ],
  })
}
