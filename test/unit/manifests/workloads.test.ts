import { describe, expect, it } from 'vitest'
import { mebibytes } from '../../../src/manifests/deployment.ts'
import { httpRoute } from '../../../src/manifests/route.ts'
import { webDeployment } from '../../../src/manifests/web.ts'
import { workerDeployment } from '../../../src/manifests/worker.ts'
import type { KubeObject } from '../../../src/platform/kubernetes/port.ts'
import { thinkubeWorld } from '../../../src/platform/memory/fixture.ts'
import { memorySettings } from '../../../src/platform/memory/settings.ts'

const settings = memorySettings(thinkubeWorld({}))

interface Pod {
  readonly template: {
    readonly spec: {
      readonly terminationGracePeriodSeconds: number
      readonly initContainers: readonly { readonly name: string; readonly args?: readonly string[] }[]
      readonly containers: readonly {
        readonly env: readonly { readonly name: string; readonly value?: string }[]
      }[]
      readonly volumes?: readonly unknown[]
    }
  }
}
const pod = (object: KubeObject) => (object.spec as Pod).template.spec
const variable = (object: KubeObject, name: string) =>
  pod(object).containers[0]!.env.find(entry => entry.name === name)?.value

describe('the web', () => {
  const web = webDeployment(settings, 'abc')
  it('migrates where no probe can kill it, and not again', () => {
    expect(pod(web).initContainers).toMatchObject([{ name: 'migrate', args: ['true'] }])
    expect(variable(web, 'LANGFUSE_AUTO_CLICKHOUSE_MIGRATION_DISABLED')).toBe('true')
    expect(pod(web).initContainers[0]).not.toHaveProperty('livenessProbe')
  })
  it('signs media links for the public host and gets time to stop', () => {
    expect(variable(web, 'LANGFUSE_S3_MEDIA_UPLOAD_ENDPOINT')).toBe('https://s3.tk.test')
    expect(pod(web).terminationGracePeriodSeconds).toBe(120)
  })
  it('leaves Node three quarters of its memory', () => {
    expect(variable(web, 'NODE_OPTIONS')).toBe('--max-old-space-size=3072')
  })
  it('mounts a CA only where there is a private one', () => {
    expect(pod(web).volumes).toHaveLength(1)
    const open = webDeployment({ ...settings, tls: { caPem: undefined } }, 'abc')
    expect(pod(open).volumes).toBeUndefined()
    expect(variable(open, 'NODE_EXTRA_CA_CERTS')).toBeUndefined()
  })
})

describe('the worker', () => {
  it('waits for the web and keeps the internal endpoint', () => {
    const worker = workerDeployment(settings, 'abc')
    expect(pod(worker).initContainers[0]?.name).toBe('wait-for-web')
    expect(variable(worker, 'LANGFUSE_S3_MEDIA_UPLOAD_ENDPOINT')).toBeUndefined()
  })
})

it('gives requests more time than a gateway does by itself', () => {
  expect(httpRoute(settings).spec).toMatchObject({
    hostnames: ['langfuse.tk.test'],
    rules: [{ timeouts: { request: '600s' } }],
  })
})

it('reads memory as Kubernetes writes it', () => {
  expect(['4Gi', '512Mi', '1G', '1048576'].map(mebibytes)).toEqual([4096, 512, 1e9 / 2 ** 20, 1])
  expect(() => mebibytes('lots')).toThrow()
})
