import { chTime } from '../stores/clickhouse.ts'
import { HttpError } from './errors.ts'

export type Page = { page: number; limit: number }

export function pageOf(query: URLSearchParams): Page {
  const read = (name: string, otherwise: number, most: number): number => {
    const value = Number(query.get(name) ?? otherwise)
    if (Number.isInteger(value) && value >= 1 && value <= most) return value
    const issue =
      value > most
        ? {
            origin: 'number',
            code: 'too_big',
            maximum: most,
            inclusive: true,
            path: [name],
            message: `Too big: expected number to be <=${most}`,
          }
        : {
            expected: 'number',
            code: 'invalid_type',
            path: [name],
            message: 'Invalid input: expected number',
          }
    throw new HttpError(400, { body: { message: 'Invalid request data', error: [issue] } })
  }
  return { page: read('page', 1, Number.MAX_SAFE_INTEGER), limit: read('limit', 50, 100) }
}

export const metaOf = ({ page, limit }: Page, totalItems: number) => ({
  page,
  limit,
  totalItems,
  totalPages: Math.ceil(totalItems / limit),
})

/** A query parameter and the condition it adds: `{v: Type}` is where its value goes. */
export type Filter = { param: string; condition: string; kind?: 'text' | 'time' | 'list' }

/** Conditions and parameters of the filters that were given; the project always is one. */
export function whereOf(
  query: URLSearchParams,
  projectId: string,
  filters: Filter[],
): { where: string; params: Record<string, unknown> } {
  const conditions = ['project_id = {projectId: String}']
  const params: Record<string, unknown> = { projectId }
  for (const [i, { param, condition, kind }] of filters.entries()) {
    const values = query
      .getAll(param)
      .flatMap(v => (kind === 'list' ? v.split(',') : [v]))
      .filter(v => v !== '')
    if (values.length === 0) continue
    conditions.push(condition.replaceAll('{v:', `{f${i}:`))
    params[`f${i}`] = kind === 'list' ? values : kind === 'time' ? chTime(new Date(values[0]!)) : values[0]
  }
  return { where: conditions.join(' AND '), params }
}
