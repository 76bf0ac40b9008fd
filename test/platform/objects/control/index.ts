import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlatformFacts } from '../../facts.ts'
import { baseLayer, directoryLayer, type Image, image, nodeLayer } from '../../images/index.ts'
import type { KubernetesObject } from '../../part.ts'
import { route, service, workload } from '../../stores/manifests.ts'

const namespace = 'thinkube-control'
const labels = { app: 'thinkube-control-backend' }
const ref = 'thinkube.local/thinkube-control-backend:1'

export async function controlImage(): Promise<Image> {
  const server = await readFile(new URL('server.mjs', import.meta.url))
  const program = await directoryLayer({
    name: 'control',
    inputs: ['1', server],
    async populate(root) {
      await mkdir(join(root, 'app'))
      await writeFile(join(root, 'app/server.mjs'), server)
    },
  })
  return image({
    ref,
    layers: [await baseLayer(), await nodeLayer(), program],
    config: { User: '1000', Cmd: ['node', '/app/server.mjs'], ExposedPorts: { '8000/tcp': {} } },
  })
}

/** The backend of thinkube-control, whose environment tells about the platform and which syncs services on demand. */
export function controlObjects(facts: PlatformFacts): KubernetesObject[] {
  const env = Object.entries({
    DOMAIN_NAME: facts.domain,
    KEYCLOAK_URL: `https://auth.${facts.domain}`,
    KEYCLOAK_REALM: facts.realm,
    POSTGRES_HOST: 'postgresql-official.postgres.svc.cluster.local',
    POSTGRES_USER: facts.adminUser,
    HARBOR_URL: `https://${facts.registryHost}`,
    SYSTEM_USERNAME: 'thinkube',
  }).map(([name, value]) => ({ name, value }))
  return [
    workload({
      kind: 'Deployment',
      namespace,
      name: 'thinkube-control-backend',
      labels,
      priorityClass: 'thinkube-platform',
      user: 1000,
      grace: 2,
      container: {
        name: 'control-backend',
        image: ref,
        env: [
          ...env,
          { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'mcp-default-token', key: 'token' } } },
        ],
        ports: [{ containerPort: 8000 }],
        resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { memory: '256Mi' } },
        readinessProbe: { httpGet: { path: '/health', port: 8000 }, periodSeconds: 1, timeoutSeconds: 5 },
      },
      volumes: [],
    }),
    service({ namespace, name: 'backend', selector: labels, ports: { http: 8000 } }),
    route({
      namespace,
      name: 'thinkube-control-httproute',
      host: `control.${facts.domain}`,
      service: 'backend',
      port: 8000,
      timeout: '600s',
    }),
  ]
}
