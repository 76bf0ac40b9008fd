import { createRedactor } from '../../../src/output/redact.ts'
import type { Platform } from '../../platform/platform.ts'
import { escrowed } from './escrow.ts'

/** Every value that nobody may see, by name. */
export async function secretValues(platform: Platform): Promise<Readonly<Record<string, string>>> {
  const { facts } = platform
  const { PROJECT_PUBLIC_KEY, VALKEY_INDEX, ...keys } = await escrowed(platform)
  if (!PROJECT_PUBLIC_KEY || !VALKEY_INDEX) throw new Error('the escrow is not as expected')
  return { ...keys, adminPassword: facts.adminPassword, s3SecretKey: facts.s3SecretKey }
}

/** `SECRET as FORM in SOURCE`, for each secret that occurs anywhere. Says nothing of the values. */
export function leaks(
  sources: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(sources).flatMap(([source, text]) =>
    Object.entries(secrets).flatMap(([name, value]) =>
      Object.entries(formsOf(value))
        .filter(([, form]) => text.includes(form))
        .map(([form]) => `${name} as ${form} in ${source}`),
    ),
  )
}

/** As it is, as Kubernetes and HTTP carry it (whatever stands before it in the same text), and as URLs do. */
function formsOf(value: string): Readonly<Record<string, string>> {
  const shifted = [0, 1, 2].map(shift => {
    const encoded = Buffer.from(' '.repeat(shift) + value).toString('base64')
    return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + value.length) * 8) / 6))
  })
  return {
    'plain text': value,
    base64: shifted[0]!,
    'base64 after one byte': shifted[1]!,
    'base64 after two bytes': shifted[2]!,
    'a URL': encodeURIComponent(value),
  }
}

/** A redactor of the product that knows these values. */
export function redactorFor(secrets: Readonly<Record<string, string>>) {
  const redactor = createRedactor()
  for (const value of Object.values(secrets)) redactor.registerSecret(value)
  return redactor
}
