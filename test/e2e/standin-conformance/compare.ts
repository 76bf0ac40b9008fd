/** Keys whose values are of the moment: only their form is compared. */
const moments = new Set(['createdAt', 'updatedAt', 'lastUpdatedAt', 'urlExpiry', 'expires', 'csrfToken'])
/** Of the real server's self-tracing and of its zod version: not part of what is stood for. */
const ignored = new Set(['traceparent', 'baggage', 'pattern', 'sizeLimit'])

const form = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/\bc[a-z0-9]{24}\b/g, '<cuid>')
    .replace(/\b[0-9a-f]{64}\b/g, '<hex>')
    .replace(/\d{4}\/\d\d\/\d\d\/\d\d\/\d\d/g, '<minute>')

const isMoment = (text: string) => /^(\d{4}-\d\d-\d\dT.*|[0-9a-f]{64}|<CSRF>)$/.test(text)

/** URLs to the store and to the identity provider: path, and the names of the parameters. */
function urlForm(text: string): string | undefined {
  if (!/X-Amz-Signature|openid-connect\/auth\?/.test(text)) return undefined
  const url = new URL(text)
  const kept = [
    'X-Amz-SignedHeaders',
    'X-Amz-Expires',
    'x-id',
    'scope',
    'response_type',
    'code_challenge_method',
  ]
  const query = [...url.searchParams].map(([k, v]) => `${k}=${kept.includes(k) ? v : '…'}`).sort()
  const path = url.pathname.replace(/^\/(realms\/)?[^/]+/, '/$1…')
  return `${path}?${query.join('&')}`
}

function parsedList(text: string): unknown {
  if (!text.startsWith('[')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function texts(expected: string, actual: string, path: string): string[] {
  const [left, right] = [parsedList(expected), parsedList(actual)]
  if (left && right) return differences(left, right, path)
  const [a, b] = [urlForm(expected) ?? form(expected), urlForm(actual) ?? form(actual)]
  return a === b ? [] : [`${path}: ${JSON.stringify(a)} ≠ ${JSON.stringify(b)}`]
}

function moment(expected: unknown, actual: unknown, path: string): string[] {
  const fits =
    typeof expected === 'string' && typeof actual === 'string'
      ? isMoment(expected) === isMoment(actual)
      : expected === actual
  return fits ? [] : [`${path}: ${String(expected)} is not of the form of ${String(actual)}`]
}

/** What differs between a recorded value and an answer, once volatile values are reduced to their form. */
export function differences(expected: unknown, actual: unknown, path = ''): string[] {
  if (typeof expected === 'string' && typeof actual === 'string') return texts(expected, actual, path)
  if (typeof expected === 'number' && typeof actual === 'number') {
    const near = Math.abs(expected - actual) <= 1e-12 || (path === '.timestamp' && expected > 1e12)
    return near ? [] : [`${path}: ${expected} ≠ ${actual}`]
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return [`${path}: ${expected.length} entries ≠ ${actual.length}`]
    return expected.flatMap((value, i) => differences(value, actual[i], `${path}[${i}]`))
  }
  if (expected && actual && typeof expected === 'object' && typeof actual === 'object') {
    const [a, b] = [expected as Record<string, unknown>, actual as Record<string, unknown>]
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(key => !ignored.has(key))
    return keys.flatMap(key => {
      const at = `${path}.${key}`
      if (!(key in a)) return [`${at}: not in the recording`]
      if (!(key in b)) return [`${at}: missing`]
      if (moments.has(key) || (key === 'timestamp' && path === '.data')) return moment(a[key], b[key], at)
      if (key === 'id' && /^\d+$/.test(String(a[key])) && /^\d+$/.test(String(b[key]))) return []
      return differences(a[key], b[key], at)
    })
  }
  return expected === actual ? [] : [`${path}: ${JSON.stringify(expected)} ≠ ${JSON.stringify(actual)}`]
}

/** Cookies by name. Where to return to is only sent when it changes, so it depends on what was played before. */
const names = (cookies: string[]): string =>
  [...new Set(cookies.map(cookie => (cookie.split('=')[0] ?? '').trim().replace(/^__Secure-/, '')))]
    .filter(name => name !== 'next-auth.callback-url')
    .sort()
    .join(', ')

/** The headers a client can tell the server by; cookies by name. */
export function headerDifferences(expected: Record<string, string>, actual: Headers): string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    if (name === 'set-cookie') {
      const [a, b] = [names(value.split(/, (?=[\w.-]+=)/)), names(actual.getSetCookie())]
      return a === b ? [] : [`set-cookie: ${a} ≠ ${b}`]
    }
    return texts(value, actual.get(name) ?? '', name)
  })
}
