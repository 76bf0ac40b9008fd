import { execa } from 'execa'

/**
 * Runs a program in a root file system as an image would have it, with a loopback network and processes of its own,
 * so that nothing of it stays behind.
 */
export async function inside(root: string, command: string[], env: Record<string, string>): Promise<void> {
  const prepare = 'ip link set lo up && mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc"'
  const variables = Object.entries({
    PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    ...env,
  })
  await execa('unshare', [
    ...['--mount', '--net', '--pid', '--fork', '--kill-child', '--propagation', 'private'],
    ...[
      'sh',
      '-ec',
      `${prepare} && root=$1 && shift && exec chroot "$root" /usr/bin/env -i "$@"`,
      'sh',
      root,
    ],
    ...variables.map(([name, value]) => `${name}=${value}`),
    ...command,
  ])
}
