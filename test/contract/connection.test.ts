import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import type WebSocket from 'ws'
import { ProblemError } from '../../src/engine/problem.ts'
import { type Connections, tunnels } from '../../src/platform/connection/connections.ts'
import { connectionsOf } from '../../src/platform/open.ts'
import { postgresAdapter } from '../../src/platform/postgres/adapter.ts'
import { session } from '../../src/platform/postgres/session.ts'
import { platformUnderTest, within } from '../support/platform.ts'

const { kubernetes, services, mark, close } = platformUnderTest()
const { settings } = services
const connections = connectionsOf(kubernetes, false)
const valkey = settings.valkey.target
const password = settings.valkey.password!.reveal()
const resp = (...words: (string | Buffer)[]) =>
  Buffer.concat([
    Buffer.from(`*${words.length}\r\n`),
    ...words.flatMap(word => [
      Buffer.from(`$${Buffer.byteLength(word)}\r\n`),
      Buffer.from(word),
      Buffer.from('\r\n'),
    ]),
  ])
const postgres = (over: Connections, signal: AbortSignal) => ({
  connections: over,
  target: settings.postgres.target,
  login: settings.postgres.admin,
  database: 'postgres',
  signal,
})
const failure = async (stream: Duplex) => {
  const [error] = await once(stream, 'error').catch((thrown: unknown) => [thrown])
  expect(error).toBeInstanceOf(ProblemError)
  return (error as ProblemError).problem
}
/** Reads until so many bytes came. */
const take = async (stream: Duplex, bytes: number) => {
  const chunks: Buffer[] = []
  let length = 0
  while (length < bytes) {
    const chunk = stream.read() as Buffer | null
    if (chunk) {
      chunks.push(chunk)
      length += chunk.length
    } else await once(stream, 'readable', { signal: within(30) })
  }
  return Buffer.concat(chunks)
}

afterAll(async () => {
  connections.close()
  await close()
})

describe('a connection through the API server', () => {
  it('carries large values both ways', async () => {
    const large = 'x'.repeat(20_000_000)
    const [row] = await session(postgres(connections, within(50)), ({ rows }) =>
      rows<{ length: number; back: string }>('select length($1::text) as length, $1::text as back', [large]),
    )
    expect(row?.length).toBe(large.length)
    expect(row?.back === large).toBe(true)
  })

  it('holds back a sender that nobody reads from, and a writer that nobody takes from', async () => {
    const stream = connections.connect(valkey, within(50))
    const size = 24 * 1024 * 1024
    const value = Buffer.alloc(size, 'v')
    const key = `${mark}-large`
    stream.write(resp('AUTH', password))
    expect((await take(stream, 5)).toString()).toBe('+OK\r\n')
    // More than every buffer on the way: write says so, and nothing is lost.
    expect(stream.write(resp('SET', key, value, 'EX', '120'))).toBe(false)
    expect((await take(stream, 5)).toString()).toBe('+OK\r\n')
    stream.write(resp('GET', key))
    await once(stream, 'readable', { signal: within(20) })
    const counter = stream as Duplex & { readonly bytesRead: number }
    let before = -1
    while (before !== counter.bytesRead) {
      before = counter.bytesRead
      await new Promise(resolve => setTimeout(resolve, 300))
    }
    expect(before).toBeLessThan(size / 2)
    const header = `$${size}\r\n`
    const answer = await take(stream, header.length + size + 2)
    expect(answer.subarray(0, header.length).toString()).toBe(header)
    expect(answer.subarray(header.length, header.length + size).equals(value)).toBe(true)
    stream.write(resp('DEL', key))
    expect((await take(stream, 4)).toString()).toBe(':1\r\n')
    stream.destroy()
  })

  it('delivers the answer to what was sent before our end', async () => {
    const stream = connections.connect(valkey, within(20))
    stream.end(Buffer.concat([resp('AUTH', password), resp('ECHO', 'half-closed')]))
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).toString()).toContain('half-closed')
  })

  it('ends when the server hangs up', async () => {
    const stream = connections.connect(valkey, within(20))
    stream.write(resp('QUIT'))
    stream.resume()
    await once(stream, 'close', { signal: within(20) })
    expect(stream.errored).toBeNull()
  })

  it('turns a refused port into a Problem with the words of the node', async () => {
    const [pod] = await services.kubernetes.list(
      { apiVersion: 'v1', kind: 'Pod', namespace: 'valkey', labelSelector: 'app=valkey' },
      within(10),
    )
    const stream = connections.connectPod(
      { namespace: 'valkey', pod: pod!.metadata.name, port: 5999 },
      within(20),
    )
    const problem = await failure(stream)
    expect(problem).toMatchObject({ code: 'connection/refused', kind: 'unreachable' })
    expect(JSON.stringify(problem.detail)).toContain('5999')
  })

  it('names a Service, a port or a pod that is not there', async () => {
    const ask = async (target: { namespace: string; service: string; port: number }) =>
      (await failure(connections.connect(target, within(20)))).code
    expect(await ask({ ...valkey, service: 'no-such' })).toBe('connection/no-service')
    expect(await ask({ ...valkey, port: 1 })).toBe('connection/no-port')
    const gone = connections.connectPod({ namespace: 'valkey', pod: 'no-such-pod', port: 6379 }, within(20))
    expect((await failure(gone)).code).toBe('kubernetes/missing')
  })

  it('is cut at once by an abort in the middle of a query', async () => {
    const controller = new AbortController()
    const slow = session(postgres(connections, controller.signal), ({ run }) => run('select pg_sleep(20)'))
    setTimeout(() => controller.abort(), 500)
    const begun = performance.now()
    await expect(slow).rejects.toMatchObject({ name: 'AbortError' })
    expect(performance.now() - begun).toBeLessThan(3_000)
  })

  it('turns a WebSocket that breaks in the middle of a query into a Problem', async () => {
    let socket: WebSocket | undefined
    const watched = tunnels(kubernetes.port, async (pod, signal) => {
      socket = await kubernetes.forward(pod, signal)
      return socket
    })
    const slow = session(postgres(watched, within(20)), ({ run }) => {
      setTimeout(() => socket?.terminate(), 300)
      return run('select pg_sleep(20)')
    })
    await expect(slow).rejects.toMatchObject({
      problem: { code: 'postgres/unreachable', kind: 'unreachable' },
    })
  })

  it('makes forty connections and leaves none', async () => {
    const port = postgresAdapter({ connections, random: services.random, ...settings.postgres })
    await Promise.all(Array.from({ length: 40 }, () => port.server(within(50))))
    const [left] = await session(postgres(connections, within(20)), ({ rows }) =>
      rows<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity
          where application_name = 'thinkube-langfuse' and pid <> pg_backend_pid() and state = 'active' and query not like '%pg_sleep%'`,
      ),
    )
    expect(left?.count).toBe(0)
  })

  it('listens nowhere on this machine', async () => {
    const stream = connections.connect(valkey, within(20))
    stream.write(resp('AUTH', password))
    await take(stream, 5)
    const own = new Set(
      readdirSync('/proc/self/fd').flatMap(fd => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? []
        } catch {
          // The descriptor of this very directory listing is closed again.
          return []
        }
      }),
    )
    const listening = ['tcp', 'tcp6'].flatMap(file =>
      readFileSync(`/proc/self/net/${file}`, 'utf8')
        .split('\n')
        .map(line => line.trim().split(/\s+/))
        // 0A is LISTEN.
        .filter(fields => fields[3] === '0A' && own.has(fields[9] ?? '')),
    )
    stream.destroy()
    expect(listening).toEqual([])
  })
})
