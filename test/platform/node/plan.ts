import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheRoot } from '../artefacts/cache.ts'
import { withLock } from '../artefacts/lock.ts'

/** What tells one platform on this machine from another. */
export type NodePlan = {
  name: string
  /** Folder of everything that the platform keeps. */
  state: string
  hostIp: string
  nodeIp: string
}

/** The node's name inside its cluster. */
export const nodeName = 'node1'

export function platformsFolder(): string {
  return join(cacheRoot(), 'platforms')
}

/** The platform of this checkout: two checkouts on one machine can each have theirs. */
export function platformName(): string {
  const checkout = realpathSync(fileURLToPath(new URL('../../..', import.meta.url)))
  return `tk-${createHash('sha256').update(checkout).digest('hex').slice(0, 8)}`
}

/** The plan that was made for `name`, or undefined when there is no such platform. */
export function existingPlan(name: string): NodePlan | undefined {
  const file = join(platformsFolder(), name, 'plan.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as NodePlan) : undefined
}

/** Decides on a free /30 for `name` and keeps the decision. */
export function makePlan(name: string): Promise<NodePlan> {
  return withLock(join(cacheRoot(), 'locks', 'plans.lock'), async () => {
    const known = existingPlan(name)
    if (known) return known
    const taken = new Set([...ownAddresses(), ...plannedAddresses()])
    const first = Number.parseInt(createHash('sha256').update(name).digest('hex').slice(0, 4), 16) % subnets
    for (let i = 0; i < subnets; i++) {
      const [hostIp, nodeIp] = addresses((first + i) % subnets)
      if (taken.has(hostIp) || taken.has(nodeIp)) continue
      const plan: NodePlan = { name, state: join(platformsFolder(), name), hostIp, nodeIp }
      await mkdir(plan.state, { recursive: true })
      await writeFile(join(plan.state, 'plan.json'), JSON.stringify(plan))
      return plan
    }
    throw new Error('no free subnet left in 192.168.64.0/18')
  })
}

/** 192.168.64.0/18 in pieces of four addresses. */
const subnets = 4096

function addresses(subnet: number): [hostIp: string, nodeIp: string] {
  const address = (n: number) => `192.168.${64 + (n >> 8)}.${n & 255}`
  return [address(subnet * 4 + 1), address(subnet * 4 + 2)]
}

/** Every address of a subnet that an interface of this machine is in (only those of our range matter). */
function ownAddresses(): string[] {
  const found = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  return found
    .filter(a => a.family === 'IPv4' && a.address.startsWith('192.168.') && a.cidr)
    .flatMap(a => {
      const prefix = Number(a.cidr!.split('/')[1])
      const [, , third, fourth] = a.address.split('.').map(Number) as [number, number, number, number]
      const size = 2 ** Math.min(32 - prefix, 16)
      const start = Math.floor((third * 256 + fourth) / size) * size
      return Array.from({ length: size }, (_, i) => `192.168.${(start + i) >> 8}.${(start + i) & 255}`)
    })
}

function plannedAddresses(): string[] {
  if (!existsSync(platformsFolder())) return []
  const plans = readdirSync(platformsFolder()).map(existingPlan)
  return plans.flatMap(plan => (plan ? [plan.hostIp, plan.nodeIp] : []))
}
