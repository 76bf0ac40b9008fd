import type { KubeObject } from '../../kubernetes/port.ts'
import { isObject, type Json, type JsonObject } from './json.ts'

/** Fills in what the API server fills in, as far as a reader of the object can tell. Changes its argument. */
export function setDefaults(object: KubeObject): void {
  const root = object as unknown as JsonObject
  const spec = isObject(root.spec) ? root.spec : undefined
  switch (object.kind) {
    case 'Namespace':
      labelNamespace(object)
      root.spec ??= { finalizers: ['kubernetes'] }
      root.status ??= { phase: 'Active' }
      return
    case 'Secret':
      takeStringData(root)
      root.type ??= 'Opaque'
      return
    case 'Service':
      if (spec) service(spec)
      return
    case 'Deployment':
      if (spec) deployment(spec)
      return
    case 'StatefulSet':
      if (spec) {
        spec.replicas ??= 1
        template(spec)
      }
      return
    case 'Pod':
      if (spec) podSpec(spec)
      return
    case 'HTTPRoute':
      if (spec) route(spec)
  }
}

function labelNamespace(object: KubeObject): void {
  const metadata = object.metadata as { labels?: Record<string, string> }
  metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name }
}

function takeStringData(root: JsonObject): void {
  const plain = root.stringData
  if (!isObject(plain)) return
  delete root.stringData
  const encoded = Object.entries(plain).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ])
  root.data = { ...(root.data as JsonObject), ...Object.fromEntries(encoded) }
}

const each = (value: Json | undefined, work: (item: JsonObject) => void): void => {
  if (Array.isArray(value)) for (const item of value) if (isObject(item)) work(item)
}

function defaults(target: JsonObject, values: JsonObject): void {
  for (const [key, value] of Object.entries(values)) target[key] ??= structuredClone(value)
}

function service(spec: JsonObject): void {
  defaults(spec, {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
  })
  each(spec.ports, port => defaults(port, { protocol: 'TCP', targetPort: port.port! }))
}

function deployment(spec: JsonObject): void {
  defaults(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 })
  defaults(spec, {
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
  })
  template(spec)
}

function template(spec: JsonObject): void {
  const inner = isObject(spec.template) ? spec.template.spec : undefined
  if (isObject(inner)) podSpec(inner)
}

function podSpec(spec: JsonObject): void {
  defaults(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
  })
  each(spec.volumes, volume => {
    if (isObject(volume.configMap)) defaults(volume.configMap, { defaultMode: 420 })
    if (isObject(volume.secret)) defaults(volume.secret, { defaultMode: 420 })
  })
  each(spec.initContainers, container)
  each(spec.containers, container)
}

function container(spec: JsonObject): void {
  const latest = /(^[^:]*|:latest)$/.test(String(spec.image).split('/').at(-1)!)
  defaults(spec, {
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  })
  each(spec.ports, port => defaults(port, { protocol: 'TCP' }))
  for (const name of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    const probe = spec[name]
    if (!isObject(probe)) continue
    defaults(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
    if (isObject(probe.httpGet)) defaults(probe.httpGet, { scheme: 'HTTP' })
  }
}

function route(spec: JsonObject): void {
  each(spec.parentRefs, parent => defaults(parent, { group: 'gateway.networking.k8s.io', kind: 'Gateway' }))
  each(spec.rules, rule => {
    defaults(rule, { matches: [{ path: { type: 'PathPrefix', value: '/' } }] })
    each(rule.backendRefs, backend => defaults(backend, { group: '', kind: 'Service', weight: 1 }))
  })
}
