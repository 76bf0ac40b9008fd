import type { PublicAnswer, PublicPort } from '../public/port.ts'
import { backendOf } from './hosts.ts'
import type { Reply } from './http/reply.ts'
import { serve } from './http/serve.ts'
import type { Runtime } from './runtime.ts'

/** The platform's public hosts: gateway or ingress → Service → the program behind it. */
export function memoryPublic(runtime: Runtime): PublicPort {
  const { world } = runtime
  return {
    async fetch(url, { method = 'GET', headers = {}, body, signal }) {
      const target = new URL(url)
      const path = `${target.pathname}${target.search}`
      const backend = backendOf(world, { host: target.hostname, path: target.pathname })
      const reply: Reply =
        backend.is === 'unrouted'
          ? { status: 404, body: '' }
          : backend.is === 'empty'
            ? { status: 503, body: 'no healthy upstream' }
            : await serve(runtime, backend, { path, method, headers, body, host: target.host, signal })
      if (method !== 'GET') runtime.touch()
      return answerOf(reply, { world, host: target.hostname, https: target.protocol === 'https:' })
    },
  }
}

function answerOf(
  { status, body, headers = {} }: Reply,
  { world, host, https }: { world: Runtime['world']; host: string; https: boolean },
): PublicAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const { domain, dns, caPem } = world.facts
  return {
    status,
    headers: headersOf(headers),
    text: async () => text,
    json: async () => JSON.parse(text) as unknown,
    via: dns ? 'dns' : 'gateway',
    ...(https && {
      certificate: {
        subject: domain,
        issuer: caPem === undefined ? "Let's Encrypt" : 'Thinkube rehearsal CA',
        validTo: new Date(world.now + 60 * 86_400_000),
        names: host.endsWith(`.${domain}`) ? [domain, `*.${domain}`] : [host],
      },
    }),
  }
}

export function headersOf(headers: Readonly<Record<string, string | readonly string[]>>): Headers {
  const made = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    for (const one of typeof value === 'string' ? [value] : value) made.append(name, one)
  }
  return made
}
