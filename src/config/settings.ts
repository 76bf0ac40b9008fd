import type { Secret } from './secret.ts'

/** A TCP service behind the API server: `Service.port` in a namespace. */
export interface ServiceTarget {
  readonly namespace: string
  readonly service: string
  readonly port: number
}

export interface Login {
  readonly user: string
  readonly password: Secret
}

/** Everything a run is decided by, after discovery, file, environment and flags were merged. */
export interface Settings {
  /** Namespace of the installation and its name. */
  readonly namespace: string
  /** Namespace of our own state: ledger, escrow, lease. */
  readonly stateNamespace: string
  readonly domain: string
  /** `langfuse.<domain>` */
  readonly host: string
  readonly expose: 'gateway' | 'ingress'
  readonly gateway: { readonly name: string; readonly namespace: string; readonly section: string }
  readonly priorityClass: string | undefined
  readonly version: string
  readonly registry: { readonly host: string; readonly project: string }
  readonly postgres: {
    readonly target: ServiceTarget
    readonly admin: Login
    readonly database: string
    readonly role: string
  }
  readonly clickhouse: {
    readonly target: ServiceTarget
    readonly nativePort: number
    readonly admin: Login
    readonly database: string
    readonly user: string
  }
  readonly valkey: { readonly target: ServiceTarget; readonly password: Secret | undefined }
  readonly s3: {
    readonly target: ServiceTarget
    /** `https://s3.<domain>`: what browsers and SDKs reach. */
    readonly publicUrl: string
    readonly region: string
    readonly accessKey: string
    readonly secretKey: Secret
    readonly buckets: { readonly events: string; readonly media: string }
  }
  readonly keycloak: {
    readonly target: ServiceTarget
    /** `https://auth.<domain>`, no trailing slash. */
    readonly url: string
    readonly realm: string
    readonly admin: Login
    readonly clientId: string
  }
  readonly langfuse: {
    readonly organization: { readonly id: string; readonly name: string }
    readonly project: { readonly id: string; readonly name: string }
    readonly userEmail: string
    readonly userName: string
    readonly defaultRole: 'OWNER' | 'ADMIN' | 'MEMBER' | 'VIEWER' | 'NONE'
  }
  readonly tls: {
    /** PEM of the private CA that signed the public certificates; undefined when they are publicly trusted. */ readonly caPem:
      | string
      | undefined
  }
  readonly resources: { readonly web: Resources; readonly worker: Resources }
  /** Milliseconds a wait for pods may take. */
  readonly timeoutMs: number
}

export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string }
  readonly limits: { readonly cpu: string; readonly memory: string }
}
