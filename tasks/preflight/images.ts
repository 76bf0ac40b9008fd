import { fail, pass } from '../../src/engine/check.ts'
import type { PreflightCheck } from '../define.ts'

const REPOSITORIES = ['langfuse', 'langfuse-worker'] as const

/** Both images at the same version: with the web alone every trace would be accepted and none stored. */
export const images: PreflightCheck = {
  id: 'preflight/images',
  title: 'Both images are in the registry',
  group: 'Images',
  subject: 'the registry',
  async run({ services, signal }) {
    const { registry, version } = services.settings
    const found = await Promise.all(
      REPOSITORIES.map(name => services.registry.manifest(`${registry.project}/${name}`, version, signal)),
    )
    const missing = REPOSITORIES.filter((_, index) => !found[index])
    if (missing.length === 0)
      return pass(`langfuse and langfuse-worker ${version} in ${registry.host}/${registry.project}`)
    const tags = await Promise.all(
      REPOSITORIES.map(name => services.registry.tags(`${registry.project}/${name}`, signal)),
    )
    const shared = tags[0]!.filter(tag => tags[1]!.includes(tag) && /^3\.\d+\.\d+$/.test(tag))
    return fail({
      code: 'registry/image-missing',
      kind: 'missing',
      summary: `${missing.map(name => `${name}:${version}`).join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not in ${registry.host}/${registry.project}`,
      ...(shared.length > 0 && { detail: [`versions that both images have: ${shared.join(', ')}`] }),
      nextSteps: [
        ...missing.map(name => [
          'Mirror it: ',
          {
            command: `skopeo copy --all docker://docker.io/langfuse/${name}:${version} docker://${registry.host}/${registry.project}/${name}:${version}`,
          },
        ]),
        ...(shared.length > 0
          ? [['Or install a version that is there: ', { command: `--langfuse-version ${shared.at(-1)}` }]]
          : []),
      ],
    })
  },
}
