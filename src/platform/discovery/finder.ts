import { Secret } from '../../config/secret.ts'
import type { Setting } from '../../engine/events.ts'
import { type Problem, ProblemError, raise, type Text } from '../../engine/problem.ts'
import type { KubeObject, KubeRef, KubernetesPort } from '../kubernetes/port.ts'

/** A value with where it was found. */
export interface Found<T> {
  readonly value: T
  readonly origin: string
}

/** What file, environment and flags say; they win over what is discovered. */
export interface Given {
  text(key: string): Found<string> | undefined
  secret(key: string): Found<Secret> | undefined
}

export interface Candidate {
  readonly origin: string
  find(): Promise<string | undefined>
}

/** Reads objects of the cluster at most once and keeps the list of settings with their origins. */
export class Finder {
  readonly settings: Setting[] = []
  readonly #kubernetes: KubernetesPort
  readonly #given: Given
  readonly #signal: AbortSignal
  readonly #read = new Map<string, Promise<KubeObject | undefined>>()

  constructor(kubernetes: KubernetesPort, given: Given, signal: AbortSignal) {
    this.#kubernetes = kubernetes
    this.#given = given
    this.#signal = signal
  }

  /** Undefined when it is not there or may not be read: discovery goes on to the next candidate. */
  object(kind: string, name: string, namespace: string, apiVersion = 'v1'): Promise<KubeObject | undefined> {
    const ref: KubeRef = { apiVersion, kind, name, namespace }
    const key = `${apiVersion}/${kind}/${namespace}/${name}`
    const known = this.#read.get(key)
    if (known) return known
    const reading = this.#kubernetes.read(ref, this.#signal).catch((thrown: unknown) => {
      if (thrown instanceof ProblemError && thrown.problem.kind === 'forbidden') return undefined
      throw thrown
    })
    this.#read.set(key, reading)
    return reading
  }

  async secretKey(namespace: string, name: string, key: string): Promise<string | undefined> {
    const data = (await this.object('Secret', name, namespace))?.data as
      | Readonly<Record<string, string>>
      | undefined
    const value = data?.[key]
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8')
  }

  /** What was given, else the first candidate that knows. */
  async text(key: string, candidates: readonly Candidate[]): Promise<string | undefined> {
    const found = this.#given.text(key) ?? (await first(candidates))
    if (found) this.settings.push({ key, value: found.value, origin: found.origin })
    return found?.value
  }

  /** The same with a value that holds when nothing knows better. */
  async textOr(key: string, candidates: readonly Candidate[], fallback: string): Promise<string> {
    const known = await this.text(key, candidates)
    if (known === undefined) this.settings.push({ key, value: fallback, origin: 'default' })
    return known ?? fallback
  }

  async secret(key: string, candidates: readonly Candidate[]): Promise<Secret | undefined> {
    const given = this.#given.secret(key)
    const found = given ?? (await first(candidates))
    if (found) this.settings.push({ key, value: 'hidden', origin: found.origin })
    if (!found) return undefined
    return given ? given.value : new Secret((found as Found<string>).value)
  }
}

async function first(candidates: readonly Candidate[]): Promise<Found<string> | undefined> {
  for (const { origin, find } of candidates) {
    const value = await find()
    if (value !== undefined && value !== '') return { value, origin }
  }
  return undefined
}

/** A setting that nothing knows: the run cannot begin without it. */
export function needed<T>(value: T | undefined, key: string, nextSteps: readonly Text[]): T {
  if (value !== undefined) return value
  const problem: Problem = {
    code: 'settings/not-found',
    kind: 'missing',
    summary: `Nothing in the cluster says what ${key} is`,
    nextSteps,
  }
  return raise(problem)
}
