import { join } from 'node:path'
import { goModule } from '../artefacts/go-program.ts'

/** Files and folders with the resource definitions of Gateway API 1.4.1 (standard channel) and of Contour. */
export async function crdPaths(): Promise<string[]> {
  const gatewayApi = await goModule(
    'sigs.k8s.io/gateway-api@v1.4.1',
    'h1:NPxFutNkKNa8UfLd2CMlEuhIPMQgDQ6DXNKG9sHbJU8=',
  )
  const contour = await goModule(
    'github.com/projectcontour/contour@v1.33.8',
    'h1:QoOfwqWws+CVRFpsRC2+f1DmB5IdurtyUtepIsiWfE0=',
  )
  return [join(gatewayApi, 'config/crd/standard'), join(contour, 'examples/contour/01-crds.yaml')]
}
