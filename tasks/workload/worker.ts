import { WORKER, workerDeployment } from '../../src/manifests/worker.ts'
import { task } from '../define.ts'
import { ca } from './ca.ts'
import { configSecret } from './config-secret.ts'
import { applyDeployment, observeDeployment } from './deployment-task.ts'
import { removeWorker } from './remove-worker.ts'
import { service } from './service.ts'
import { web } from './web.ts'

/** Without it every event is accepted and none is ever stored. */
export const worker = task({
  id: 'workload/worker',
  title: 'Worker deployed',
  system: 'Kubernetes',
  subject: ({ settings }) => `Deployment ${settings.namespace}/${WORKER}`,
  needs: { config: configSecret, ca, web, service },
  observe: (ctx, { config }) =>
    observeDeployment(ctx, workerDeployment(ctx.services.settings, config.checksum)),
  apply: (ctx, { config }) => applyDeployment(ctx, workerDeployment(ctx.services.settings, config.checksum)),
  undo: removeWorker,
})
