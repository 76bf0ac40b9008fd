import { first, sql } from '../stores/postgres.ts'
import { valkey } from '../stores/valkey.ts'

export type Model = { id: string; modelName: string }
export type Numbers = Record<string, number>

/** The model whose pattern fits the name a client sent; project models before the built-in ones; cached for a day. */
export async function findModel(projectId: string, name: string): Promise<Model | undefined> {
  const key = `model-match:${projectId}:${name}`
  const cached = await valkey()?.get(key)
  if (cached) return JSON.parse(cached) as Model
  const model = await first<Model>(
    `select id, model_name as "modelName" from models
      where (project_id = $1 or project_id is null) and $2 ~ regexp_replace(match_pattern, '^\\(\\?i\\)', '(?i)')
      order by project_id asc, start_date desc nulls last limit 1`,
    [projectId, name],
  )
  if (model) await valkey()?.set(key, JSON.stringify(model), 'EX', 86_400)
  return model
}

export async function pricesOf(modelId: string | undefined): Promise<Numbers> {
  if (!modelId) return {}
  const rows = await sql<{ usage_type: string; price: string }>(
    'select usage_type, price from prices where model_id = $1',
    [modelId],
  )
  return Object.fromEntries(rows.map(row => [row.usage_type, Number(row.price)]))
}

const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0)
/** ClickHouse keeps 12 decimals; rounding here avoids 0.00005750000000000001. */
const round = (value: number): number => Number(value.toFixed(12))

export function usageWithTotal(provided: Numbers): Numbers {
  if (Object.keys(provided).length === 0 || 'total' in provided) return provided
  return { ...provided, total: sum(Object.values(provided)) }
}

export type Cost = { cost_details: Numbers; total_cost?: number | null }

/** What the client said it cost; else units × price. */
export function costOf(provided: Numbers, usage: Numbers, prices: Numbers): Cost {
  const given = Object.keys(provided)
  if (given.length > 0) {
    const simple = given.every(key => key === 'input' || key === 'output')
    const total = provided.total ?? (simple ? sum(Object.values(provided)) : undefined)
    return { cost_details: total === undefined ? provided : { ...provided, total }, total_cost: total }
  }
  const entries = Object.entries(usage).flatMap(([key, units]): [string, number][] => {
    const price = prices[key]
    return price === undefined ? [] : [[key, round(price * units)]]
  })
  if (entries.length === 0) return { cost_details: {}, total_cost: 0 }
  const details = Object.fromEntries(entries)
  const total = details.total ?? round(sum(entries.map(([, value]) => value)))
  return { cost_details: { ...details, total }, total_cost: total }
}
