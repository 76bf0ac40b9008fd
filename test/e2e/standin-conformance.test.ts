import { describe, expect, it } from 'vitest'
import { attach, type Platform } from '../platform/platform.ts'
import { forwarded } from '../platform/stores/forward.ts'
import { succeeds } from '../support/e2e/installer.ts'
import { exportWorld } from '../support/e2e/world.ts'
import { type ConformanceTarget, conformance, summary } from './standin-conformance/conformance.ts'
import { keycloakLogin } from './standin-conformance/keycloak-login.ts'

async function secret(platform: Platform): Promise<Record<string, string>> {
  const text = await platform.kubectl(['get', 'secret', '-n', 'langfuse', 'langfuse-config', '-o', 'json'])
  const { data } = JSON.parse(text) as { data: Record<string, string> }
  return Object.fromEntries(Object.entries(data).map(([k, v]) => [k, Buffer.from(v, 'base64').toString()]))
}

const pod = (app: string, port: number) => ({ namespace: 'langfuse', labels: `app=${app}`, port })

describe('the Langfuse stand-in', () => {
  it('answers every covered recording as the real server did', async () => {
    const platform = attach()!
    await succeeds(['install', '--yes', '-o', 'ndjson'], { kubeconfig: platform.kubeconfig })
    const s = await secret(platform)
    const world = await exportWorld(platform)
    const keycloak = { namespace: 'keycloak', labels: 'app=keycloak', port: 8080 }
    const outcomes = await forwarded(platform, pod('langfuse', 3000), web =>
      forwarded(platform, pod('langfuse-worker', 3030), worker =>
        forwarded(platform, keycloak, provider => {
          const target: ConformanceTarget = {
            web,
            worker,
            publicUrl: s.NEXTAUTH_URL ?? '',
            publicKey: s.LANGFUSE_INIT_PROJECT_PUBLIC_KEY ?? '',
            secretKey: s.LANGFUSE_INIT_PROJECT_SECRET_KEY ?? '',
            adminApiKey: s.ADMIN_API_KEY,
            organization: { id: s.LANGFUSE_INIT_ORG_ID ?? '', name: s.LANGFUSE_INIT_ORG_NAME ?? '' },
            project: { id: s.LANGFUSE_INIT_PROJECT_ID ?? '', name: s.LANGFUSE_INIT_PROJECT_NAME ?? '' },
            user: {
              email: s.LANGFUSE_INIT_USER_EMAIL ?? '',
              password: s.LANGFUSE_INIT_USER_PASSWORD ?? '',
              name: s.LANGFUSE_INIT_USER_NAME ?? '',
            },
            keycloak: true,
            login: url => keycloakLogin({ url, provider, facts: platform.facts }),
            postgresTables: async () =>
              world.postgres.filter(line => line.startsWith('table|')).map(line => line.split('|')[2] ?? ''),
            clickhouseTables: async () => world.clickhouse.tables.map(name => ({ name })),
          }
          return conformance(target)
        }),
      ),
    )
    console.info(summary(outcomes))
    const different = outcomes.filter(({ result }) => result === 'different')
    expect(different.map(({ recording, name, detail }) => ({ recording, name, detail }))).toEqual([])
    expect(outcomes.filter(({ result }) => result === 'same').length).toBeGreaterThan(80)
  })
})
