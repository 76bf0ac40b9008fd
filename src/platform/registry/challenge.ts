/** One `WWW-Authenticate` header of a registry. */
export type Challenge =
  | { readonly type: 'basic' }
  | {
      readonly type: 'bearer'
      readonly realm: string
      readonly service: string | undefined
      readonly scope: string | undefined
    }

/** Undefined for a scheme that registries do not use, or a header that makes no sense. */
export function parseChallenge(header: string | null): Challenge | undefined {
  const [, scheme, rest] = /^\s*(\w+)\s*(.*)$/s.exec(header ?? '') ?? []
  if (scheme?.toLowerCase() === 'basic') return { type: 'basic' }
  if (scheme?.toLowerCase() !== 'bearer') return undefined
  const parameters = new Map<string, string>()
  for (const [, name, quoted, bare] of (rest ?? '').matchAll(/(\w+)=(?:"([^"]*)"|([^,\s]+))/g)) {
    parameters.set(name!.toLowerCase(), quoted ?? bare ?? '')
  }
  const realm = parameters.get('realm')
  if (!realm) return undefined
  return { type: 'bearer', realm, service: parameters.get('service'), scope: parameters.get('scope') }
}
