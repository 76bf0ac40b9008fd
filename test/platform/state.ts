import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheRoot } from './artefacts/cache.ts'
import { newFacts, type PlatformFacts } from './facts.ts'
import { authority, issue } from './node/certificates.ts'
import type { NodePlan } from './node/plan.ts'

/** What `up` decided about a platform, beside its plan. */
export type PlatformState = { facts: PlatformFacts; kubectl: string }

/** The lock that `up`, `down` and `reset` of one platform share. */
export const platformLock = (name: string): string => join(cacheRoot(), 'locks', `${name}.lock`)

const fileOf = (plan: NodePlan) => join(plan.state, 'platform.json')

export function readState(plan: NodePlan): PlatformState | undefined {
  const file = fileOf(plan)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PlatformState) : undefined
}

/** The facts of this platform, decided now when there are none, with the kubectl of these programs. */
export async function keepState(plan: NodePlan, kubectl: string): Promise<PlatformState> {
  const facts = readState(plan)?.facts ?? (await decideFacts(plan))
  await writeFile(fileOf(plan), JSON.stringify({ facts, kubectl } satisfies PlatformState), { mode: 0o600 })
  await writeFile(caFileOf(plan), facts.caPem)
  return { facts, kubectl }
}

export const caFileOf = (plan: NodePlan): string => join(plan.state, 'ca.crt')

async function decideFacts(plan: NodePlan): Promise<PlatformFacts> {
  const facts = newFacts(plan)
  const ca = await authority('Thinkube platform CA')
  const wildcard = await issue(ca, { commonName: facts.domain, dns: [facts.domain, `*.${facts.domain}`] })
  return { ...facts, caPem: ca.crt, tlsCrt: wildcard.crt, tlsKey: wildcard.key }
}
