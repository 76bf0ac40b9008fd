import { createHash } from 'node:crypto'
import type { Login } from '../../config/settings.ts'
import { type Problem, ProblemError, raise } from '../../engine/problem.ts'
import type { PublicAnswer, PublicPort } from '../public/port.ts'
import { parseChallenge } from './challenge.ts'
import { MANIFEST_TYPES, parseManifest, platformOf } from './manifest.ts'
import type { RegistryPort } from './port.ts'

export interface RegistryOptions {
  /** `registry.<domain>` */
  readonly host: string
  readonly public: PublicPort
  /** For a registry that does not let everybody pull. */
  readonly login?: Login
}

interface Ask {
  readonly path: string
  readonly repository: string
  readonly accept?: string
  readonly signal: AbortSignal
}

/** Registry HTTP API v2 as a node uses it: without a login first, then as the challenge says. */
export function registryAdapter({ host, public: web, login }: RegistryOptions): RegistryPort {
  const tokens = new Map<string, string>()

  const get = async ({ path, repository, accept, signal }: Ask): Promise<PublicAnswer> => {
    const ask = (authorization: string | undefined) =>
      web.fetch(`https://${host}${path}`, {
        headers: {
          ...(accept && { Accept: accept }),
          ...(authorization && { Authorization: authorization }),
        },
        signal,
      })
    const answer = await ask(tokens.get(repository))
    if (answer.status !== 401) return check(answer, repository)
    const authorization = await authorize(answer.headers.get('www-authenticate'), repository, signal)
    if (authorization === undefined) return raise(refused(repository))
    tokens.set(repository, authorization)
    return check(await ask(authorization), repository)
  }

  const authorize = async (header: string | null, repository: string, signal: AbortSignal) => {
    const challenge = parseChallenge(header)
    const basic =
      login && `Basic ${Buffer.from(`${login.user}:${login.password.reveal()}`).toString('base64')}`
    if (challenge?.type !== 'bearer') return basic
    const url = new URL(challenge.realm)
    if (challenge.service) url.searchParams.set('service', challenge.service)
    url.searchParams.set('scope', challenge.scope ?? `repository:${repository}:pull`)
    const answer = await web.fetch(url.href, { headers: basic ? { Authorization: basic } : {}, signal })
    if (answer.status !== 200) return undefined
    const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string }
    const value = token ?? access_token
    return value && `Bearer ${value}`
  }

  const check = (answer: PublicAnswer, repository: string): PublicAnswer => {
    if (answer.status === 401 || answer.status === 403) return raise(refused(repository))
    if (answer.status >= 500 || answer.status === 429) return raise(busy(answer.status))
    return answer
  }

  const follow = async (answer: PublicAnswer, signal: AbortSignal): Promise<PublicAnswer> => {
    const location = answer.headers.get('location')
    // Blobs may live in an object store; its address carries its own signature.
    if (answer.status < 300 || answer.status > 399 || !location) return answer
    return web.fetch(new URL(location, `https://${host}`).href, { signal })
  }

  return {
    async manifest(repository, tag, signal) {
      const path = `/v2/${repository}/manifests/${encodeURIComponent(tag)}`
      const answer = await get({ path, repository, accept: MANIFEST_TYPES.join(', '), signal })
      if (answer.status === 404) return undefined
      if (answer.status !== 200) return raise(strange(answer.status, repository))
      const body = await answer.text()
      const digest =
        answer.headers.get('docker-content-digest') ??
        `sha256:${createHash('sha256').update(body).digest('hex')}`
      const parsed = parseManifest(json(body))
      if (!parsed) return raise(strange(answer.status, repository))
      if (parsed.type === 'index') return { digest, platforms: parsed.platforms }
      const blob = await get({ path: `/v2/${repository}/blobs/${parsed.config}`, repository, signal })
      const config = json(await (await follow(blob, signal)).text())
      const platform = platformOf(config as Parameters<typeof platformOf>[0])
      return { digest, platforms: platform ? [platform] : [] }
    },
    async tags(repository, signal) {
      const found: string[] = []
      let path: string | undefined = `/v2/${repository}/tags/list?n=1000`
      while (path) {
        const answer: PublicAnswer = await get({ path, repository, signal })
        if (answer.status === 404) return []
        if (answer.status !== 200) return raise(strange(answer.status, repository))
        const { tags } = (await answer.json()) as { tags?: string[] | null }
        found.push(...(tags ?? []))
        const next = /<([^>]+)>;\s*rel="?next"?/.exec(answer.headers.get('link') ?? '')?.[1]
        path = next && new URL(next, `https://${host}`).href.slice(`https://${host}`.length)
      }
      return found
    },
  }

  function refused(repository: string): Problem {
    return {
      code: 'registry/login-refused',
      kind: 'forbidden',
      summary: ['The registry does not let us pull ', { value: `${host}/${repository}` }],
      nextSteps: [
        ['Make the project of the image public in Harbor: ', { link: `https://${host}` }],
        [
          'Or renew the robot account in ',
          { command: 'kubectl get secret harbor-robot-credentials -n kube-system' },
        ],
      ],
    }
  }

  function busy(status: number): Problem {
    return {
      code: 'registry/unreachable',
      kind: 'unreachable',
      summary: ['The registry ', { link: `https://${host}` }, ' cannot answer at the moment'],
      detail: [`It answered ${status}`],
      nextSteps: [
        ['Look at its pods: ', { command: 'kubectl get pods -n registry' }],
        'Run the same command again when they are ready',
      ],
    }
  }

  function strange(status: number, repository: string): Problem {
    return {
      code: 'registry/not-a-registry',
      kind: 'invalid',
      summary: [{ link: `https://${host}` }, ' does not answer like a container registry'],
      detail: [`It answered ${status} about ${repository}`],
      nextSteps: [['Name the registry: ', { command: 'THINKUBE_LANGFUSE_REGISTRY_HOST=HOST' }]],
    }
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ProblemError({
      code: 'registry/not-a-registry',
      kind: 'invalid',
      summary: 'The registry answers with something that is no JSON',
      nextSteps: [['Name the registry: ', { command: 'THINKUBE_LANGFUSE_REGISTRY_HOST=HOST' }]],
    })
  }
}
