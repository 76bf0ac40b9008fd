import { up } from '../platform/platform.ts'

/** Before contract and e2e tests: the platform is up, or the run is red. Cheap when it is up already. */
export async function setup(): Promise<void> {
  await up()
}
