import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/config/secret.ts'
import { connectionsOf } from '../../src/platform/open.ts'
import { valkeyAdapter } from '../../src/platform/valkey/adapter.ts'
import { valkeySession } from '../../src/platform/valkey/session.ts'
import { platformUnderTest, within } from '../support/platform.ts'

const { kubernetes, services, mark, close } = platformUnderTest()
const { valkey, settings } = services
const connections = connectionsOf(kubernetes, false)
const options = { connections, ...settings.valkey }
/** An index that nothing else on the platform uses. */
const INDEX = 14
const queue = `${mark}-queue`

beforeAll(async () => {
  await valkeySession(options, within(20), async ({ redis }) => {
    await redis.select(INDEX)
    for (let at = 0; at < 1200; at += 100) {
      const keys = Array.from({ length: 100 }, (_, one) => [`${mark}:many:${at + one}`, 'x'])
      await redis.mset(...keys.flat())
    }
    await redis.set(`${mark}:other`, 'x')
    await redis.rpush(`bull:${queue}:wait`, '1', '2')
    await redis.lpush(`bull:${queue}:active`, '3')
    await redis.zadd(`bull:${queue}:delayed`, 1, '4', 2, '5', 3, '6')
    await redis.zadd(`bull:${queue}:prioritized`, 1, '7')
    await redis.zadd(`bull:${queue}:failed`, 1, '8')
  })
})

afterAll(async () => {
  await valkey.unlink(INDEX, [`${mark}:*`, `bull:${queue}:*`], within(20))
  connections.close()
  await close()
})

describe('Valkey', () => {
  it('says what it is', async () => {
    const server = await valkey.server(within(20))
    expect(server).toMatchObject({ maxmemoryPolicy: 'noeviction', maxmemory: 0, databases: 16, auth: true })
    expect(server.version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(server.usedMemory).toBeGreaterThan(0)
  })

  it('counts keys per index and pattern', async () => {
    expect((await valkey.keyspace(within(20))).get(INDEX)).toBeGreaterThanOrEqual(1206)
    const patterns = [`${mark}:many:*`, `${mark}:*`, `${mark}:nothing:*`]
    expect(await valkey.count(INDEX, patterns, within(20))).toEqual({
      [patterns[0]!]: 1200,
      [patterns[1]!]: 1201,
      [patterns[2]!]: 0,
    })
    expect(await valkey.count(INDEX - 1, patterns.slice(0, 1), within(20))).toEqual({ [patterns[0]!]: 0 })
  })

  it('reads the depths of a queue', async () => {
    expect(await valkey.queue(INDEX, queue, within(20))).toEqual({
      waiting: 3,
      delayed: 3,
      active: 1,
      failed: 1,
    })
    const none = { waiting: 0, delayed: 0, active: 0, failed: 0 }
    expect(await valkey.queue(INDEX, `${mark}-none`, within(20))).toEqual(none)
  })

  it('unlinks what matches and nothing else', async () => {
    expect(await valkey.unlink(INDEX, [`${mark}:many:*`], within(20))).toBe(1200)
    expect(await valkey.count(INDEX, [`${mark}:*`, `bull:${queue}:*`], within(20))).toEqual({
      [`${mark}:*`]: 1,
      [`bull:${queue}:*`]: 5,
    })
  })

  it('says that the password is wrong, or wanted', async () => {
    const wrong = valkeyAdapter({ ...options, password: new Secret('wrong') })
    await expect(wrong.server(within(20))).rejects.toMatchObject({
      problem: { code: 'valkey/login-refused' },
    })
    const none = valkeyAdapter({ ...options, password: undefined })
    await expect(none.server(within(20))).rejects.toMatchObject({
      problem: { code: 'valkey/password-wanted' },
    })
  })

  it('says that nothing answers', async () => {
    const target = { ...settings.valkey.target, service: 'no-such-service' }
    const nowhere = valkeyAdapter({ ...options, target })
    await expect(nowhere.server(within(20))).rejects.toMatchObject({
      problem: { code: 'connection/no-service' },
    })
  })

  it('honours an abort in the middle of a command', async () => {
    const controller = new AbortController()
    const blocked = valkeySession(options, controller.signal, ({ redis }) => redis.blpop(`${mark}:never`, 20))
    setTimeout(() => controller.abort(), 500)
    await expect(blocked).rejects.toMatchObject({ name: 'AbortError' })
    await expect(valkey.server(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })
})
