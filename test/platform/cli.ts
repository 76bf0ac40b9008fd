import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { attach, kubectlArguments } from './attach.ts'
import { existingPlan, platformName } from './node/plan.ts'
import { down, type Platform, reset, up } from './platform.ts'
import { CannotRunHere } from './runnable.ts'
import { readState } from './state.ts'

const usage = `npm run platform -- COMMAND
  up                          bring the local Thinkube up, or repair it
  down                        end it and remove everything but the artefact cache
  status                      is it up, and how are its pods
  reset                       make it as if Langfuse had never been installed
  kubeconfig [--as operator]  path of a kubeconfig: administrator, or an operator with fewer rights
  kubectl ARGUMENTS…          kubectl as administrator
  logs audit                  the API server's audit log
  logs PART                   logs of the pods in a namespace, or of a program of the node (kubelet, etcd, …)`

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'up':
      await up()
      return 0
    case 'down':
      await down()
      return 0
    case 'reset':
      await reset()
      return 0
    case 'status':
      return status()
    case 'kubeconfig':
      return kubeconfig(args)
    case 'kubectl':
      return kubectl(args)
    case 'logs':
      return logs(args[0])
    default:
      console.error(usage)
      return 2
  }
}

function running(): Platform {
  const platform = attach()
  if (!platform) throw new Error(`the platform ${platformName()} is not up: run \`npm run platform -- up\``)
  return platform
}

async function status(): Promise<number> {
  const platform = attach()
  if (!platform) {
    console.log(`${platformName()} is down`)
    return 1
  }
  console.log(`${platform.name} is up, API server https://${platform.facts.nodeIp}:6443`)
  console.log(await platform.kubectl(['get', 'pods', '-A', '-o', 'wide']))
  return 0
}

function kubeconfig(args: string[]): number {
  if (args.length > 0 && args.join(' ') !== '--as operator') {
    console.error(usage)
    return 2
  }
  console.log(args.length > 0 ? running().operatorKubeconfig : running().kubeconfig)
  return 0
}

/** Hands the terminal over: kubectl may be interactive, and its exit code is ours. */
function kubectl(args: string[]): Promise<number> {
  const plan = existingPlan(running().name)!
  const child = spawn(readState(plan)!.kubectl, kubectlArguments(plan, args), { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', code => resolve(code ?? 1))
  })
}

async function logs(what: string | undefined): Promise<number> {
  const platform = running()
  if (what === undefined) {
    console.error(usage)
    return 2
  }
  if (what === 'audit') {
    process.stdout.write(await platform.auditLog())
    return 0
  }
  const program = join(existingPlan(platform.name)!.state, 'log', `${what}.log`)
  const text = await readFile(program, 'utf8').catch(() => undefined)
  if (text !== undefined) {
    process.stdout.write(text)
    return 0
  }
  const pods = await platform.kubectl(['-n', what, 'get', 'pods', '-o', 'name'])
  if (pods === '')
    throw new Error(`nothing is called ${what}: no namespace with pods, no program of the node`)
  for (const pod of pods.split('\n').filter(Boolean))
    console.log(
      await platform.kubectl(['-n', what, 'logs', pod, '--all-containers', '--prefix', '--tail=-1']),
    )
  return 0
}

// The reader may have seen enough (`… | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = error instanceof CannotRunHere ? 3 : 1
  },
)
