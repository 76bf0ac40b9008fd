import { copyFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { debianPackages } from '../artefacts/debian-packages.ts'
import { baseLayer, directoryLayer, image } from '../images/index.ts'
import type { Part } from '../part.ts'
import { namespace as namespaceObject, nodeFolder, restricted, route, service } from '../stores/manifests.ts'

const namespace = 'registry'
const ref = 'docker.io/library/registry:2.8.2'
const labels = { app: 'harbor' }
const configuration = `version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: /data}
  delete: {enabled: true}
http: {addr: ":5000"}
`

/** A registry under Harbor's names: same address, same API for pulling, none of Harbor's own. */
export const part: Part = {
  name: 'registry',
  async images() {
    const debs = await debianPackages('docker-registry', ['docker-registry'])
    const layer = await directoryLayer({
      name: 'registry',
      inputs: [basename(debs), configuration],
      async populate(root) {
        await copyFile(join(debs, 'usr/bin/docker-registry'), join(root, 'registry'))
        await writeFile(join(root, 'config.yml'), configuration)
      },
    })
    const config = { Entrypoint: ['/registry', 'serve', '/config.yml'] }
    return [await image({ ref, layers: [await baseLayer(), layer], config, in: 'node' })]
  },
  objects: facts => [
    namespaceObject(namespace),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'harbor', namespace, labels },
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 3,
            containers: [
              {
                name: 'registry',
                image: ref,
                ports: [{ containerPort: 5000 }],
                resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '256Mi' } },
                readinessProbe: { httpGet: { path: '/v2/', port: 5000 }, periodSeconds: 1 },
                // Root: it owns the node's folder that the images are kept in.
                securityContext: restricted,
                volumeMounts: [{ name: 'data', mountPath: '/data' }],
              },
            ],
            volumes: [nodeFolder(facts, 'registry')],
          },
        },
      },
    },
    service({ namespace, name: 'harbor', selector: labels, ports: { http: { port: 80, targetPort: 5000 } } }),
    route({
      namespace,
      name: 'harbor',
      host: facts.registryHost,
      service: 'harbor',
      port: 80,
      timeout: '3600s',
    }),
  ],
}
