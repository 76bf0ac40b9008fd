import { attach, type Platform, reset } from '../../platform/platform.ts'

/** The platform as if Langfuse had never been installed. Its pods are not given their minute to say goodbye. */
export async function untouched(): Promise<Platform> {
  const platform = attach()
  if (!platform) throw new Error('the local platform does not run: npm run platform -- up')
  const all = ['--all', '-n', 'langfuse', '--ignore-not-found']
  await platform.kubectl(['delete', 'deployments', ...all, '--wait=false'])
  await platform.kubectl(['delete', 'pods', ...all, '--grace-period=0', '--force'])
  await reset()
  return platform
}
