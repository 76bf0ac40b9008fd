import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPorts } from '../../src/platform/open.ts'
import { platformUnderTest, settingsOf, within } from '../support/platform.ts'

// What the ports say about a store that was scaled to zero: a Service is there and nothing is behind it. The platform's
// own stores stay up, others may be using them.
const { platform, kubernetes, services, mark, close } = platformUnderTest()
const { clock, random, escrow, settings } = services
const namespace = `${mark}-stopped`
const target = (port: number) => ({ namespace, service: 'stopped', port })
const stopped = openPorts({
  settings: settingsOf(platform, {
    postgres: { ...settings.postgres, target: target(5432) },
    clickhouse: { ...settings.clickhouse, target: target(8123) },
    valkey: { ...settings.valkey, target: target(6379) },
    s3: { ...settings.s3, target: target(8333) },
    keycloak: { ...settings.keycloak, target: target(8080) },
  }),
  kubernetes,
  clock,
  random,
  escrow,
})

beforeAll(async () => {
  const signal = within(20)
  await kubernetes.port.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { signal },
  )
  const ports = [5432, 8123, 9000, 6379, 8333, 8080].map(port => ({ name: `port-${port}`, port }))
  const spec = { selector: { app: 'nothing' }, ports }
  await kubernetes.port.apply(
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'stopped', namespace }, spec },
    { signal },
  )
})

afterAll(async () => {
  await platform.kubectl(['delete', 'namespace', namespace, '--wait'])
  await close()
})

describe('a store that does not run', () => {
  it.each([
    ['PostgreSQL', 'postgres/unreachable', () => stopped.postgres.server(within(20))],
    ['ClickHouse', 'clickhouse/unreachable', () => stopped.clickhouse.server(within(20))],
    ["ClickHouse's native port", 'clickhouse/unreachable', () => stopped.clickhouse.hello(within(20))],
    ['Valkey', 'valkey/unreachable', () => stopped.valkey.server(within(20))],
    ['S3', 's3/unreachable', () => stopped.s3.buckets(within(20))],
    ['Keycloak', 'keycloak/unreachable', () => stopped.keycloak.login(within(20))],
  ])('%s: its port says so, and why', async (_, code, ask) => {
    const failed = await ask().then(
      () => 'it answered',
      (error: { problem: unknown }) => error.problem,
    )
    expect(failed).toMatchObject({ code, kind: 'unreachable' })
    const told = JSON.stringify(failed)
    expect(told).toContain('No pod behind the Service')
    expect(told).toContain(`kubectl get pods -n ${namespace}`)
  })
})
