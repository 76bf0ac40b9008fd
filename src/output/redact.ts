import { stripVTControlCharacters } from 'node:util'
import type { Event } from '../engine/events.ts'

export const HIDDEN = '‹hidden›'

export interface Redactor {
  /** From now on this value is hidden, in clear and in the encodings it travels in. */
  registerSecret(value: string): void
  text(text: string): string
  /** For the bus: every string of an event except its structural names. */
  event(event: Event): Event
}

/** Shorter ones would blacken ordinary words; nothing we generate or accept as a password is that short. */
const SHORTEST = 4

/** Fields that hold names of ours. A password that happens to be `check` must not take the events apart. */
const STRUCTURAL = new Set([
  'type',
  'id',
  'kind',
  'outcome',
  'is',
  'change',
  'status',
  'fingerprint',
  'confidence',
])

const PATTERNS: readonly [RegExp, string][] = [
  [/-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g, `-----BEGIN $1----- ${HIDDEN}`],
  [/\b(authorization["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|digest)\s+)?[^\s"',;]+/gi, `$1${HIDDEN}`],
  // A digit or padding tells a token from a word: «basic configuration» is prose.
  [/\b(bearer|basic)\s+(?=[^\s]*[0-9=])[A-Za-z0-9._~+/-]{8,}=*/gi, `$1 ${HIDDEN}`],
  [/\b(?:lf_sk_|sk-lf-)[A-Za-z0-9-]{8,}/g, HIDDEN],
  // user:password@ in connection strings
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s@/]+@/gi, `$1${HIDDEN}@`],
  // header.payload.signature of a JSON web token
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, HIDDEN],
  [
    /\b((?:client_secret|refresh_token|access_token|id_token|password|X-Amz-Signature)=)[^\s&"']+/gi,
    `$1${HIDDEN}`,
  ],
  [
    /("(?:client_secret|refresh_token|access_token|id_token|password)"\s*:\s*")(?:[^"\\]|\\.)*"/gi,
    `$1${HIDDEN}"`,
  ],
]

/**
 * Keeps secrets and terminal control out of everything that is shown or kept. One per run, at the bus: whatever
 * reads events reads redacted ones.
 */
export function createRedactor(): Redactor {
  let needles: string[] = []
  // A private key that comes line by line: hidden from its first line to its last.
  const insideKey = new Set<string>()

  const text = (raw: string): string => {
    let clean = cleaned(raw)
    for (const needle of needles) clean = clean.replaceAll(needle, HIDDEN)
    for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement)
    return clean
  }

  return {
    registerSecret(value) {
      const parts = [value, value.trim(), ...value.split('\n').filter(line => line.length >= 8)]
      const forms = parts.filter(part => part.length >= SHORTEST).flatMap(formsOf)
      // Longest first, so that no rest of a longer form stays behind.
      needles = [...new Set([...needles, ...forms])].sort((a, b) => b.length - a.length)
    },
    text,
    event(event) {
      if (event.type === 'step.logged') return { ...event, line: logged(event.id, event.line) }
      return walk(event, text) as Event
    },
  }

  function logged(id: string, line: string): string {
    if (insideKey.has(id)) {
      if (/-----END [A-Z0-9 ]*PRIVATE KEY-----/.test(line)) insideKey.delete(id)
      return HIDDEN
    }
    const open = line.lastIndexOf('PRIVATE KEY-----')
    if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(line) && !/-----END /.test(line.slice(open))) {
      insideKey.add(id)
    }
    return text(line)
  }
}

/** The shapes a value takes on its way through URLs, JSON, YAML, headers and Kubernetes Secrets. */
function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1)
  const url = encodeURIComponent(value)
  const form = new URLSearchParams([['', value]]).toString().slice(1)
  const forms = [
    value,
    cleaned(value),
    json,
    JSON.stringify(json).slice(1, -1),
    url,
    form,
    url.replaceAll(/%../g, hex => hex.toLowerCase()),
  ]
  return [...forms.filter(one => one.length >= SHORTEST), ...base64Forms(value)]
}

/** Base64 of the value alone, and the part of it that is the same wherever the value stands in a longer text. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value)
  const whole = bytes.toString('base64').replace(/=+$/, '')
  const shifted = [0, 1, 2].map(shift => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // The first characters mix with what stands before, the last one with what comes after.
    const start = Math.ceil((shift * 8) / 6)
    return encoded.slice(start, Math.floor(((shift + bytes.length) * 8) / 6))
  })
  return [whole, ...shifted]
    .filter(one => one.length >= 8)
    .flatMap(one => [one, one.replaceAll('+', '-').replaceAll('/', '_')])
}

/**
 * Text without what could move the cursor, set a title or hide characters: escape sequences go whole, other controls
 * singly, tabs become spaces, and marks that reverse the writing direction go too. Newlines stay.
 */
export function cleaned(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', '    ')
    .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
}

function walk(value: unknown, text: (raw: string) => string): unknown {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return value.map(item => walk(item, text))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        STRUCTURAL.has(key) && typeof item === 'string' ? item : walk(item, text),
      ]),
    )
  }
  return value
}
