import { cp, link, mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { artefact } from '../artefacts/cache.ts'
import { debianPackages } from '../artefacts/debian-packages.ts'
import { goProgram } from '../artefacts/go-program.ts'

export const kubernetesVersion = 'v1.34.4'
const programs = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
]
const packages = [
  ...['containerd', 'runc', 'containernetworking-plugins', 'iptables', 'conntrack', 'busybox-static'],
  // Libraries of the above that a minimal machine lacks.
  ...[
    'libip4tc2',
    'libip6tc2',
    'libxtables12',
    'libnftnl11',
    'libnetfilter-conntrack3',
    'libnfnetlink0',
    'libmnl0',
  ],
]
const iptables = ['iptables', 'ip6tables'].flatMap(name => [name, `${name}-save`, `${name}-restore`])

/** etcd, Kubernetes and kubectl in one program that looks at the name it is called by. */
export function hyperkube(): Promise<string> {
  return goProgram({
    name: 'hyperkube',
    module: fileURLToPath(new URL('go/hyperkube', import.meta.url)),
    sources: ['main.go'],
    set: {
      'k8s.io/component-base/version.gitVersion': kubernetesVersion,
      'k8s.io/client-go/pkg/version.gitVersion': kubernetesVersion,
    },
    usually: '10 min',
  })
}

/** Folder that lies over the machine's /usr in the node: Kubernetes under its own names, containerd, runc, CNI, iptables. */
export async function nodeUsr(): Promise<string> {
  const binary = await hyperkube()
  const debs = await debianPackages('node-packages', packages)
  return artefact({
    name: 'node-usr',
    inputs: ['1', basename(join(binary, '..')), basename(debs), ...programs, ...iptables],
    async build(dir) {
      for (const part of ['bin', 'sbin', 'lib', 'usr/bin', 'usr/sbin', 'usr/lib'])
        await cp(join(debs, part), join(dir, part.replace(/^usr\//, '')), {
          recursive: true,
          verbatimSymlinks: true,
        }).catch(ifMissing)
      // Without these the unpacked programs would be found through the machine's alternatives, which we leave alone.
      for (const name of iptables) {
        await rm(join(dir, 'sbin', name), { force: true })
        await symlink('xtables-nft-multi', join(dir, 'sbin', name))
      }
      await mkdir(join(dir, 'local/bin'), { recursive: true })
      await link(binary, join(dir, 'local/bin/hyperkube'))
      for (const name of programs) await symlink('hyperkube', join(dir, 'local/bin', name))
    },
  })
}

function ifMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

/** kubectl for the machine itself. */
export async function kubectlPath(): Promise<string> {
  return join(await nodeUsr(), 'local/bin/kubectl')
}

/** The pause program of the Kubernetes release, from its own C source; it holds a pod's namespaces. */
export async function pauseProgram(kubernetesSource: string): Promise<string> {
  const source = join(kubernetesSource, 'build/pause/linux/pause.c')
  const dir = await artefact({
    name: 'pause',
    inputs: ['3.10.1', await readFile(source)],
    async build(dir) {
      await execa('gcc', ['-Os', '-static', '-s', '-DVERSION=v3.10.1', '-o', join(dir, 'pause'), source])
    },
  })
  return join(dir, 'pause')
}
