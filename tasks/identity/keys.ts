import { Secret } from '../../src/config/secret.ts'
import { CONFIG_SECRET } from '../../src/manifests/configuration.ts'
import type { EscrowKey } from '../../src/platform/escrow/port.ts'
import type { Services } from '../../src/platform/services.ts'
import { type Ctx, task } from '../define.ts'
import { namespaced } from '../kubernetes-object.ts'

export type KeyName = Exclude<EscrowKey, 'VALKEY_INDEX'>
export type Keys = Readonly<Record<KeyName, Secret>>

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/**
 * How each key is made. Passwords are alphanumeric: Langfuse puts the ClickHouse one raw into a query string and
 * sends it raw in a header, so nothing that would need encoding can ever work.
 */
const RECIPES: Readonly<Record<KeyName, (random: Services['random']) => string>> = {
  NEXTAUTH_SECRET: random => alphanumeric(random, 64),
  SALT: random => alphanumeric(random, 32),
  ENCRYPTION_KEY: random => hex(random, 32),
  ADMIN_API_KEY: random => hex(random, 32),
  PROJECT_PUBLIC_KEY: random => `lf_pk_${hex(random, 16)}`,
  PROJECT_SECRET_KEY: random => `lf_sk_${hex(random, 32)}`,
  INIT_USER_PASSWORD: random => alphanumeric(random, 24),
  POSTGRES_PASSWORD: random => alphanumeric(random, 32),
  CLICKHOUSE_PASSWORD: random => alphanumeric(random, 32),
  KEYCLOAK_CLIENT_SECRET: random => alphanumeric(random, 32),
}

/** Where an installation keeps the same key: its data may depend on it, so it wins over a new one. */
const IN_CONFIG: Partial<Readonly<Record<KeyName, string>>> = {
  NEXTAUTH_SECRET: 'NEXTAUTH_SECRET',
  SALT: 'SALT',
  ENCRYPTION_KEY: 'ENCRYPTION_KEY',
  ADMIN_API_KEY: 'ADMIN_API_KEY',
  PROJECT_PUBLIC_KEY: 'LANGFUSE_INIT_PROJECT_PUBLIC_KEY',
  PROJECT_SECRET_KEY: 'LANGFUSE_INIT_PROJECT_SECRET_KEY',
}

export const KEY_NAMES = Object.keys(RECIPES) as readonly KeyName[]

/** Generated at most once per run and key, so that the plan and the apply speak of the same values. */
const generated = new WeakMap<Services, Map<KeyName, Secret>>()

/**
 * First of all changes: every credential is in escrow before it is set in any store, so a crash cannot leave a
 * password that nobody knows. Kept for ever; a database without its ENCRYPTION_KEY is lost.
 */
export const keys = task({
  id: 'identity/keys',
  title: 'Keys generated and escrowed',
  system: 'thinkube-langfuse',
  subject: ({ settings }) => `Secret ${settings.stateNamespace}/escrow-${settings.namespace}`,
  needs: {},
  async observe(ctx) {
    const kept = await ctx.services.escrow.read(ctx.signal)
    const missing = KEY_NAMES.filter(name => !kept.has(name))
    const all = await complete(ctx, kept, missing)
    return missing.length === 0 ? { is: 'present', output: all } : { is: 'absent', expected: all }
  },
  async apply(ctx) {
    const kept = await ctx.services.escrow.read(ctx.signal)
    const missing = KEY_NAMES.filter(name => !kept.has(name))
    const all = await complete(ctx, kept, missing)
    await ctx.services.escrow.add(new Map(missing.map(name => [name, all[name]])), ctx.signal)
  },
  undo: { keep: 'the data that stays can only be read with these keys' },
})

async function complete(
  ctx: Ctx,
  kept: ReadonlyMap<EscrowKey, Secret>,
  missing: readonly KeyName[],
): Promise<Keys> {
  const installed = missing.length === 0 ? {} : await installedKeys(ctx)
  return Object.fromEntries(
    KEY_NAMES.map(name => [name, kept.get(name) ?? installed[name] ?? generate(ctx.services, name)]),
  ) as Record<KeyName, Secret>
}

async function installedKeys(ctx: Ctx): Promise<Partial<Record<KeyName, Secret>>> {
  const config = await ctx.services.kubernetes.read(
    namespaced(ctx.services.settings, 'Secret', CONFIG_SECRET),
    ctx.signal,
  )
  const data = (config?.data ?? {}) as Readonly<Record<string, string>>
  return Object.fromEntries(
    Object.entries(IN_CONFIG).flatMap(([name, key]) => {
      const value = data[key]
      return value === undefined ? [] : [[name, new Secret(Buffer.from(value, 'base64').toString('utf8'))]]
    }),
  )
}

function generate(services: Services, name: KeyName): Secret {
  const made = generated.get(services) ?? new Map<KeyName, Secret>()
  generated.set(services, made)
  const secret = made.get(name) ?? new Secret(RECIPES[name](services.random))
  made.set(name, secret)
  return secret
}

function hex(random: Services['random'], bytes: number): string {
  return Buffer.from(random(bytes)).toString('hex')
}

/** Rejection sampling: bytes beyond the last full multiple of 62 would favour some letters. */
function alphanumeric(random: Services['random'], length: number): string {
  const limit = 256 - (256 % ALPHANUMERIC.length)
  let text = ''
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < limit && text.length < length) text += ALPHANUMERIC[byte % ALPHANUMERIC.length]
    }
  }
  return text
}
