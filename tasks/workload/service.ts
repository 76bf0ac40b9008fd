import { WEB, webService } from '../../src/manifests/web.ts'
import { task } from '../define.ts'
import { namespace } from '../identity/namespace.ts'
import { applyObject, namespaced, observeObject, removeObject } from '../kubernetes-object.ts'

/** Before the worker, which waits for the web through it. */
export const service = task({
  id: 'workload/service',
  title: 'Service created',
  system: 'Kubernetes',
  subject: ({ settings }) => `Service ${settings.namespace}/${WEB}`,
  needs: { namespace },
  observe: ctx => observeObject(ctx, webService(ctx.services.settings), () => undefined),
  apply: async ctx => {
    await applyObject(ctx, webService(ctx.services.settings))
  },
  undo: ctx => removeObject(ctx, namespaced(ctx.services.settings, 'Service', WEB)),
})
