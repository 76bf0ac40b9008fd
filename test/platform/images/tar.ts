import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, lchown, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { execa } from 'execa'

/** Every file in every layer was last changed at this second: equal inputs give equal bytes. */
export const epoch = 1767225600

/** Owner of a path and of all below it, by absolute path; root where none is named. */
export type Owners = Readonly<Record<string, { uid: number; gid: number }>>

/** The contents of `root` as one tar, sorted, with one time stamp and numeric owners, without the root itself. */
export async function writeTar(o: {
  root: string
  file: string
  owners?: Owners
  /** Pack what symbolic links point at instead of the links. */
  follow?: boolean
}): Promise<void> {
  await own(o.root, '', o.owners ?? {})
  const names = (await readdir(o.root)).sort()
  await execa('tar', [
    ...['--create', '--file', o.file, '--directory', o.root, '--sort=name', `--mtime=@${epoch}`],
    // Without the delete clause pax headers carry the access times of this very run.
    ...[
      '--numeric-owner',
      '--format=posix',
      '--pax-option=delete=atime,delete=ctime',
      '--hard-dereference',
      '--no-acls',
    ],
    ...(o.follow ? ['--dereference'] : []),
    ...['--', ...names],
  ])
}

async function own(root: string, path: string, owners: Owners): Promise<void> {
  const absolute = `/${path}`
  const named = Object.keys(owners).find(top => absolute === top || absolute.startsWith(`${top}/`))
  const { uid, gid } = named === undefined ? { uid: 0, gid: 0 } : owners[named]!
  const full = join(root, path)
  const before = await lstat(full)
  await lchown(full, uid, gid)
  // chown clears the set-uid bits
  if (!before.isSymbolicLink()) await chmod(full, before.mode & 0o7777)
  if (!before.isDirectory()) return
  for (const name of await readdir(full)) await own(root, join(path, name), owners)
}

/** Compresses fast (level 1: these archives travel on one machine) and measures both sides on the way. */
export async function gzip(
  from: string,
  to: string,
): Promise<{ diffId: string; digest: string; size: number }> {
  const raw = createHash('sha256')
  const packed = createHash('sha256')
  let size = 0
  const onRaw = new PassThrough().on('data', chunk => raw.update(chunk))
  const onPacked = new PassThrough().on('data', chunk => {
    packed.update(chunk)
    size += chunk.length
  })
  const gz = createGzip({ level: 1, chunkSize: 1 << 20 })
  await pipeline(
    createReadStream(from, { highWaterMark: 1 << 20 }),
    onRaw,
    gz,
    onPacked,
    createWriteStream(to),
  )
  return { diffId: `sha256:${raw.digest('hex')}`, digest: `sha256:${packed.digest('hex')}`, size }
}
