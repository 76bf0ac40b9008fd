import { compareContents } from './contents.ts'
import { otherRecordings } from './exceptions.ts'
import { play } from './play.ts'
import { files } from './recordings.ts'
import type { ConformanceTarget, Outcome } from './target.ts'

export type { ConformanceTarget, Outcome } from './target.ts'

/** Plays every recording against a running web and worker. Nothing is left out silently: what is not covered says why. */
export async function conformance(target: ConformanceTarget): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const file of files) outcomes.push(...(await play(file, target)))
  outcomes.push(...(await compareContents(target)))
  for (const [recording, reason] of otherRecordings) {
    outcomes.push({ recording, name: 'all', result: 'not covered', detail: [reason] })
  }
  return outcomes
}

/** A table for people: what differs, what is not covered and why, and the counts. */
export function summary(outcomes: Outcome[]): string {
  const of = (result: Outcome['result']) => outcomes.filter(outcome => outcome.result === result)
  const lines = [...of('different'), ...of('not covered')].map(
    o => `${o.result.padEnd(11)}  ${o.recording} / ${o.name}: ${o.detail.slice(0, 6).join(' · ')}`,
  )
  return [
    ...lines,
    `${of('same').length} same, ${of('different').length} different, ${of('not covered').length} not covered`,
  ].join('\n')
}
