import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/config/secret.ts'
import type { PublicAnswer, PublicPort, PublicRequest } from '../../../src/platform/public/port.ts'
import { registryAdapter } from '../../../src/platform/registry/adapter.ts'
import { parseChallenge } from '../../../src/platform/registry/challenge.ts'
import { parseManifest } from '../../../src/platform/registry/manifest.ts'

interface Served {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

type Serve = (url: URL, authorization: string | undefined) => Served

function web(serve: Serve): PublicPort & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    async fetch(address: string, { headers }: PublicRequest): Promise<PublicAnswer> {
      const url = new URL(address)
      asked.push(url.host + url.pathname + url.search)
      const { status, headers: answer, body } = serve(url, headers?.Authorization)
      const text = JSON.stringify(body ?? {})
      return {
        status,
        headers: new Headers(answer),
        via: 'dns',
        text: async () => text,
        json: async () => JSON.parse(text),
      }
    },
  }
}

const { signal } = new AbortController()
const index = { manifests: [{ platform: { os: 'linux', architecture: 'amd64' } }] }

describe('parseChallenge', () => {
  it('reads realm, service and scope', () => {
    const header =
      'Bearer realm="https://r.test/service/token",service="harbor",scope="repository:a/b:pull,push"'
    expect(parseChallenge(header)).toEqual({
      type: 'bearer',
      realm: 'https://r.test/service/token',
      service: 'harbor',
      scope: 'repository:a/b:pull,push',
    })
  })

  it('knows Basic, and nothing else', () => {
    expect(parseChallenge('Basic realm="x"')).toEqual({ type: 'basic' })
    expect(parseChallenge('Negotiate')).toBeUndefined()
    expect(parseChallenge(null)).toBeUndefined()
    expect(parseChallenge('Bearer service="x"')).toBeUndefined()
  })
})

describe('parseManifest', () => {
  it('lists the platforms of an index once, attestations left out', () => {
    const platforms = [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
      { os: 'linux', architecture: 'arm64' },
      { os: 'unknown', architecture: 'unknown' },
    ]
    expect(parseManifest({ manifests: platforms.map(platform => ({ platform })) })).toEqual({
      type: 'index',
      platforms: ['linux/amd64', 'linux/arm64'],
    })
  })

  it('names the configuration of a single image, and is undefined for anything else', () => {
    expect(parseManifest({ config: { digest: 'sha256:1' } })).toEqual({ type: 'image', config: 'sha256:1' })
    expect(parseManifest({ errors: [] })).toBeUndefined()
    expect(parseManifest(undefined)).toBeUndefined()
  })
})

describe('registryAdapter', () => {
  it('answers a Bearer challenge, without a login and with one', async () => {
    for (const login of [undefined, { user: 'robot$x', password: new Secret('pw') }]) {
      const basic = login && `Basic ${Buffer.from('robot$x:pw').toString('base64')}`
      const port = web((url, authorization): Served => {
        if (url.pathname === '/token')
          return { status: authorization === basic ? 200 : 401, body: { token: 't' } }
        if (authorization === 'Bearer t')
          return { status: 200, body: index, headers: { 'docker-content-digest': 'sha256:d' } }
        return {
          status: 401,
          headers: { 'www-authenticate': 'Bearer realm="https://auth.test/token",service="s"' },
        }
      })
      const registry = registryAdapter({ host: 'r.test', public: port, login })
      expect(await registry.manifest('library/langfuse', '1', signal)).toEqual({
        digest: 'sha256:d',
        platforms: ['linux/amd64'],
      })
      expect(port.asked[1]).toBe('auth.test/token?service=s&scope=repository%3Alibrary%2Flangfuse%3Apull')
      // The token is kept for the repository.
      await registry.manifest('library/langfuse', '1', signal)
      expect(port.asked).toHaveLength(4)
    }
  })

  it('is a Problem when the registry lets nobody in', async () => {
    const port = web(() => ({ status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }))
    const registry = registryAdapter({ host: 'r.test', public: port })
    await expect(registry.tags('a/b', signal)).rejects.toMatchObject({
      problem: { code: 'registry/login-refused' },
    })
  })

  it('follows pages of tags', async () => {
    const port = web(url =>
      url.searchParams.has('last')
        ? { status: 200, body: { tags: ['3'] } }
        : {
            status: 200,
            body: { tags: ['1', '2'] },
            headers: { link: '</v2/a/b/tags/list?last=2&n=1000>; rel="next"' },
          },
    )
    expect(await registryAdapter({ host: 'r.test', public: port }).tags('a/b', signal)).toEqual([
      '1',
      '2',
      '3',
    ])
  })
})
