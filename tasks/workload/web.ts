import type { Undone } from '../../src/engine/task.ts'
import { WEB, webDeployment } from '../../src/manifests/web.ts'
import { type Ctx, task } from '../define.ts'
import { namespaced, removeObject } from '../kubernetes-object.ts'
import { ca } from './ca.ts'
import { configSecret } from './config-secret.ts'
import { applyDeployment, observeDeployment } from './deployment-task.ts'

/** Migrates both databases in an init container, then serves. */
export const web = task({
  id: 'workload/web',
  title: 'Web deployed',
  system: 'Kubernetes',
  subject: ({ settings }) => `Deployment ${settings.namespace}/${WEB}`,
  needs: { config: configSecret, ca },
  observe: (ctx, { config }) => observeDeployment(ctx, webDeployment(ctx.services.settings, config.checksum)),
  apply: (ctx, { config }) => applyDeployment(ctx, webDeployment(ctx.services.settings, config.checksum)),
  undo: removeWeb,
})

/** Seconds for requests that are under way; the route is gone already, nothing new comes in. */
const GRACE_SECONDS = 5

/** After SIGTERM the web goes on serving for 110 s, and the namespace could not go before: its pods get less. */
async function removeWeb(ctx: Ctx): Promise<Undone> {
  const { kubernetes, settings } = ctx.services
  const undone = await removeObject(ctx, namespaced(settings, 'Deployment', WEB, 'apps/v1'))
  if (undone.is === 'left') return undone
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace: settings.namespace, labelSelector: `app=${WEB}` }
  for (const pod of await kubernetes.list(pods, ctx.signal)) {
    await kubernetes.remove(namespaced(settings, 'Pod', pod.metadata.name), {
      uid: pod.metadata.uid,
      graceSeconds: GRACE_SECONDS,
      signal: ctx.signal,
    })
  }
  await kubernetes.untilAll(pods, list => (list.length === 0 ? true : undefined), ctx.signal)
  return undone
}
