import type { Settings } from '../../config/settings.ts'
import { valkeyProblem } from '../valkey/errors.ts'
import type { ValkeyPort } from '../valkey/port.ts'
import { translated, translating } from './problems.ts'
import type { Runtime } from './runtime.ts'
import { connect, nameOf } from './stores.ts'

export function memoryValkey(runtime: Runtime, settings: Pick<Settings, 'valkey'>): ValkeyPort {
  const { world } = runtime
  const { password, target } = settings.valkey
  const where = { name: nameOf(target), namespace: target.namespace }
  const open = () => {
    translating(valkeyProblem, where, () => connect(world, target))
    const wanted = world.valkey.password
    if (wanted !== undefined && password?.reveal() !== wanted) {
      const message = password
        ? 'WRONGPASS invalid username-password pair or user is disabled.'
        : 'NOAUTH Authentication required.'
      translated(valkeyProblem, where, { message, name: 'ReplyError' })
    }
    return world.valkey
  }
  const matching = (index: number, patterns: readonly string[]) => {
    const keys = allKeys(open(), index)
    return patterns.map(pattern => ({ pattern, keys: keys.filter(key => glob(pattern).test(key)) }))
  }
  return {
    async server() {
      const { version, maxmemoryPolicy, maxmemory, databases, password: wanted } = open()
      return {
        version,
        maxmemoryPolicy,
        maxmemory,
        usedMemory: 4_194_304,
        databases,
        auth: wanted !== undefined,
      }
    },
    async keyspace() {
      const valkey = open()
      const indexes = new Set([...Object.keys(valkey.keys).map(Number), ...valkey.jobs.map(job => job.index)])
      return new Map(
        [...indexes]
          .sort((a, b) => a - b)
          .map(index => [index, allKeys(valkey, index).length] as const)
          .filter(([, count]) => count > 0),
      )
    },
    async count(index, patterns) {
      return Object.fromEntries(matching(index, patterns).map(({ pattern, keys }) => [pattern, keys.length]))
    },
    async unlink(index, patterns) {
      const gone = new Set(matching(index, patterns).flatMap(({ keys }) => keys))
      const keys = world.valkey.keys[String(index)] ?? {}
      for (const key of gone) delete keys[key]
      if (Object.keys(keys).length === 0) delete world.valkey.keys[String(index)]
      world.valkey.jobs = world.valkey.jobs.filter(
        job => job.index !== index || !gone.has(`bull:${job.queue}:${job.at}`),
      )
      runtime.touch()
      return gone.size
    },
    async queue(index, name) {
      const jobs = open().jobs.filter(job => job.index === index && job.queue === name)
      const delayed = jobs.filter(job => job.due > job.at).length
      return { waiting: jobs.length - delayed, delayed, active: 0, failed: 0 }
    },
  }
}

function allKeys(valkey: Runtime['world']['valkey'], index: number): string[] {
  const jobs = valkey.jobs.filter(job => job.index === index).map(job => `bull:${job.queue}:${job.at}`)
  return [...Object.keys(valkey.keys[String(index)] ?? {}), ...jobs]
}

function glob(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${text}$`)
}
