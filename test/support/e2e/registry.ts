import type { Platform } from '../../platform/platform.ts'
import { forwarded } from '../../platform/stores/forward.ts'

export interface RemovedTag {
  /** The tag is there again, with the same manifest. */
  restore(): Promise<void>
}

const TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** Takes a tag out of the platform's registry. Its layers stay, so that putting it back is one request. */
export async function removeTag(platform: Platform, repository: string, tag: string): Promise<RemovedTag> {
  const to = { namespace: 'registry', labels: 'app=harbor', port: 5000 }
  const path = `/v2/${repository}/manifests`
  const { type, body } = await forwarded(platform, to, async url => {
    const found = await expectStatus(
      fetch(`${url}${path}/${tag}`, { headers: { accept: TYPES.join(', ') } }),
      200,
    )
    const digest = found.headers.get('docker-content-digest')
    const kept = { type: found.headers.get('content-type') ?? '', body: await found.arrayBuffer() }
    await expectStatus(fetch(`${url}${path}/${digest}`, { method: 'DELETE' }), 202)
    await expectStatus(fetch(`${url}${path}/${tag}`, { headers: { accept: TYPES.join(', ') } }), 404)
    return kept
  })
  return {
    restore: () =>
      forwarded(platform, to, async url => {
        const headers = { 'content-type': type }
        await expectStatus(fetch(`${url}${path}/${tag}`, { method: 'PUT', headers, body }), 201)
      }),
  }
}

async function expectStatus(pending: Promise<Response>, status: number): Promise<Response> {
  const answer = await pending
  if (answer.status !== status)
    throw new Error(`the registry answers ${answer.status} instead of ${status}: ${await answer.text()}`)
  return answer
}
