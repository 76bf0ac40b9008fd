import { randomBytes } from 'node:crypto'

/** What a platform's parts are made from. Plain data, decided once per platform and kept in its state folder (0600). */
export type PlatformFacts = {
  /** "tk-1a2b3c4d": names the state folder, the link and the cgroups. */
  name: string
  domain: string
  /** The host's and the node's address on the link between them, a /30. */
  hostIp: string
  nodeIp: string
  /** The gateway's ClusterIP; every name under the domain resolves to it inside the cluster. */
  gatewayIp: string
  /** "registry.tk.test": what an image reference begins with. */
  registryHost: string
  /** A folder of the node that outlives pods: mount `<volumes>/<your part>` by hostPath (DirectoryOrCreate). */
  volumes: string
  /** Thinkube's one administrator: PostgreSQL, Keycloak, ClickHouse, Valkey and Harbor share this password. */
  adminUser: string
  adminPassword: string
  realm: string
  realmUser: string
  realmEmail: string
  realmPassword: string
  s3AccessKey: string
  s3SecretKey: string
  /** thinkube-control's API token (`mcp-default-token`). */
  controlToken: string
  /** Harbor's robot account (`harbor-robot-credentials`). */
  robotToken: string
  /** PEM: the platform's CA, and the wildcard certificate that it signed. */
  caPem: string
  tlsCrt: string
  tlsKey: string
}

export const domain = 'tk.test'
/** Service addresses that configuration outside the API server has to know. */
export const serviceIps = {
  range: '10.96.0.0/16',
  apiServer: '10.96.0.1',
  dns: '10.96.0.10',
  gateway: '10.96.0.80',
}
export const podRange = '10.244.0.0/16'

/** Everything but the certificates. Passwords are alphanumeric, as the platform's own generator makes them. */
export function newFacts({
  name,
  hostIp,
  nodeIp,
}: {
  name: string
  hostIp: string
  nodeIp: string
}): Omit<PlatformFacts, 'caPem' | 'tlsCrt' | 'tlsKey'> {
  return {
    name,
    hostIp,
    nodeIp,
    domain,
    gatewayIp: serviceIps.gateway,
    registryHost: `registry.${domain}`,
    volumes: '/var/lib/platform',
    adminUser: 'tkadmin',
    adminPassword: alphanumeric(24),
    realm: 'thinkube',
    realmUser: 'thinkube',
    realmEmail: `thinkube@${domain}`,
    realmPassword: alphanumeric(24),
    s3AccessKey: 'seaweedfs',
    s3SecretKey: alphanumeric(32),
    controlToken: `tk_${alphanumeric(40)}`,
    robotToken: alphanumeric(32),
  }
}

function alphanumeric(length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  // 62 × 4 = 248: bytes above would favour the first letters.
  const bytes = [...randomBytes(length * 2)].filter(byte => byte < letters.length * 4)
  if (bytes.length < length) return alphanumeric(length)
  return bytes
    .slice(0, length)
    .map(byte => letters[byte % letters.length])
    .join('')
}
