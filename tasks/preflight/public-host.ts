import { fail, pass } from '../../src/engine/check.ts'
import type { PreflightCheck } from '../define.ts'

interface GatewaySpec {
  readonly listeners?: readonly { readonly name: string; readonly hostname?: string }[]
}

interface GatewayStatus {
  readonly listeners?: readonly {
    readonly name: string
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly message?: string
    }[]
  }[]
}

/** The gateway's https listener is programmed and covers our host, and its certificate is one we can verify. */
export const publicHost: PreflightCheck = {
  id: 'preflight/public-host',
  title: 'The gateway can publish the host',
  group: 'Publishing',
  subject: 'the gateway',
  async run({ services, signal }) {
    const { gateway, host, keycloak } = services.settings
    const found = await services.kubernetes.read(
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        name: gateway.name,
        namespace: gateway.namespace,
      },
      signal,
    )
    if (!found) return fail(notUsable(host, `there is no Gateway ${gateway.namespace}/${gateway.name}`))
    const listener = ((found.spec ?? {}) as GatewaySpec).listeners?.find(one => one.name === gateway.section)
    if (!listener) return fail(notUsable(host, `Gateway ${gateway.name} has no listener ${gateway.section}`))
    if (!coversHost(listener.hostname, host))
      return fail(notUsable(host, `its listener serves ${listener.hostname}`))
    const state = ((found.status ?? {}) as GatewayStatus).listeners?.find(one => one.name === gateway.section)
    const programmed = state?.conditions?.find(condition => condition.type === 'Programmed')
    if (programmed?.status !== 'True')
      return fail(notUsable(host, `its listener is not programmed: ${programmed?.message ?? 'no status'}`))
    const answer = await services.public.fetch(
      `${keycloak.url}/realms/${keycloak.realm}/.well-known/openid-configuration`,
      { signal },
    )
    const days =
      answer.certificate &&
      Math.floor((answer.certificate.validTo.getTime() - services.clock.now()) / 86_400_000)
    return pass(
      `${host} by ${gateway.name}, reached by ${answer.via === 'dns' ? 'its name' : 'port-forward to the gateway'}${days === undefined ? '' : `, certificate valid ${days} days`}`,
    )
  },
}

/** Whether a listener's host name (a wildcard stands for one or more labels) takes a host. */
export function coversHost(hostname: string | undefined, host: string): boolean {
  if (!hostname || hostname === host) return true
  return hostname.startsWith('*.') && host.endsWith(hostname.slice(1)) && host.length > hostname.length - 1
}

function notUsable(host: string, because: string) {
  return {
    code: 'publish/gateway-not-usable',
    kind: 'invalid' as const,
    summary: `The gateway cannot publish ${host}: ${because}`,
    nextSteps: [
      ['Look at it: ', { command: 'kubectl get gateway --all-namespaces' }],
      'Name the right one in the settings file: gateway.name, gateway.namespace, gateway.section',
    ],
  }
}
