import { fail, pass } from '../../src/engine/check.ts'
import type { PreflightCheck } from '../define.ts'

/** Logs in as administrator and finds the realm. */
export const keycloak: PreflightCheck = {
  id: 'preflight/keycloak',
  title: 'Keycloak accepts the admin login',
  group: 'Keycloak',
  subject: 'Keycloak',
  async run({ services, signal }) {
    const { realm: name, url, admin } = services.settings.keycloak
    const { version } = await services.keycloak.login(signal)
    const realm = await services.keycloak.realm(signal)
    if (realm) return pass(`${version}, realm ${name} at ${url}, as ${admin.user}`)
    return fail({
      code: 'keycloak/realm-missing',
      kind: 'missing',
      summary: `Keycloak has no realm ${name}`,
      detail: [`realms: ${(await services.keycloak.realms(signal)).join(', ')}`],
      nextSteps: ['Name the right one in the settings file: keycloak.realm'],
    })
  },
}
