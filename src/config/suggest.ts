import { distance } from 'fastest-levenshtein'

/** The known name that was probably meant; undefined when none is near. */
export function suggest(given: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map(name => ({ name, away: distance(given.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.away - b.away)[0]
  if (!ranked) return undefined
  const allowed = Math.max(1, Math.floor(Math.max(given.length, ranked.name.length) / 3))
  return ranked.away <= allowed ? ranked.name : undefined
}
