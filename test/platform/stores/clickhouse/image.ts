import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { baseLayer, directoryLayer, type Image, image, unpackDebian } from '../../images/index.ts'
import { wheel } from '../wheel.ts'

const requirement = 'chdb-core==26.9.0'
const python = ['python3-minimal', 'libpython3-stdlib']
export const clickhouseRef = 'thinkube.local/clickhouse:26.9.0'

/** ClickHouse's engine with its real HTTP and native handlers, and the front that keeps users and grants. */
export async function clickhouseImage(): Promise<Image> {
  const runtime = await directoryLayer({
    name: 'python',
    inputs: ['1', ...python],
    usually: '15 s',
    async populate(root) {
      await unpackDebian(root, python)
      for (const unneeded of [
        'dev',
        'boot',
        'var',
        'etc/apt',
        'run',
        'tmp',
        'usr/share/doc',
        'usr/share/man',
        'usr/share/locale',
      ])
        await rm(join(root, unneeded), { recursive: true, force: true })
    },
  })
  const engine = await directoryLayer({
    name: 'clickhouse-engine',
    inputs: ['1', requirement],
    usually: '40 s',
    async populate(root) {
      const packages = join(root, 'usr/lib/python3/dist-packages')
      const unpacked = await wheel(requirement, '20 s')
      for (const part of ['chdb', 'chdb_core.libs'])
        await cp(join(unpacked, part), join(packages, part), { recursive: true })
      // stubs for other versions of Python
      const stubs = (await readdir(join(packages, 'chdb'))).filter(
        n => /_chdb_3\.\d+\.so$/.test(n) && !n.includes('3.11'),
      )
      for (const stub of stubs) await rm(join(packages, 'chdb', stub))
    },
  })
  const here = new URL('server/', import.meta.url)
  const names = (await readdir(here)).filter(name => name.endsWith('.py')).sort()
  const files = await Promise.all(
    names.map(async name => [name, await readFile(new URL(name, here))] as const),
  )
  const front = await directoryLayer({
    name: 'clickhouse-front',
    inputs: ['1', ...files.flat()],
    async populate(root) {
      await mkdir(join(root, 'opt/clickhouse'), { recursive: true })
      for (const [name, bytes] of files) await writeFile(join(root, 'opt/clickhouse', name), bytes)
    },
  })
  return image({
    ref: clickhouseRef,
    layers: [await baseLayer(), runtime, engine, front],
    config: {
      Env: ['LANG=C.UTF-8', 'PYTHONDONTWRITEBYTECODE=1', 'TZ=UTC'],
      User: '101',
      Entrypoint: ['python3', '/opt/clickhouse/front.py', '/var/lib/clickhouse'],
      ExposedPorts: { '8123/tcp': {}, '9000/tcp': {} },
    },
  })
}
