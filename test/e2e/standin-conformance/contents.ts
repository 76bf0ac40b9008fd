import { recordingText } from './recordings.ts'
import type { ConformanceTarget, Outcome } from './target.ts'

/** Keys and paths with ids, times and hashes taken out: the families of names that the server uses. */
const family = (name: string): string =>
  name
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replace(/\b[0-9a-f]{16,64}\b/g, '<id>')
    .replace(/\b\d{4}\/\d\d\/\d\d\/\d\d\/\d\d\b/g, '<minute>')
    .replace(/(?<=^|[:/])(thinkube|default)(?=[:/]|$)/g, '<project>')
    .replace(/(?<=model-match:<project>:).*/, '<model>')
    .replace(/:\d+$/, ':<n>')
    .replace(/^(<project>\/)[\w-]{22}\.txt$/, '$1<media>.txt')

/** Of a moment or of features that are not stood in for. */
const passing =
  /:(stalled-check|marker|completed|failed|wait|active|delayed|<n>)$|^bull:entity-change-queue:(events|id)$|^langfuse:eval|:meta$/

function families(names: string[], project: string): Set<string> {
  return new Set(
    names.map(name => family(name.replaceAll(project, 'thinkube'))).filter(name => !passing.test(name)),
  )
}

function missing(recording: string, what: string, expected: Set<string>, actual: Set<string>): Outcome {
  const detail = [...expected].filter(name => !actual.has(name)).map(name => `${what} ${name}: missing`)
  return { recording, name: what, result: detail.length === 0 ? 'same' : 'different', detail }
}

const skipped = (recording: string): Outcome => ({
  recording,
  name: 'names',
  result: 'not covered',
  detail: ['the store cannot be looked into from here'],
})

/** Compares the names of keys, objects and tables with the recorded ones. Run it after the ingestion recordings. */
export async function compareContents(target: ConformanceTarget): Promise<Outcome[]> {
  const read = async <T>(name: string): Promise<T> => JSON.parse(await recordingText(name)) as T
  const rows = async (name: string) =>
    (await recordingText(name))
      .trim()
      .split('\n')
      .map(line => line.split('\t')[0] ?? '')
  const outcomes: Outcome[] = []

  const keys = await read<{ key: string }[]>('20-valkey-keys.json')
  outcomes.push(
    target.valkeyKeys
      ? missing(
          '20-valkey-keys',
          'key',
          families(
            keys.map(k => k.key),
            'thinkube',
          ),
          families(await target.valkeyKeys(), target.project.id),
        )
      : skipped('20-valkey-keys'),
  )
  const objects =
    (await read<Record<string, [string, number][]>>('21-bucket-objects.json'))['langfuse-events'] ?? []
  outcomes.push(
    target.bucketKeys
      ? missing(
          '21-bucket-objects',
          'object',
          families(
            objects.map(([key]) => key),
            'thinkube',
          ),
          families(await target.bucketKeys(), target.project.id),
        )
      : skipped('21-bucket-objects'),
  )
  outcomes.push(
    target.clickhouseTables
      ? missing(
          '22-clickhouse-tables',
          'table',
          new Set(await rows('22-clickhouse-tables.tsv')),
          new Set((await target.clickhouseTables()).map(t => t.name)),
        )
      : skipped('22-clickhouse-tables'),
  )
  outcomes.push(
    target.postgresTables
      ? missing(
          '23-postgres-tables',
          'table',
          new Set(await rows('23-postgres-tables.tsv')),
          new Set(await target.postgresTables()),
        )
      : skipped('23-postgres-tables'),
  )
  return outcomes
}
