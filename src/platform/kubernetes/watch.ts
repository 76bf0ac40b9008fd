import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '../../engine/problem.ts'
import { abortError } from '../connection/abort.ts'
import { throwStatus } from './errors.ts'
import type { KubeKind, KubeObject } from './port.ts'
import { describe, pathOf, type Resource } from './resources.ts'
import type { Transport } from './transport.ts'

/** A list as the API gives it: items without apiVersion and kind. */
interface RawList {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string }
  readonly items: readonly KubeObject[]
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubeObject & { readonly code?: number }
}

/** How long the API server may stay away before a wait gives up; a restart of it takes seconds. */
const AWAY_MS = 60_000
const PAGE = 500

export async function listAll(
  transport: Transport,
  { resource, kind, signal }: { resource: Resource; kind: KubeKind; signal: AbortSignal },
): Promise<{ readonly items: readonly KubeObject[]; readonly resourceVersion: string }> {
  const items: KubeObject[] = []
  let next: string | undefined
  let resourceVersion = ''
  do {
    const page: RawList = await transport.json<RawList>({
      path: pathOf(resource, kind),
      query: { ...selectors(kind), limit: PAGE, continue: next },
      verb: 'list',
      what: describe(resource, { namespace: kind.namespace }),
      signal,
    })
    for (const item of page.items)
      items.push({ ...item, apiVersion: resource.apiVersion, kind: resource.kind })
    resourceVersion = page.metadata?.resourceVersion ?? ''
    next = page.metadata?.continue || undefined
  } while (next)
  return { items, resourceVersion }
}

/**
 * The set that a selector matches, followed until `done` returns a value: a list, then its changes; a watch that ends
 * or breaks is begun again with a list.
 */
export async function follow<T>(
  transport: Transport,
  { resource, kind, signal }: { resource: Resource; kind: KubeKind; signal: AbortSignal },
  done: (objects: readonly KubeObject[]) => T | undefined,
): Promise<T> {
  let awaySince: number | undefined
  for (let attempt = 0; ; attempt++) {
    try {
      const { items, resourceVersion } = await listAll(transport, { resource, kind, signal })
      awaySince = undefined
      attempt = 0
      const found = await changes(transport, { resource, kind, signal }, { items, resourceVersion, done })
      if (found !== undefined) return found.value
    } catch (error) {
      if (signal.aborted) throw abortError(signal)
      if (!(error instanceof ProblemError) || error.problem.kind !== 'unreachable') throw error
      awaySince ??= performance.now()
      if (performance.now() - awaySince > AWAY_MS) throw error
      await sleep(Math.min(250 * 2 ** attempt, 4_000), undefined, { signal }).catch(() => {
        throw abortError(signal)
      })
    }
  }
}

interface Snapshot<T> {
  readonly items: readonly KubeObject[]
  readonly resourceVersion: string
  done(objects: readonly KubeObject[]): T | undefined
}

/** Undefined when the watch ended before `done` had a value. */
async function changes<T>(
  transport: Transport,
  { resource, kind, signal }: { resource: Resource; kind: KubeKind; signal: AbortSignal },
  { items, resourceVersion, done }: Snapshot<T>,
): Promise<{ readonly value: T } | undefined> {
  const objects = new Map(items.map(item => [keyOf(item), item]))
  const look = () => {
    const value = done([...objects.values()])
    return value === undefined ? undefined : { value }
  }
  const now = look()
  if (now) return now
  const asked = { verb: 'watch', what: describe(resource, { namespace: kind.namespace }) }
  const response = await transport.stream({
    path: pathOf(resource, kind),
    query: {
      ...selectors(kind),
      watch: true,
      resourceVersion,
      allowWatchBookmarks: true,
      timeoutSeconds: 300,
    },
    signal,
    ...asked,
  })
  try {
    for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
      const event = JSON.parse(line) as WatchEvent
      if (event.type === 'BOOKMARK') continue
      if (event.type === 'ERROR') {
        // 410: the history is gone; begin again with a list.
        if (event.object.code === 410) return undefined
        throwStatus(event.object.code ?? 500, JSON.stringify(event.object), asked)
      }
      if (event.type === 'DELETED') objects.delete(keyOf(event.object))
      else objects.set(keyOf(event.object), event.object)
      const found = look()
      if (found) return found
    }
  } catch (error) {
    if (signal.aborted) throw abortError(signal)
    if (error instanceof ProblemError && error.problem.kind !== 'unreachable') throw error
    // The line was cut in the middle, or the connection broke: begin again. What `done` threw goes on.
    if (!(error instanceof SyntaxError) && !response.errored) throw error
  } finally {
    response.destroy()
  }
  if (signal.aborted) throw abortError(signal)
  return undefined
}

function selectors({ labelSelector, fieldSelector }: KubeKind): Record<string, string | undefined> {
  return { labelSelector, fieldSelector }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}
