/** JSON values, and the three things this folder does with them. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, index) => equal(one, b[index]))
  if (isObject(a) && isObject(b)) {
    // A member that is undefined is as good as absent.
    for (const key in a) if (!equal(a[key], b[key])) return false
    for (const key in b) if (a[key] === undefined && b[key] !== undefined) return false
    return true
  }
  return false
}

/** A deep copy without `undefined` and `null` members, as the API server stores it. */
export function clean<T>(value: T): T {
  if (Array.isArray(value)) return value.map(one => clean(one)) as T
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined && inner !== null)
      .map(([key, inner]) => [key, clean(inner)]),
  ) as T
}
