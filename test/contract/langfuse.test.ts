import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/config/secret.ts'
import { langfuseAdapter } from '../../src/platform/langfuse/adapter.ts'
import { connectionsOf } from '../../src/platform/open.ts'
import { platformUnderTest, within } from '../support/platform.ts'

const { platform, kubernetes, services, mark, close } = platformUnderTest()
const connections = connectionsOf(kubernetes, false)
const namespace = `${mark}-langfuse`
const langfuse = langfuseAdapter({
  kubernetes: kubernetes.port,
  connections,
  public: services.public,
  settings: { namespace, host: `auth.${services.settings.domain}` },
})

/** Answers with what it was asked, on the port that its container has. */
const echo = `
const http = require('node:http')
http.createServer((request, response) => {
  let body = ''
  request.on('data', data => { body += data })
  request.on('end', () => {
    const { method, url, headers } = request
    response.statusCode = url === '/teapot' ? 418 : 200
    response.setHeader('X-Port', process.env.PORT)
    if (url === '/page') response.end('<html>')
    else response.end(JSON.stringify({ method, url, authorization: headers.authorization, type: headers['content-type'], body }))
  })
}).listen(Number(process.env.PORT), '0.0.0.0')`

function deployment(name: string, port: number) {
  const labels = { app: name }
  const container = {
    name,
    image: `${services.settings.registry.host}/library/langfuse:3.113.0`,
    command: ['node', '-e', echo],
    env: [{ name: 'PORT', value: String(port) }],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
    resources: { requests: { cpu: '10m', memory: '32Mi' } },
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [container],
          terminationGracePeriodSeconds: 0,
          automountServiceAccountToken: false,
        },
      },
    },
  }
}

beforeAll(async () => {
  const signal = within(120)
  await kubernetes.port.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { signal },
  )
  await kubernetes.port.apply(deployment('langfuse', 3000), { signal })
  await kubernetes.port.apply(deployment('langfuse-worker', 3030), { signal })
  const service = { selector: { app: 'langfuse' }, ports: [{ name: 'http', port: 3000, targetPort: 3000 }] }
  const metadata = { name: 'langfuse', namespace }
  await kubernetes.port.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: service }, { signal })
  await kubernetes.port.untilAll(
    { apiVersion: 'apps/v1', kind: 'Deployment', namespace },
    objects =>
      objects.every(
        ({ status }) => (status as { readyReplicas?: number } | undefined)?.readyReplicas === 1,
      ) || undefined,
    signal,
  )
})

afterAll(async () => {
  await platform.kubectl(['delete', 'namespace', namespace, '--wait'])
  await langfuse.close()
  connections.close()
  await close()
})

describe('Langfuse', () => {
  it('is asked at its web pod, with keys and a body', async () => {
    const keys = { publicKey: 'lf_pk_1', secretKey: new Secret('lf_sk_1') }
    const request = {
      path: '/api/public/ingestion?x=1',
      method: 'POST',
      keys,
      body: { batch: [] },
      signal: within(20),
    }
    const answer = await langfuse.request('web', request)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-port')).toBe('3000')
    expect(answer.body).toEqual({
      method: 'POST',
      url: '/api/public/ingestion?x=1',
      authorization: `Basic ${Buffer.from('lf_pk_1:lf_sk_1').toString('base64')}`,
      type: 'application/json',
      body: '{"batch":[]}',
    })
  })

  it('is asked at its worker, which has no Service', async () => {
    const answer = await langfuse.request('worker', { path: '/api/health', signal: within(20) })
    expect(answer.headers.get('x-port')).toBe('3030')
    expect(answer.body).toMatchObject({ method: 'GET', url: '/api/health' })
  })

  it('gives any status as an answer, and text where it is no JSON', async () => {
    expect(await langfuse.request('web', { path: '/teapot', signal: within(20) })).toMatchObject({
      status: 418,
    })
    expect(await langfuse.request('web', { path: '/page', signal: within(20) })).toMatchObject({
      body: '<html>',
    })
  })

  it('is asked at its public host too', async () => {
    const answer = await langfuse.request('public', { path: '/realms/master', signal: within(30) })
    expect(answer).toMatchObject({ status: 200, body: { realm: 'master' } })
  })

  it('is a Problem where nothing runs', async () => {
    const nowhere = langfuseAdapter({
      kubernetes: kubernetes.port,
      connections,
      public: services.public,
      settings: { namespace: 'default', host: 'x' },
    })
    const ask = (where: 'web' | 'worker') => nowhere.request(where, { path: '/', signal: within(20) })
    await expect(ask('web')).rejects.toMatchObject({ problem: { code: 'connection/no-service' } })
    await expect(ask('worker')).rejects.toMatchObject({ problem: { code: 'langfuse/worker-unreachable' } })
    await nowhere.close()
  })

  it('honours an abort', async () => {
    const asked = langfuse.request('web', { path: '/', signal: AbortSignal.abort() })
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })
})
