import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Platform, up } from '../platform/platform.ts'

/** The local platform's gateway decides by HTTPRoute and Ingress objects, and keeps to the time a route allows. */

const namespace = 'gateway-check'
const server =
  "require('http').createServer((q,r)=>setTimeout(()=>r.end('from '+q.headers.host),q.url==='/slow'?3000:0)).listen(8080)"

let platform: Platform

const route = (name: string, timeout: string) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace },
  spec: {
    parentRefs: [{ name: 'thinkube-gateway', namespace: 'gateway-system', sectionName: 'https' }],
    hostnames: [`${name}.tk.test`],
    rules: [{ timeouts: { request: timeout }, backendRefs: [{ name: 'slow', port: 80 }] }],
  },
})

const objects = (image: string) => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'slow', namespace },
    spec: {
      selector: { matchLabels: { app: 'slow' } },
      template: {
        metadata: { labels: { app: 'slow' } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'slow', image, imagePullPolicy: 'Never', command: ['node', '-e', server] }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'slow', namespace },
    spec: { selector: { app: 'slow' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
  route('hasty', '1s'),
  route('patient', '600s'),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'legacy', namespace },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'legacy.tk.test',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'slow', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  },
]

beforeAll(async () => {
  platform = await up()
  const image = await platform.kubectl([
    '-n',
    'thinkube-control',
    'get',
    'deploy/thinkube-control-backend',
    '-o',
    'jsonpath={.spec.template.spec.containers[0].image}',
  ])
  const list = { apiVersion: 'v1', kind: 'List', items: objects(image) }
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify(list))
  await platform.kubectl(['-n', namespace, 'rollout', 'status', 'deploy/slow', '--timeout=60s'])
})

afterAll(async () => {
  await platform.kubectl(['delete', 'namespace', namespace, '--ignore-not-found'])
})

/** Asked from a pod, where the names resolve; the certificate is looked at elsewhere. */
async function get(url: string): Promise<string> {
  const script = `process.removeAllListeners('warning');fetch('${url}').then(async r=>console.log(r.status,await r.text()),e=>console.log(String(e.cause?.code)))`
  const lax = ['env', 'NODE_TLS_REJECT_UNAUTHORIZED=0']
  return platform.kubectl(['-n', namespace, 'exec', 'deploy/slow', '--', ...lax, 'node', '-e', script])
}

it('serves the host of a route', () =>
  expect.poll(() => get('https://hasty.tk.test/'), { timeout: 30_000 }).toContain('200 from hasty.tk.test'))

it('ends a request when the time of its route is up', async () => {
  expect(await get('https://hasty.tk.test/slow')).toContain('504')
})

it('waits as long as a route allows', () =>
  expect.poll(() => get('https://patient.tk.test/slow'), { timeout: 30_000 }).toContain('200 from patient'))

it('serves the host of an Ingress of class nginx', () =>
  expect.poll(() => get('http://legacy.tk.test/'), { timeout: 30_000 }).toContain('200 from legacy.tk.test'))
