import type { Part } from '../../part.ts'
import type { Platform } from '../../platform.ts'
import { forwarded } from '../forward.ts'
import { namespace, restricted, route, service, serviceConfig, workload } from '../manifests.ts'
import { adminApi } from './admin.ts'
import { keycloakImage, keycloakRef } from './image.ts'
import { makeAdministrator, makeRealm, takeOver } from './realm.ts'
import { seedPassword } from './seed.ts'

const where = { namespace: 'keycloak', name: 'keycloak' }
const labels = { app: 'keycloak' }
const database = 'postgresql-official.postgres.svc.cluster.local'

/** The platform's identity provider, on the platform's PostgreSQL, known as https://auth.<domain> alone. */
export const part: Part = {
  name: 'keycloak',
  images: async () => [await keycloakImage()],
  objects: facts => [
    namespace(where.namespace),
    workload({
      ...where,
      kind: 'Deployment',
      labels,
      priorityClass: 'thinkube-platform',
      user: 1000,
      grace: 3,
      // A Thinkube pins the gateway's address here when it installs Keycloak.
      hostAliases: [{ ip: facts.gatewayIp, hostnames: [`auth.${facts.domain}`] }],
      initContainers: [
        {
          name: 'wait-for-postgres',
          image: keycloakRef,
          imagePullPolicy: 'Never',
          // A server that finds no database ends, and the kubelet waits 10 s before it tries again.
          command: [
            'bash',
            '-c',
            `until (exec 3<>/dev/tcp/${database}/5432) 2>/dev/null; do sleep 0.2; done`,
          ],
          securityContext: restricted,
          resources: { requests: { cpu: '10m', memory: '16Mi' } },
        },
      ],
      container: {
        name: 'keycloak',
        image: keycloakRef,
        args: ['start', '--optimized'],
        env: Object.entries({
          KC_HOSTNAME: `auth.${facts.domain}`,
          KC_HOSTNAME_STRICT: 'true',
          KC_HTTP_ENABLED: 'true',
          KC_PROXY_HEADERS: 'xforwarded',
          // No effect on the seeded database; a Thinkube has them here, and `settle` makes them true.
          KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
          KC_BOOTSTRAP_ADMIN_PASSWORD: facts.adminPassword,
          KC_DB_URL: `jdbc:postgresql://${database}:5432/keycloak`,
          KC_DB_USERNAME: facts.adminUser,
          KC_DB_PASSWORD: facts.adminPassword,
        }).map(([name, value]) => ({ name, value })),
        ports: [
          { name: 'http', containerPort: 8080 },
          { name: 'health', containerPort: 9000 },
        ],
        resources: { requests: { cpu: '60m', memory: '384Mi' }, limits: { memory: '1Gi' } },
        readinessProbe: {
          httpGet: { path: '/health/ready', port: 9000 },
          periodSeconds: 1,
          timeoutSeconds: 5,
        },
        volumeMounts: [
          { name: 'data', mountPath: '/opt/keycloak/data' },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
      volumes: [
        { name: 'data', emptyDir: {} },
        { name: 'tmp', emptyDir: {} },
      ],
    }),
    service({ ...where, selector: labels, ports: { http: 8080, health: 9000 } }),
    route({ ...where, host: `auth.${facts.domain}`, service: 'keycloak', port: 8080, timeout: '180s' }),
    serviceConfig(where.namespace, facts, {
      name: 'keycloak',
      display_name: 'Keycloak',
      category: 'security',
      icon: '/icons/tk_security.svg',
      endpoints: [
        {
          name: 'web',
          type: 'http',
          url: 'https://auth.{{ domain_name }}',
          health_url: 'https://auth.{{ domain_name }}/realms/master',
          primary: true,
        },
      ],
      scaling: {
        resource_type: 'deployment',
        resource_name: 'keycloak',
        min_replicas: 1,
        can_disable: false,
      },
      environment_variables: [
        { name: 'KEYCLOAK_URL', value: 'https://auth.{{ domain_name }}' },
        { name: 'KEYCLOAK_REALM', value: facts.realm },
      ],
    }),
  ],
  async settle(platform) {
    await server(platform, async url => {
      const { facts } = platform
      const seeded = await adminApi({ url, facts, username: 'admin', password: seedPassword })
      if (seeded) await takeOver(seeded, facts)
      const call = await adminApi({ url, facts, username: 'admin' })
      if (!call) throw new Error("Keycloak knows neither the password of its seed nor the platform's")
      await makeAdministrator(call, facts)
      await makeRealm(call, facts)
    })
  },
  async reset(platform) {
    await server(platform, async url => {
      const { facts } = platform
      const call = await adminApi({ url, facts, username: facts.adminUser })
      if (!call) throw new Error(`Keycloak refuses the login of ${facts.adminUser}`)
      const realm = `/${facts.realm}`
      const found = (await call({ path: `${realm}/clients?clientId=langfuse` })).body as { id: string }[]
      for (const client of found) await call({ method: 'DELETE', path: `${realm}/clients/${client.id}` })
      await call({ method: 'DELETE', path: `${realm}/admin-events` })
    })
  },
}

function server<T>(platform: Platform, work: (url: string) => Promise<T>): Promise<T> {
  return forwarded(platform, { namespace: where.namespace, labels: 'app=keycloak', port: 8080 }, work)
}
