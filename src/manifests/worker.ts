import type { Settings } from '../config/settings.ts'
import type { KubeObject } from '../platform/kubernetes/port.ts'
import { container, deployment, image } from './deployment.ts'
import { WEB, WEB_PORT } from './web.ts'

/** Sorts after `langfuse`: thinkube-control picks the first Deployment whose name contains the service's. */
export const WORKER = 'langfuse-worker'
export const WORKER_PORT = 3030

// The worker runs no migrations and, started too early, keeps running with errors and without its seeded model prices.
const WAIT_FOR_WEB = (url: string): string => `
const url = ${JSON.stringify(url)}
const end = Date.now() + 300000
const again = why => Date.now() > end ? (console.error('gave up: ' + why), process.exit(1)) : setTimeout(look, 1000)
const look = () => fetch(url, { signal: AbortSignal.timeout(5000) }).then(a => a.ok ? console.log('web is ready') : again('web answers ' + a.status), e => again(e.message))
look()`

export function workerDeployment(settings: Settings, checksum: string): KubeObject {
  const worker = image(settings, 'langfuse-worker')
  const resources = settings.resources.worker
  const ready = `http://${WEB}.${settings.namespace}.svc:${WEB_PORT}/api/public/ready`
  return deployment(settings, {
    name: WORKER,
    component: 'worker',
    checksum,
    // The queue absorbs the gap; two workers of different versions would not be better.
    strategy: { type: 'Recreate' },
    graceSeconds: 60,
    initContainers: [
      {
        ...container(settings, { name: 'wait-for-web', image: worker, resources }),
        command: ['node', '-e', WAIT_FOR_WEB(ready)],
      },
    ],
    container: {
      ...container(settings, { name: 'langfuse-worker', image: worker, resources }),
      ports: [{ name: 'http', containerPort: WORKER_PORT, protocol: 'TCP' }],
      startupProbe: {
        httpGet: { path: '/api/health', port: 'http' },
        periodSeconds: 2,
        timeoutSeconds: 5,
        failureThreshold: 90,
      },
      readinessProbe: {
        httpGet: { path: '/api/ready', port: 'http' },
        periodSeconds: 5,
        timeoutSeconds: 5,
        failureThreshold: 3,
      },
      // Its health is PostgreSQL's and Valkey's: a blip of theirs must not restart it.
      livenessProbe: {
        httpGet: { path: '/api/health', port: 'http' },
        periodSeconds: 15,
        timeoutSeconds: 10,
        failureThreshold: 6,
      },
    },
  })
}
