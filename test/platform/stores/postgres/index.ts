import type { Part } from '../../part.ts'
import { namespace, nodeFolder, ownFolder, service, serviceConfig, workload } from '../manifests.ts'
import { postgresImage, postgresRef } from './image.ts'

const where = { namespace: 'postgres', name: 'postgresql-official' }
const labels = { app: 'postgres-official' }

/** The platform's PostgreSQL: one superuser, its password in the clear in the pod, as on a Thinkube. */
export const part: Part = {
  name: 'postgres',
  images: async () => [await postgresImage()],
  objects: facts => [
    namespace(where.namespace),
    workload({
      ...where,
      kind: 'StatefulSet',
      labels,
      priorityClass: 'thinkube-platform',
      user: 999,
      grace: 5,
      initContainers: [ownFolder(postgresRef, 999)],
      container: {
        name: 'postgres',
        image: postgresRef,
        // log_statement=mod: tests read from the log that a second installation changes nothing.
        args: [
          '-c',
          'log_statement=mod',
          '-c',
          'log_line_prefix=%m [%p] %u@%d ',
          '-c',
          'max_connections=200',
        ],
        env: [
          { name: 'POSTGRES_USER', value: facts.adminUser },
          { name: 'POSTGRES_PASSWORD', value: facts.adminPassword },
          { name: 'POSTGRES_DB', value: 'mydatabase' },
        ],
        ports: [{ containerPort: 5432 }],
        resources: { requests: { cpu: '40m', memory: '64Mi' }, limits: { memory: '1Gi' } },
        startupProbe: {
          exec: { command: ['pg_isready', '-q', '-h', '127.0.0.1'] },
          periodSeconds: 1,
          timeoutSeconds: 5,
          failureThreshold: 120,
        },
        readinessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 1 },
        volumeMounts: [
          { name: 'data', mountPath: '/var/lib/postgresql/data' },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
      volumes: [nodeFolder(facts, 'postgres'), { name: 'tmp', emptyDir: {} }],
    }),
    service({ ...where, selector: labels, ports: { '': 5432 } }),
    serviceConfig(where.namespace, facts, {
      name: 'postgresql',
      display_name: 'PostgreSQL',
      category: 'data',
      icon: '/icons/tk_data.svg',
      endpoints: [
        {
          name: 'server',
          type: 'postgres',
          url: `postgresql-official.postgres.svc.cluster.local`,
          port: 5432,
          primary: true,
          internal: true,
        },
      ],
      scaling: {
        resource_type: 'statefulset',
        resource_name: where.name,
        min_replicas: 1,
        can_disable: false,
      },
      environment_variables: [
        { name: 'POSTGRES_HOST', value: 'postgresql-official.postgres.svc.cluster.local' },
        { name: 'POSTGRES_USER', value: facts.adminUser },
        { name: 'POSTGRES_PASSWORD', value: facts.adminPassword },
      ],
    }),
  ],
  async reset(platform) {
    const sql = `
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'langfuse_db' OR usename = 'langfuse';
      DROP DATABASE IF EXISTS langfuse_db;
      SELECT 'DROP OWNED BY langfuse' FROM pg_roles WHERE rolname = 'langfuse' \\gexec
      DROP ROLE IF EXISTS langfuse;`
    await platform.kubectl(
      [
        ...['exec', '-i', '-n', where.namespace, `${where.name}-0`, '-c', 'postgres', '--'],
        ...[
          'psql',
          '-q',
          '-v',
          'ON_ERROR_STOP=1',
          '-U',
          platform.facts.adminUser,
          '-d',
          'postgres',
          '-f',
          '-',
        ],
      ],
      sql,
    )
  },
}
