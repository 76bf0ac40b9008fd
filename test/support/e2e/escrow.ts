import { createHash } from 'node:crypto'
import type { Platform } from '../../platform/platform.ts'

/** What the installer keeps for ever, by name, in clear. */
export async function escrowed(platform: Platform): Promise<Readonly<Record<string, string>>> {
  const text = await platform.kubectl([
    ...['get', 'secret', '-n', 'thinkube-langfuse', 'escrow-langfuse', '-o', 'json'],
  ])
  const { data = {} } = JSON.parse(text) as { data?: Record<string, string> }
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  )
}

/** Equal when the values are equal; says nothing about them. */
export const fingerprints = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      createHash('sha256').update(value).digest('hex').slice(0, 12),
    ]),
  )
