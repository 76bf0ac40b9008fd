import { CA_CONFIG_MAP, caConfigMap } from '../../src/manifests/configuration.ts'
import { task } from '../define.ts'
import { namespace } from '../identity/namespace.ts'
import { applyObject, namespaced, observeObject, removeObject } from '../kubernetes-object.ts'

/** The private CA that signed the platform's public certificates, for web and worker. Nothing to do with a public one. */
export const ca = task({
  id: 'workload/ca',
  title: 'Certificate authority published',
  system: 'Kubernetes',
  subject: ({ settings }) => `ConfigMap ${settings.namespace}/${CA_CONFIG_MAP}`,
  needs: { namespace },
  async observe(ctx) {
    const { caPem } = ctx.services.settings.tls
    if (caPem === undefined) return { is: 'present', output: undefined }
    return observeObject(ctx, caConfigMap(ctx.services.settings, caPem), () => undefined)
  },
  async apply(ctx) {
    const { caPem } = ctx.services.settings.tls
    if (caPem !== undefined) await applyObject(ctx, caConfigMap(ctx.services.settings, caPem))
  },
  undo: ctx => removeObject(ctx, namespaced(ctx.services.settings, 'ConfigMap', CA_CONFIG_MAP)),
})
