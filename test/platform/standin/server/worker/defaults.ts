import { log, messageOf } from '../log.ts'
import { sql } from '../stores/postgres.ts'

/** A few of the server's built-in models: id, name, pattern, prices in USD a token. */
const models: [string, string, string, Record<string, number>][] = [
  [
    'b9854a5c92dc496b997d99d20',
    'gpt-4o',
    '(?i)^(gpt-4o)$',
    { input: 2.5e-6, input_cached_tokens: 1.25e-6, output: 1e-5 },
  ],
  [
    'b9854a5c92dc496b997d99d21',
    'gpt-4o-2024-05-13',
    '(?i)^(gpt-4o-2024-05-13)$',
    { input: 5e-6, output: 1.5e-5 },
  ],
  [
    'clyrjp56f0000t0mzapoocd7u',
    'gpt-4o-mini',
    '(?i)^(gpt-4o-mini)$',
    { input: 1.5e-7, input_cached_tokens: 7.5e-8, output: 6e-7 },
  ],
  ['clrntkjgy000f08jx79v9g1xj', 'gpt-4', '(?i)^(gpt-4)$', { input: 3e-5, output: 6e-5 }],
  [
    'clruwnahl00040al78f1lb0at',
    'gpt-3.5-turbo',
    '(?i)^(gpt-)(35|3.5)(-turbo)$',
    { input: 5e-7, output: 1.5e-6 },
  ],
  ['clruwn3pc00010al7bl611c8o', 'text-embedding-3-small', '(?i)^(text-embedding-3-small)$', { total: 2e-8 }],
  [
    'cltgy0iuw000008le3vod1hhy',
    'claude-3-opus-20240229',
    '(?i)^(claude-3-opus-20240229)$',
    { input: 1.5e-5, output: 7.5e-5 },
  ],
]

async function upsertModels(): Promise<void> {
  const known = new Set((await sql<{ id: string }>('select id from models')).map(row => row.id))
  for (const [id, name, pattern, prices] of models) {
    if (known.has(id)) continue
    await sql(
      `insert into models (id, created_at, updated_at, model_name, match_pattern, input_price, output_price, total_price, unit)
       values ($1, now(), now(), $2, $3, $4, $5, $6, 'TOKENS') on conflict do nothing`,
      [id, name, pattern, prices.input ?? null, prices.output ?? null, prices.total ?? null],
    )
    for (const [usage, price] of Object.entries(prices)) {
      await sql(
        'insert into prices (id, created_at, updated_at, model_id, usage_type, price) values ($1, now(), now(), $2, $3, $4) on conflict do nothing',
        [`${id}_${usage}`, id, usage, price],
      )
    }
    log.info(`Upserted default model ${name} (${id})`)
  }
}

async function backgroundMigrations(): Promise<void> {
  const rows = await sql<{ id: string; name: string }>(
    'select id, name from background_migrations where finished_at is null order by name',
  )
  for (const { id, name } of rows) {
    log.info(`[Background Migration] Found background migrations ${name} to run`)
    log.info(`[Background Migration] Acquired lock for background migration ${name}`)
    await sql('update background_migrations set finished_at = now(), locked_at = null where id = $1', [id])
    log.info(`[Background Migration] Finished background migration ${name}`)
  }
  log.info('[Background Migration] No background migrations to run')
}

/** What the worker seeds at its start. A failure is logged and not tried again: start it after the migrations. */
export async function seed(): Promise<void> {
  const began = Date.now()
  const since = () => `${Date.now() - began}ms`
  await Promise.all([
    upsertModels().then(
      () => log.info(`Finished upserting default model prices in ${since()}`),
      error => log.error(`Error upserting default model prices after ${since()}: ${messageOf(error)}`),
    ),
    backgroundMigrations().catch(error => log.error('Error running background migrations', error)),
  ])
}
