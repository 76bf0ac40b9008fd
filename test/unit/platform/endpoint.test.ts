import { describe, expect, it } from 'vitest'
import { podBehind } from '../../../src/platform/connection/endpoint.ts'
import type { KubeObject, KubernetesPort } from '../../../src/platform/kubernetes/port.ts'
import { lazy } from '../../../src/platform/lazy.ts'
import { gatewayPod } from '../../../src/platform/public/gateway.ts'

const target = { namespace: 'valkey', service: 'valkey', port: 6379 }
const metadata = { name: 'valkey', namespace: 'valkey' }
const service = (ports: object[], more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: { ports, ...more },
})
const slice = (ports: object[], endpoints: object[]): KubeObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata,
  ports,
  endpoints,
})
const pod = (name: string, ready?: boolean) => ({ conditions: { ready }, targetRef: { kind: 'Pod', name } })
const problem = (code: string) => expect.objectContaining({ problem: expect.objectContaining({ code }) })

describe('podBehind', () => {
  it('is the first ready pod, with the port of the same name', () => {
    const ports = [
      { name: 'metrics', port: 9000 },
      { name: 'redis', port: 6379 },
    ]
    const slices = [
      slice([{ name: 'metrics', port: 9100 }], [pod('a', true)]),
      slice([{ name: 'redis', port: 16379 }], [pod('b', false), pod('c')]),
    ]
    expect(podBehind(target, service(ports), slices)).toEqual({ namespace: 'valkey', pod: 'c', port: 16379 })
  })

  it('takes a port without a name for a port without a name', () => {
    const slices = [slice([{ name: '', port: 1 }], [pod('a', true)])]
    expect(podBehind(target, service([{ port: 6379 }]), slices)).toMatchObject({ pod: 'a', port: 1 })
  })

  it('says what is missing: the port, the pods, their readiness', () => {
    const slices = [slice([{ port: 1 }], [pod('a', false)])]
    expect(() => podBehind({ ...target, port: 1 }, service([{ port: 6379 }]), slices)).toThrow(
      problem('connection/no-port'),
    )
    expect(() => podBehind(target, service([{ port: 6379 }]), [])).toThrow(problem('connection/no-ready-pod'))
    expect(() => podBehind(target, service([{ port: 6379 }]), slices)).toThrow(/valkey\/valkey/)
  })
})

describe('gatewayPod', () => {
  const gateway = { name: 'gw', namespace: 'gateway', section: 'https' }
  const { signal } = new AbortController()
  const cluster = (objects: readonly KubeObject[]) =>
    ({
      read: async ({ kind, name }) => objects.find(one => one.kind === kind && one.metadata.name === name),
      list: async ({ kind }) => objects.filter(one => one.kind === kind),
    }) as Pick<KubernetesPort, 'read' | 'list'> as KubernetesPort
  const object = (kind: string, name: string, more: object): KubeObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'gateway' },
    ...more,
  })
  const served = object('Gateway', 'gw', {
    status: { addresses: [{ type: 'IPAddress', value: '10.0.0.5' }] },
  })

  it('is behind the Service that has the address of the Gateway', async () => {
    const balancer = { loadBalancer: { ingress: [{ ip: '10.0.0.5' }] } }
    const objects = [
      served,
      object('Service', 'other', { spec: { ports: [{ port: 443 }], clusterIP: '10.0.0.9' } }),
      object('Service', 'envoy', {
        spec: { ports: [{ port: 443 }], clusterIP: '10.1.1.1' },
        status: balancer,
      }),
      object('EndpointSlice', 'envoy', { ports: [{ port: 10443 }], endpoints: [pod('proxy', true)] }),
    ]
    expect(await gatewayPod(cluster(objects), { gateway, expose: 'gateway' }, signal)).toEqual({
      namespace: 'gateway',
      pod: 'proxy',
      port: 10443,
    })
  })

  it('is the pod with host port 443 on the host that an Ingress names', async () => {
    const status = { loadBalancer: { ingress: [{ ip: '10.0.0.7' }] } }
    const containers = [{ ports: [{ containerPort: 8443, hostPort: 443 }] }]
    const objects = [
      object('Ingress', 'any', { status }),
      object('Pod', 'controller', { spec: { containers }, status: { hostIP: '10.0.0.7', phase: 'Running' } }),
    ]
    expect(await gatewayPod(cluster(objects), { gateway, expose: 'ingress' }, signal)).toMatchObject({
      pod: 'controller',
      port: 8443,
    })
  })

  it('is not there without an address', async () => {
    expect(await gatewayPod(cluster([]), { gateway, expose: 'gateway' }, signal)).toBeUndefined()
    expect(await gatewayPod(cluster([served]), { gateway, expose: 'gateway' }, signal)).toBeUndefined()
  })
})

describe('lazy', () => {
  it('loads once, at the first call, and is no promise itself', async () => {
    let loads = 0
    const port = lazy(async () => {
      loads += 1
      return { double: async (value: number) => value * 2 }
    })
    expect(await Promise.resolve(port)).toBe(port)
    expect(loads).toBe(0)
    expect(await Promise.all([port.double(2), port.double(3)])).toEqual([4, 6])
    expect(loads).toBe(1)
  })
})
