import { type FileHandle, open } from 'node:fs/promises'
import { request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type Member, members, readMember } from './archive.ts'

// A program of its own: it runs in the node's network, where the registry's Service answers, with the machine's files.
// Arguments: the registry's address, then REF=ARCHIVE for each image.

type Manifest = { mediaType: string; config: { digest: string }; layers: { digest: string }[] }
type Index = { manifests: { digest: string; mediaType: string }[] }
type Answer = { status: number; location?: string; digest?: string }
type Call = {
  method: string
  path: string
  headers?: Record<string, string>
  body?: Buffer | [FileHandle, Member]
}

const [address, ...images] = process.argv.slice(2)

async function push(ref: string, archive: string): Promise<void> {
  const [repository, tag] = splitRef(ref)
  const tar = await open(archive)
  try {
    const files = await members(tar)
    const blob = (digest: string): Member => {
      const member = files.get(`blobs/${digest.replace(':', '/')}`)
      if (!member) throw new Error(`${archive} does not hold ${digest}`)
      return member
    }
    const index = JSON.parse((await readMember(tar, files.get('index.json')!)).toString()) as Index
    const { digest, mediaType } = index.manifests[0]!
    const bytes = await readMember(tar, blob(digest))
    const path = `/v2/${repository}/manifests/${tag}`
    if ((await call({ method: 'HEAD', path, headers: { accept: mediaType } })).digest === digest) return
    const manifest = JSON.parse(bytes.toString()) as Manifest
    for (const part of [manifest.config, ...manifest.layers]) {
      const there = { method: 'HEAD', path: `/v2/${repository}/blobs/${part.digest}` }
      if ((await call(there)).status === 200) continue
      const started = await expect(202, { method: 'POST', path: `/v2/${repository}/blobs/uploads/` })
      const upload = new URL(started.location!, `http://${address}`)
      upload.searchParams.set('digest', part.digest)
      const whole = `${upload.pathname}${upload.search}`
      await expect(201, { method: 'PUT', path: whole, body: [tar, blob(part.digest)] })
    }
    const headers = { 'content-type': mediaType }
    await expect(201, { method: 'PUT', path, headers, body: bytes })
    console.log(`pushed ${ref}`)
  } finally {
    await tar.close()
  }
}

function splitRef(ref: string): [repository: string, tag: string] {
  const path = ref.slice(ref.indexOf('/') + 1)
  return [path.slice(0, path.lastIndexOf(':')), path.slice(path.lastIndexOf(':') + 1)]
}

async function expect(status: number, c: Call): Promise<Answer> {
  const answer = await call(c)
  if (answer.status !== status)
    throw new Error(`${c.method} ${c.path} answered ${answer.status}, expected ${status}`)
  return answer
}

async function call({ method, path, headers = {}, body }: Call): Promise<Answer> {
  const size = !body ? 0 : Buffer.isBuffer(body) ? body.length : body[1].size
  const sent = request(`http://${address}${path}`, {
    method,
    headers: { ...headers, 'content-length': String(size) },
  })
  const answered = new Promise<Answer>((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', response => {
      response.resume()
      const { location, 'docker-content-digest': digest } = response.headers
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, location, digest: digest?.toString() }),
      )
    })
  })
  if (body && !Buffer.isBuffer(body) && body[1].size > 0) {
    const [tar, { offset, size }] = body
    await pipeline(tar.createReadStream({ start: offset, end: offset + size - 1, autoClose: false }), sent)
  } else sent.end(body && Buffer.isBuffer(body) ? body : undefined)
  return answered
}

async function main(): Promise<void> {
  for (const image of images) {
    const at = image.indexOf('=')
    await push(image.slice(0, at), image.slice(at + 1))
  }
}

void main()
