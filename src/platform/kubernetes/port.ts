/** The API server, as tasks and checks see it. Objects are plain JSON as Kubernetes documents them. */

export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
    readonly uid?: string
    readonly resourceVersion?: string
    readonly creationTimestamp?: string
    readonly deletionTimestamp?: string
    readonly generation?: number
    readonly managedFields?: readonly {
      readonly manager?: string
      readonly operation?: string
      readonly subresource?: string
      readonly fieldsV1?: unknown
    }[]
    readonly ownerReferences?: readonly {
      readonly kind: string
      readonly name: string
      readonly uid: string
    }[]
  }
  readonly [field: string]: unknown
}

export interface KubeRef {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

export interface KubeKind {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

export interface AccessRequest {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
}

export interface JsonPatchOperation {
  readonly op: 'test' | 'add' | 'remove' | 'replace'
  readonly path: string
  readonly value?: unknown
}

export interface KubernetesPort {
  /** `v1.34.4` */
  version(signal: AbortSignal): Promise<string>
  whoAmI(signal: AbortSignal): Promise<{ readonly user: string; readonly groups: readonly string[] }>
  /** Answers in the order of the requests. */
  can(requests: readonly AccessRequest[], signal: AbortSignal): Promise<readonly boolean[]>
  /** Undefined when it does not exist, or when its kind does not exist on this server. */
  read(ref: KubeRef, signal: AbortSignal): Promise<KubeObject | undefined>
  /** Empty when the kind does not exist on this server. */
  list(kind: KubeKind, signal: AbortSignal): Promise<readonly KubeObject[]>
  /**
   * Server-side apply with field manager `thinkube-langfuse`. A conflict with another manager is a Problem
   * `kubernetes/conflict` unless `force`. `dryRun` writes nothing and returns what would be stored.
   */
  apply(
    object: KubeObject,
    options: { readonly force?: boolean; readonly dryRun?: boolean; readonly signal: AbortSignal },
  ): Promise<KubeObject>
  /** Fails with kind `conflict` when it exists. */
  create(object: KubeObject, signal: AbortSignal): Promise<KubeObject>
  /** Full replacement; `metadata.resourceVersion` guards it (kind `conflict`). */
  replace(object: KubeObject, signal: AbortSignal): Promise<KubeObject>
  /** RFC 6902. A failed `test` is a Problem of kind `conflict`. */
  patch(ref: KubeRef, operations: readonly JsonPatchOperation[], signal: AbortSignal): Promise<KubeObject>
  /** True when something was there to delete. `uid` guards against deleting a namesake. */
  remove(
    ref: KubeRef,
    options: { readonly uid?: string; readonly graceSeconds?: number; readonly signal: AbortSignal },
  ): Promise<boolean>
  /**
   * Follows one object (watch, re-read on a broken watch) until `done` returns a value; `undefined` means that it
   * does not exist (now). The only way to wait. Deadlines come in through the signal.
   */
  until<T>(
    ref: KubeRef,
    done: (object: KubeObject | undefined) => T | undefined,
    signal: AbortSignal,
  ): Promise<T>
  /** The same for all objects that a selector matches: the state of the set after each change. */
  untilAll<T>(
    kind: KubeKind,
    done: (objects: readonly KubeObject[]) => T | undefined,
    signal: AbortSignal,
  ): Promise<T>
  /** Last lines of a container's log; empty when there is none yet. */
  logs(
    pod: { readonly namespace: string; readonly pod: string; readonly container: string },
    options: { readonly tail?: number; readonly previous?: boolean; readonly signal: AbortSignal },
  ): Promise<readonly string[]>
  exec(
    pod: { readonly namespace: string; readonly pod: string; readonly container: string },
    options: { readonly command: readonly string[]; readonly stdin?: string; readonly signal: AbortSignal },
  ): Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number }>
}
