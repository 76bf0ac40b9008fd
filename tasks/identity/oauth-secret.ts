import { OAUTH_SECRET, oauthSecret as oauthSecretObject } from '../../src/manifests/configuration.ts'
import { task } from '../define.ts'
import { applyObject, namespaced, observeObject, removeObject } from '../kubernetes-object.ts'
import { keycloakClient } from './keycloak-client.ts'
import { namespace } from './namespace.ts'

/** The client's secret and endpoints where the platform's other parts look for them. */
export const oauthSecret = task({
  id: 'identity/oauth-secret',
  title: 'OAuth secret written',
  system: 'Kubernetes',
  subject: ({ settings }) => `Secret ${settings.namespace}/${OAUTH_SECRET}`,
  needs: { namespace, client: keycloakClient },
  observe: (ctx, { client }) =>
    observeObject(ctx, oauthSecretObject(ctx.services.settings, client.secret.reveal()), () => undefined),
  apply: async (ctx, { client }) => {
    await applyObject(ctx, oauthSecretObject(ctx.services.settings, client.secret.reveal()))
  },
  undo: ctx => removeObject(ctx, namespaced(ctx.services.settings, 'Secret', OAUTH_SECRET)),
})
