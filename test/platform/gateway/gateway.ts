import type { PlatformFacts } from '../facts.ts'
import type { KubernetesObject } from '../part.ts'
import { namespace } from './controller.ts'

const apiVersion = 'gateway.networking.k8s.io/v1'
const fromAll = { namespaces: { from: 'All' } }

export function gatewayObjects(facts: PlatformFacts): KubernetesObject[] {
  return [
    {
      apiVersion,
      kind: 'GatewayClass',
      metadata: { name: 'eg' },
      spec: { controllerName: 'projectcontour.io/gateway-controller' },
    },
    {
      apiVersion,
      kind: 'Gateway',
      metadata: { name: 'thinkube-gateway', namespace },
      spec: {
        gatewayClassName: 'eg',
        listeners: [
          { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: fromAll },
          {
            name: 'https',
            port: 443,
            protocol: 'HTTPS',
            hostname: `*.${facts.domain}`,
            tls: { mode: 'Terminate', certificateRefs: [{ kind: 'Secret', name: 'gateway-tls-secret' }] },
            allowedRoutes: fromAll,
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'HTTPRoute',
      metadata: { name: 'http-to-https-redirect', namespace },
      spec: {
        parentRefs: [{ name: 'thinkube-gateway', sectionName: 'http' }],
        rules: [
          { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] },
        ],
      },
    },
    unknownHosts(facts),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'nginx' },
      spec: { controller: 'k8s.io/ingress-nginx' },
    },
  ]
}

/**
 * Contour makes one TLS server name per route: a name without a route would be reset in the handshake.
 * With this route it is greeted by the wildcard certificate and answered 404, as other gateways do.
 */
function unknownHosts(facts: PlatformFacts): KubernetesObject {
  const never = {
    type: 'RequestRedirect',
    requestRedirect: { path: { type: 'ReplaceFullPath', replaceFullPath: '/' } },
  }
  return {
    apiVersion,
    kind: 'HTTPRoute',
    metadata: { name: 'unknown-hosts', namespace },
    spec: {
      parentRefs: [{ name: 'thinkube-gateway', sectionName: 'https' }],
      hostnames: [`*.${facts.domain}`],
      rules: [{ matches: [{ path: { type: 'Exact', value: '/.never' } }], filters: [never] }],
    },
  }
}
