import type { Settings } from '../config/settings.ts'
import type { KubeObject } from '../platform/kubernetes/port.ts'
import { container, deployment, image } from './deployment.ts'
import { labels } from './labels.ts'

/** thinkube-control scales and restarts the first Deployment whose name is the service's: it must be exactly this. */
export const WEB = 'langfuse'
export const WEB_PORT = 3000

export function webDeployment(settings: Settings, checksum: string): KubeObject {
  const web = image(settings, 'langfuse')
  const resources = settings.resources.web
  return deployment(settings, {
    name: WEB,
    component: 'web',
    checksum,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    // After SIGTERM the web serves for another 110 s.
    graceSeconds: 120,
    // The entrypoint migrates and then execs its arguments: `true` makes it migrate only. As an init container it has
    // no probes, so nothing kills it half-way and leaves a dirty database.
    initContainers: [{ ...container(settings, { name: 'migrate', image: web, resources }), args: ['true'] }],
    container: {
      ...container(settings, {
        name: 'langfuse',
        image: web,
        resources,
        env: [
          { name: 'LANGFUSE_AUTO_POSTGRES_MIGRATION_DISABLED', value: 'true' },
          { name: 'LANGFUSE_AUTO_CLICKHOUSE_MIGRATION_DISABLED', value: 'true' },
          // Presigned for browsers and SDKs outside the cluster; the worker keeps the internal endpoint.
          { name: 'LANGFUSE_S3_MEDIA_UPLOAD_ENDPOINT', value: settings.s3.publicUrl },
        ],
      }),
      ports: [{ name: 'http', containerPort: WEB_PORT, protocol: 'TCP' }],
      startupProbe: {
        httpGet: { path: '/api/public/health', port: 'http' },
        periodSeconds: 2,
        timeoutSeconds: 5,
        failureThreshold: 150,
      },
      readinessProbe: {
        httpGet: { path: '/api/public/ready', port: 'http' },
        periodSeconds: 5,
        timeoutSeconds: 5,
        failureThreshold: 3,
      },
      livenessProbe: {
        httpGet: { path: '/api/public/health', port: 'http' },
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 6,
      },
    },
  })
}

export function webService(settings: Settings): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: WEB, namespace: settings.namespace, labels: { app: WEB, ...labels(settings, 'web') } },
    spec: {
      type: 'ClusterIP',
      selector: { app: WEB },
      ports: [{ name: 'http', port: WEB_PORT, targetPort: 'http', protocol: 'TCP' }],
    },
  }
}
