import { namespaceObject } from '../../src/manifests/configuration.ts'
import { task } from '../define.ts'
import { applyObject, observeObject, removeObject } from '../kubernetes-object.ts'

/** The namespace that holds everything Kubernetes knows of this installation. */
export const namespace = task({
  id: 'identity/namespace',
  title: 'Namespace created',
  system: 'Kubernetes',
  subject: ({ settings }) => `namespace ${settings.namespace}`,
  needs: {},
  observe: ctx => observeObject(ctx, namespaceObject(ctx.services.settings), () => undefined),
  apply: async ctx => {
    await applyObject(ctx, namespaceObject(ctx.services.settings))
  },
  undo: ctx =>
    removeObject(ctx, { apiVersion: 'v1', kind: 'Namespace', name: ctx.services.settings.namespace }),
})
