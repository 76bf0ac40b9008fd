import { chmod, copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { directoryLayer, type Layer } from './layer.ts'

const packages = [
  ...['base-files', 'libc6', 'libc-bin', 'libgcc-s1', 'libstdc++6', 'libatomic1', 'zlib1g'],
  ...[
    'bash',
    'coreutils',
    'grep',
    'sed',
    'findutils',
    'tar',
    'gzip',
    'busybox-static',
    'ca-certificates',
    'netbase',
    'tzdata',
  ],
]
/** What busybox adds where Debian's own packages bring nothing. */
const applets =
  'vi wget nc ps top less awk xxd hostname ip ping nslookup clear which free pgrep pkill kill telnet unzip su sleep'.split(
    ' ',
  )
const users: [name: string, id: number, home: string][] = [
  ['postgres', 999, '/var/lib/postgresql'],
  ['thinkube', 1000, '/home/thinkube'],
  ['valkey', 1001, '/data'],
  ['clickhouse', 101, '/var/lib/clickhouse'],
]
const passwd = [
  'root:x:0:0:root:/root:/bin/bash',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  ...users.map(([name, id, home]) => `${name}:x:${id}:${id}::${home}:/bin/bash`),
]
const group = ['root:x:0:', 'nogroup:x:65534:', ...users.map(([name, id]) => `${name}:x:${id}:`)]
const unneeded = [
  ...['doc', 'man', 'locale', 'info', 'lintian', 'bash-completion'].map(name => `usr/share/${name}`),
  ...['right', 'posix'].map(name => `usr/share/zoneinfo/${name}`),
  ...[
    'dev',
    'boot',
    'proc',
    'sys',
    'var/lib/apt',
    'var/lib/dpkg',
    'var/cache',
    'var/log',
    'etc/apt',
    'usr/lib/x86_64-linux-gnu/gconv',
  ],
]

/** A small Debian 12: packages are unpacked, their maintainer scripts do not run. */
export function baseLayer(): Promise<Layer> {
  return directoryLayer({
    name: 'base',
    inputs: ['2', ...packages, ...applets, ...passwd, ...group, ...unneeded],
    usually: '15 s',
    async populate(root) {
      await unpackDebian(root, packages)
      for (const path of unneeded) await rm(join(root, path), { recursive: true, force: true })
      for (const dir of [
        'dev',
        'proc',
        'sys',
        'tmp',
        'data',
        'root',
        'home/thinkube',
        'var/tmp',
        'var/log',
        'var/cache',
        'usr/local/bin',
      ])
        await mkdir(join(root, dir), { recursive: true })
      for (const dir of ['tmp', 'var/tmp']) await chmod(join(root, dir), 0o1777)
      // what the packages' maintainer scripts would have linked
      await rm(join(root, 'var/run'), { recursive: true, force: true })
      await symlink('/run', join(root, 'var/run'))
      await rm(join(root, 'usr/bin/sh'), { force: true })
      await symlink('bash', join(root, 'usr/bin/sh'))
      await writeFile(join(root, 'etc/passwd'), `${passwd.join('\n')}\n`)
      await writeFile(join(root, 'etc/group'), `${group.join('\n')}\n`)
      await writeFile(join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n')
      for (const name of applets) await symlink('/bin/busybox', join(root, 'usr/local/bin', name))
      await writeCertificates(root)
    },
    owners: { '/home/thinkube': { uid: 1000, gid: 1000 } },
  })
}

/** Unpacks Debian packages and what they depend on into `root`. Installs mmdebstrap on this machine when it is missing. */
export async function unpackDebian(root: string, names: readonly string[]): Promise<void> {
  if ((await execa('which', ['mmdebstrap'], { reject: false })).exitCode !== 0) {
    await execa('apt-get', ['update', '-qq'])
    await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'mmdebstrap'], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  const mirror = await debianMirror()
  await execa('mmdebstrap', [
    ...[
      '--quiet',
      '--variant=extract',
      `--include=${names.join(',')}`,
      '--aptopt=APT::Install-Recommends "false"',
    ],
    ...['--dpkgopt=path-exclude=/usr/share/{doc,man,locale,info,lintian,bash-completion}/*'],
    '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
    ...['bookworm', root, `deb ${mirror} bookworm main`],
  ])
}

/** The mirror that this machine's own apt uses for Debian 12. */
async function debianMirror(): Promise<string> {
  const targets = [
    'indextargets',
    '--format',
    '$(REPO_URI)',
    'Created-By: Packages',
    'Codename: bookworm',
    'Component: main',
  ]
  const known = await execa('apt-get', targets)
  if (known.stdout === '') await execa('apt-get', ['update', '-qq'])
  const mirror = (known.stdout || (await execa('apt-get', targets)).stdout).split('\n')[0]
  if (!mirror)
    throw new Error('apt knows no Debian 12 (bookworm) mirror: the images are made from its packages')
  return mirror
}

async function writeCertificates(root: string): Promise<void> {
  const from = join(root, 'usr/share/ca-certificates/mozilla')
  const all = await Promise.all((await readdir(from)).sort().map(name => readFile(join(from, name), 'utf8')))
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true })
  await writeFile(join(root, 'etc/ssl/certs/ca-certificates.crt'), all.join(''))
}

/** This machine's Node.js, to lie on the base layer. */
export function nodeLayer(): Promise<Layer> {
  return directoryLayer({
    name: 'node',
    inputs: ['1', process.version],
    async populate(root) {
      await mkdir(join(root, 'usr/bin'), { recursive: true })
      await mkdir(join(root, 'app'))
      await copyFile(process.execPath, join(root, 'usr/bin/node'))
      await chmod(join(root, 'usr/bin/node'), 0o755)
    },
  })
}
