import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { openKubernetes } from '../../../src/platform/kubernetes/open.ts'

interface Asked {
  readonly method: string
  readonly path: string
  readonly agent: string | undefined
  readonly authorization: string | undefined
}

let folder: string
let server: http.Server
let asked: Asked[]
let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void
const { signal } = new AbortController()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
  asked = []
  answer = (_, response) => response.end('{"gitVersion":"v1.34.4"}')
  const note = ({ method, url, headers }: http.IncomingMessage) =>
    asked.push({
      method: method ?? '',
      path: url ?? '',
      agent: headers['user-agent'],
      authorization: headers.authorization,
    })
  server = http.createServer((request, response) => {
    note(request)
    answer(request, response)
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    note(request)
    if (request.url?.includes('forbidden'))
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}')
    else sockets.handleUpgrade(request, socket, head, client => client.send('hello'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

async function kubeconfig(name: string, user: object, more: object = {}): Promise<string> {
  const { port } = server.address() as { port: number }
  const cluster = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true }
  const path = join(folder, name)
  const config = {
    clusters: [{ name: `${name}-cluster`, cluster }],
    users: [{ name: `${name}-user`, user }],
    contexts: [{ name, context: { cluster: `${name}-cluster`, user: `${name}-user` } }],
    'current-context': name,
    ...more,
  }
  await writeFile(path, JSON.stringify(config))
  return path
}

describe('requests', () => {
  it('all carry our name and the login, WebSockets too', async () => {
    const path = await kubeconfig('one', { token: 't' })
    const cluster = openKubernetes({ path, version: '1.2.3', env: {} })
    expect(await cluster.port.version(signal)).toBe('v1.34.4')
    const socket = await cluster.forward({ namespace: 'n', pod: 'p', port: 5 }, signal)
    await cluster.close()
    expect(socket.readyState).not.toBe(socket.OPEN)
    expect(asked.map(({ path }) => path)).toEqual([
      '/version',
      '/api/v1/namespaces/n/pods/p/portforward?ports=5',
    ])
    for (const { agent, authorization } of asked) {
      expect(agent).toBe('thinkube-langfuse/1.2.3')
      expect(authorization).toBe('Bearer t')
    }
  })

  it('turn a refused WebSocket into the Problem of its status', async () => {
    const cluster = openKubernetes({ path: await kubeconfig('one', { token: 't' }), version: '1', env: {} })
    const refused = cluster.forward({ namespace: 'forbidden', pod: 'p', port: 5 }, signal)
    await expect(refused).rejects.toMatchObject({ problem: { code: 'kubernetes/forbidden' } })
    await cluster.close()
  })

  it('ask a credential plugin once, and again after a 401', async () => {
    const counter = join(folder, 'runs')
    const credential =
      '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'
    const script = `printf x >> ${counter}; printf '%s' '${credential}'$(wc -c < ${counter})'"}}'`
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] }
    const cluster = openKubernetes({ path: await kubeconfig('one', { exec }), version: '1', env: {} })
    expect(cluster.execPlugin).toBe('sh')
    answer = (request, response) => {
      response.statusCode = request.headers.authorization === 'Bearer 1' && asked.length > 2 ? 401 : 200
      response.end('{"gitVersion":"v1.34.4"}')
    }
    for (let times = 0; times < 3; times++) await cluster.port.version(signal)
    await cluster.close()
    expect(asked.map(({ authorization }) => authorization)).toEqual([
      'Bearer 1',
      'Bearer 1',
      'Bearer 1',
      'Bearer 2',
    ])
  })

  it('say which plugin failed, in its own words', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', 'echo expired >&2; exit 1'],
    }
    const cluster = openKubernetes({ path: await kubeconfig('one', { exec }), version: '1', env: {} })
    await expect(cluster.port.version(signal)).rejects.toMatchObject({
      problem: { code: 'kubernetes/credential-plugin', detail: ['expired'] },
    })
    await cluster.close()
  })

  it('end when their signal does', async () => {
    answer = () => undefined
    const cluster = openKubernetes({ path: await kubeconfig('one', {}), version: '1', env: {} })
    const controller = new AbortController()
    const silent = cluster.port.version(controller.signal)
    await once(server, 'request')
    controller.abort()
    await expect(silent).rejects.toMatchObject({ name: 'AbortError' })
    await cluster.close()
  })
})

describe('openKubernetes', () => {
  it('merges the files of KUBECONFIG, the first one wins, missing ones are nothing', async () => {
    const files = [await kubeconfig('one', {}), join(folder, 'absent'), await kubeconfig('two', {})]
    const env = { KUBECONFIG: files.join(':') }
    const cluster = openKubernetes({ version: '1', env })
    expect(cluster.context).toBe('one')
    expect(cluster.contexts.map(({ name }) => name)).toEqual(['one', 'two'])
    expect(openKubernetes({ version: '1', env, context: 'two' }).cluster).toBe('two-cluster')
    expect(() => openKubernetes({ version: '1', env, context: 'three' })).toThrow(/no-context/)
  })

  it('says what is wrong with a kubeconfig', async () => {
    expect(() => openKubernetes({ version: '1', env: { HOME: folder } })).toThrow(/kubernetes\/no-kubeconfig/)
    const broken = join(folder, 'broken')
    await writeFile(broken, '{')
    expect(() => openKubernetes({ version: '1', env: {}, path: broken })).toThrow(
      /kubernetes\/kubeconfig-unreadable/,
    )
    const dangling = await kubeconfig('one', {}, { clusters: [] })
    expect(() => openKubernetes({ version: '1', env: {}, path: dangling })).toThrow(
      /kubernetes\/context-incomplete/,
    )
  })
})
