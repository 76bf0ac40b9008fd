import type { Settings } from '../config/settings.ts'
import type { KubeObject } from '../platform/kubernetes/port.ts'
import { labels } from './labels.ts'
import { WEB, WEB_PORT } from './web.ts'

export const ROUTE = 'langfuse-route'

export function httpRoute(settings: Settings): KubeObject {
  const { gateway } = settings
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: ROUTE, namespace: settings.namespace, labels: labels(settings, 'route') },
    spec: {
      parentRefs: [{ name: gateway.name, namespace: gateway.namespace, sectionName: gateway.section }],
      hostnames: [settings.host],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: WEB, port: WEB_PORT }],
          // Without it a gateway cuts at its own default (Envoy: 15 s): exports and large batches would fail with 504.
          timeouts: { request: '600s' },
        },
      ],
    },
  }
}
