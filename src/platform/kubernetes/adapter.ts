import { problemOf, raise } from '../../engine/problem.ts'
import { can, whoAmI } from './access.ts'
import { throwStatus } from './errors.ts'
import { exec, logs } from './pods.ts'
import type { KubeKind, KubeObject, KubeRef, KubernetesPort } from './port.ts'
import { describe, pathOf, type Resource, Resources } from './resources.ts'
import type { Transport } from './transport.ts'
import { follow, listAll } from './watch.ts'

export const FIELD_MANAGER = 'thinkube-langfuse'

/** The API server behind a transport. Objects go in and out as plain JSON, fields unknown to any SDK included. */
export function kubernetesAdapter(transport: Transport): KubernetesPort {
  const resources = new Resources(transport)

  const write = async (
    object: KubeRef | KubeObject,
    request: {
      readonly verb: string
      readonly method: string
      readonly body: unknown
      readonly contentType?: string
      readonly query?: Readonly<Record<string, string | boolean | undefined>>
      readonly signal: AbortSignal
    },
  ): Promise<KubeObject> => {
    const { name, namespace } = refOf(object)
    const resource = await need(resources, object, request.signal)
    const target = request.method === 'POST' ? { namespace } : { namespace, name }
    return transport.json<KubeObject>({
      ...request,
      path: pathOf(resource, target),
      query: { fieldManager: FIELD_MANAGER, ...request.query },
      what: describe(resource, { namespace, name }),
    })
  }

  const read: KubernetesPort['read'] = async (ref, signal) => {
    const resource = await resources.find(ref.apiVersion, ref.kind, signal)
    if (!resource) return undefined
    const asked = { verb: 'get', what: describe(resource, ref) }
    const { status, body } = await transport.send({ path: pathOf(resource, ref), signal, ...asked })
    if (status === 404) return undefined
    if (status !== 200) return throwStatus(status, body, asked)
    return JSON.parse(body) as KubeObject
  }

  return {
    async version(signal) {
      const { gitVersion } = await transport.json<{ readonly gitVersion: string }>({
        path: '/version',
        verb: 'read',
        what: 'the version',
        signal,
      })
      return gitVersion
    },
    whoAmI: signal => whoAmI(transport, signal),
    can: (requests, signal) => can(transport, requests, signal),
    read,
    async list(kind, signal) {
      const resource = await resources.find(kind.apiVersion, kind.kind, signal)
      return resource ? (await listAll(transport, { resource, kind, signal })).items : []
    },
    apply: (object, { force, dryRun, signal }) =>
      write(object, {
        verb: 'apply',
        method: 'PATCH',
        body: object,
        contentType: 'application/apply-patch+yaml',
        query: { force: force || undefined, dryRun: dryRun ? 'All' : undefined, fieldValidation: 'Strict' },
        signal,
      }),
    create: (object, signal) => write(object, { verb: 'create', method: 'POST', body: object, signal }),
    replace: (object, signal) => write(object, { verb: 'update', method: 'PUT', body: object, signal }),
    async patch(ref, operations, signal) {
      try {
        return await write(ref, {
          verb: 'patch',
          method: 'PATCH',
          body: operations,
          contentType: 'application/json-patch+json',
          signal,
        })
      } catch (error) {
        // A patch of an object that is not there fails in the same words as one whose test fails.
        if (problemOf(error).kind !== 'conflict' || (await read(ref, signal))) throw error
        return throwStatus(404, '', { verb: 'patch', what: describe(ref.kind, ref) })
      }
    },
    async remove(ref, { uid, graceSeconds, signal }) {
      const resource = await resources.find(ref.apiVersion, ref.kind, signal)
      if (!resource) return false
      const asked = { verb: 'delete', what: describe(resource, ref) }
      const { status, body } = await transport.send({
        method: 'DELETE',
        path: pathOf(resource, ref),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Background',
          gracePeriodSeconds: graceSeconds,
          preconditions: uid ? { uid } : undefined,
        },
        signal,
        ...asked,
      })
      if (status === 404) return false
      if (status < 200 || status > 299) throwStatus(status, body, asked)
      return true
    },
    async until(ref, done, signal) {
      const kind: KubeKind = {
        apiVersion: ref.apiVersion,
        kind: ref.kind,
        namespace: ref.namespace,
        fieldSelector: `metadata.name=${ref.name}`,
      }
      return followKind(kind, objects => done(objects[0]), signal)
    },
    untilAll: (kind, done, signal) => followKind(kind, done, signal),
    logs: (pod, options) => logs(transport, pod, options),
    exec: (pod, options) => exec(transport, pod, options),
  }

  async function followKind<T>(
    kind: KubeKind,
    done: (objects: readonly KubeObject[]) => T | undefined,
    signal: AbortSignal,
  ): Promise<T> {
    const resource = await resources.find(kind.apiVersion, kind.kind, signal)
    if (resource) return follow(transport, { resource, kind, signal }, done)
    return done([]) ?? raise(noKind(kind))
  }
}

async function need(
  resources: Resources,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  signal: AbortSignal,
): Promise<Resource> {
  return (await resources.find(apiVersion, kind, signal)) ?? raise(noKind({ apiVersion, kind }))
}

function noKind({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) {
  return {
    code: 'kubernetes/no-kind',
    kind: 'unsupported' as const,
    summary: ['This cluster does not know the kind ', { value: `${kind} (${apiVersion})` }],
    nextSteps: [
      ['See which kinds it has: ', { command: 'kubectl api-resources' }],
      'Install the custom resource definitions that this kind belongs to',
    ],
  }
}

function refOf(object: KubeRef | KubeObject): { readonly name: string; readonly namespace?: string } {
  return 'metadata' in object ? (object as KubeObject).metadata : (object as KubeRef)
}
