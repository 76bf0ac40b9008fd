import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { enterNode, nodePid } from './node/node.ts'
import { existingPlan, type NodePlan, platformName } from './node/plan.ts'
import type { Platform } from './platform.ts'
import { caFileOf, type PlatformState, readState } from './state.ts'

/** The running platform of this checkout, or undefined. Looks at files only. */
export function attach(): Platform | undefined {
  const plan = existingPlan(platformName())
  const state = plan && readState(plan)
  return state && nodePid(plan) ? platformOf(plan, state) : undefined
}

export function platformOf(plan: NodePlan, { facts, kubectl }: PlatformState): Platform {
  return {
    name: plan.name,
    facts,
    kubeconfig: join(plan.state, 'pki/admin.conf'),
    operatorKubeconfig: join(plan.state, 'pki/operator.conf'),
    caFile: caFileOf(plan),
    async kubectl(args, stdin) {
      const done = await execa(kubectl, kubectlArguments(plan, args), { input: stdin ?? '', reject: false })
      if (done.exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${done.stderr || done.message}`)
      return done.stdout
    },
    async auditLog() {
      const folder = join(plan.state, 'log')
      // Rotated files are named audit-<time>.log and sort before audit.log.
      const files = (await readdir(folder)).filter(name => /^audit.*\.log$/.test(name)).sort()
      return (await Promise.all(files.map(name => readFile(join(folder, name), 'utf8')))).join('')
    },
    async nodeExec(args) {
      return (await execa('nsenter', [...enterNode(plan), ...args])).stdout
    },
  }
}

/** kubectl keeps what it has learned about the API in the platform's folder, not in the home of who runs it. */
export function kubectlArguments(plan: NodePlan, args: readonly string[]): string[] {
  return [
    `--kubeconfig=${join(plan.state, 'pki/admin.conf')}`,
    `--cache-dir=${join(plan.state, 'kubectl')}`,
    ...args,
  ]
}

/** Feeds a file of this machine to a program in the node. */
export async function nodeFeed(plan: NodePlan, args: string[], file: string): Promise<string> {
  return (await execa('nsenter', [...enterNode(plan), ...args], { input: createReadStream(file) })).stdout
}
