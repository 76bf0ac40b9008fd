import type { World } from '../world.ts'

interface Result {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/**
 * The few commands that are run in pods: reading and writing a file. Files belong to the world by
 * `namespace/pod-prefix/container:path`, where the prefix is the pod's name without its random part.
 */
export function execIn(
  world: World,
  { namespace, pod, container }: { namespace: string; pod: string; container: string },
  { command, stdin }: { command: readonly string[]; stdin?: string | undefined },
): Result {
  const key = (path: string) =>
    `${namespace}/${pod.replace(/-[a-z0-9]+-[a-z0-9]+$/, '')}/${container}:${path}`
  const done = (stdout = ''): Result => ({ stdout, stderr: '', exitCode: 0 })
  const failed = (stderr: string): Result => ({ stdout: '', stderr, exitCode: 1 })
  const [program = '', ...args] = command
  if (program === 'true') return done()
  if (program === 'cat' && args[0] !== undefined) {
    const content = world.files[key(args[0])]
    return content === undefined ? failed(`cat: ${args[0]}: No such file or directory`) : done(content)
  }
  if (program === 'tee' && args[0] !== undefined) {
    world.files[key(args[0])] = stdin ?? ''
    return done(stdin)
  }
  if (program === 'rm' && args.length > 0) {
    for (const path of args) if (!path.startsWith('-')) delete world.files[key(path)]
    return done()
  }
  return { stdout: '', stderr: `${program}: not found`, exitCode: 127 }
}
