import type { Settings } from '../../config/settings.ts'
import type { Setting } from '../../engine/events.ts'
import type { KubernetesPort } from '../kubernetes/port.ts'
import { type AdminLogin, findAdminLogin } from './admin-login.ts'
import { Finder, type Given, needed } from './finder.ts'
import { fixedSettings } from './fixed-settings.ts'
import { listenerOf, privateCaOf } from './read-objects.ts'
import { CONTROL, CONTROL_BACKEND, https, type Sources, sourcesOf } from './sources.ts'
import { storeSettings } from './store-settings.ts'

export interface Discovered {
  readonly settings: Settings
  /** Every decision with where it came from, for the screen and for `config view`. */
  readonly origins: readonly Setting[]
}

/** Finds out what an installation needs from the cluster itself; what was given wins. */
export async function discover(
  kubernetes: KubernetesPort,
  given: Given,
  signal: AbortSignal,
): Promise<Discovered> {
  const find = new Finder(kubernetes, given, signal)
  const sources = sourcesOf(find)
  const namespace = await find.textOr('namespace', [], 'langfuse')
  const gateway = {
    name: await find.textOr('gateway.name', [], 'thinkube-gateway'),
    namespace: await find.textOr('gateway.namespace', [], 'gateway-system'),
    section: await find.textOr('gateway.section', [], 'https'),
  }
  const domain = await findDomain(find, sources, gateway)
  const admin = await findAdminLogin(find, sources)
  const settings: Settings = {
    ...(await fixedSettings(find, { namespace, domain })),
    ...(await storeSettings({ find, sources, admin, domain })),
    gateway,
    registry: await registry(find, sources, domain),
    keycloak: await keycloak(find, sources, { domain, admin }),
    tls: {
      caPem:
        (await find.text('tls.ca', [])) ??
        (await privateCaOf(find, gateway.namespace, await listener(find, gateway))),
    },
  }
  return {
    settings,
    origins: find.settings.map(row => (row.key === 'tls.ca' ? { ...row, value: 'given' } : row)),
  }
}

type Gateway = Settings['gateway']

async function listener(find: Finder, { name, namespace, section }: Gateway) {
  return listenerOf(await find.object('Gateway', name, namespace, 'gateway.networking.k8s.io/v1'), section)
}

async function findDomain(find: Finder, sources: Sources, gateway: Gateway): Promise<string> {
  const found = await find.text('domain', [
    {
      origin: `Gateway ${gateway.namespace}/${gateway.name} listener ${gateway.section}`,
      find: async () => (await listener(find, gateway))?.hostname?.replace(/^\*\./, ''),
    },
    sources.env(CONTROL_BACKEND, 'DOMAIN_NAME'),
    sources.routeHost('keycloak', 'keycloak', host => host.replace(/^auth\./, '')),
  ])
  return needed(found, 'the domain', [
    ['Is this a Thinkube? Name the domain yourself: ', { command: 'THINKUBE_LANGFUSE_DOMAIN=example.com' }],
  ])
}

async function registry(find: Finder, sources: Sources, domain: string): Promise<Settings['registry']> {
  const host = await find.textOr(
    'registry.host',
    [sources.routeHost('registry', 'harbor'), sources.env(CONTROL_BACKEND, 'HARBOR_URL')],
    `registry.${domain}`,
  )
  return {
    host: host.replace(/^https?:\/\//, ''),
    project: await find.textOr('registry.project', [], 'library'),
  }
}

async function keycloak(
  find: Finder,
  sources: Sources,
  { domain, admin }: { domain: string; admin: AdminLogin },
): Promise<Settings['keycloak']> {
  const url = await find.textOr(
    'keycloak.url',
    [sources.env(CONTROL_BACKEND, 'KEYCLOAK_URL'), sources.routeHost('keycloak', 'keycloak', https)],
    `https://auth.${domain}`,
  )
  return {
    target: { namespace: 'keycloak', service: 'keycloak', port: 8080 },
    url: url.replace(/\/$/, ''),
    realm: await find.textOr(
      'keycloak.realm',
      [
        sources.env(CONTROL_BACKEND, 'KEYCLOAK_REALM'),
        sources.secret(CONTROL, 'thinkube-control-keycloak', 'realm'),
      ],
      'thinkube',
    ),
    admin: {
      user: await find.textOr('keycloak.user', [], admin.user),
      password: await admin.password('keycloak.password'),
    },
    clientId: await find.textOr('keycloak.clientId', [], 'langfuse'),
  }
}
