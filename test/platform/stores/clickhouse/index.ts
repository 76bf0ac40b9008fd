import type { PlatformFacts } from '../../facts.ts'
import type { Part } from '../../part.ts'
import type { Platform } from '../../platform.ts'
import { forwarded } from '../forward.ts'
import { namespace, nodeFolder, ownFolder, secret, service, serviceConfig, workload } from '../manifests.ts'
import { clickhouseImage, clickhouseRef } from './image.ts'

const where = { namespace: 'clickhouse', name: 'chi-clickhouse-clickhouse-0-0' }
const labels = { 'app.kubernetes.io/name': 'clickhouse', 'app.kubernetes.io/instance': 'clickhouse' }
const host = 'clickhouse-clickhouse.clickhouse.svc.cluster.local'

/** The platform's ClickHouse: one node without Keeper; `default` with the platform's password may manage access. */
export const part: Part = {
  name: 'clickhouse',
  images: async () => [await clickhouseImage()],
  objects: facts => [
    namespace(where.namespace),
    secret({
      namespace: where.namespace,
      name: 'clickhouse-credentials',
      data: { user: 'default', password: facts.adminPassword },
    }),
    workload({
      ...where,
      kind: 'StatefulSet',
      labels,
      priorityClass: 'thinkube-workload',
      user: 101,
      grace: 5,
      initContainers: [ownFolder(clickhouseRef, 101)],
      container: {
        name: 'clickhouse',
        image: clickhouseRef,
        env: [
          {
            name: 'CLICKHOUSE_PASSWORD',
            valueFrom: { secretKeyRef: { name: 'clickhouse-credentials', key: 'password' } },
          },
          // Without SQL access management (some clusters are installed so): start the platform with it set to 0.
          {
            name: 'CLICKHOUSE_ACCESS_MANAGEMENT',
            value: process.env.PLATFORM_CLICKHOUSE_ACCESS_MANAGEMENT ?? '1',
          },
        ],
        ports: [
          { name: 'http', containerPort: 8123 },
          { name: 'tcp', containerPort: 9000 },
        ],
        resources: { requests: { cpu: '60m', memory: '384Mi' }, limits: { memory: '3Gi' } },
        readinessProbe: { httpGet: { path: '/ping', port: 8123 }, periodSeconds: 1, timeoutSeconds: 10 },
        volumeMounts: [
          { name: 'data', mountPath: '/var/lib/clickhouse' },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
      volumes: [nodeFolder(facts, 'clickhouse'), { name: 'tmp', emptyDir: {} }],
    }),
    service({
      namespace: where.namespace,
      name: 'clickhouse-clickhouse',
      selector: labels,
      ports: { http: 8123, tcp: 9000 },
    }),
    discovery(facts),
  ],
  async reset(platform) {
    await execute(platform, ['DROP USER IF EXISTS langfuse', 'DROP DATABASE IF EXISTS langfuse SYNC'])
  },
}

function discovery(facts: PlatformFacts) {
  return serviceConfig(where.namespace, facts, {
    name: 'clickhouse',
    type: 'optional',
    display_name: 'ClickHouse',
    category: 'data',
    icon: '/icons/tk_data.svg',
    endpoints: [
      {
        name: 'http',
        type: 'http',
        url: `http://${host}:8123`,
        health_url: `http://${host}:8123/ping`,
        primary: true,
      },
      { name: 'native', type: 'tcp', url: `${host}:9000`, internal: true },
    ],
    scaling: { resource_type: 'statefulset', resource_name: where.name, min_replicas: 1, can_disable: true },
    environment_variables: [
      { name: 'CLICKHOUSE_HOST', value: host },
      { name: 'CLICKHOUSE_USER', value: 'default' },
      {
        name: 'CLICKHOUSE_PASSWORD',
        valueFrom: {
          secretKeyRef: { namespace: where.namespace, name: 'clickhouse-credentials', key: 'password' },
        },
      },
    ],
  })
}

/** Statements as the platform's administrator, one after the other. */
async function execute(platform: Platform, statements: string[]): Promise<void> {
  const to = { namespace: where.namespace, labels: 'app.kubernetes.io/name=clickhouse', port: 8123 }
  await forwarded(platform, to, async url => {
    for (const sql of statements) {
      const headers = { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': platform.facts.adminPassword }
      const answer = await fetch(url, { method: 'POST', headers, body: sql })
      if (!answer.ok) throw new Error(`ClickHouse ${sql}: ${await answer.text()}`)
    }
  })
}
