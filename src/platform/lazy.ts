type Methods = Readonly<Record<string, (...parameters: unknown[]) => Promise<unknown>>>

/**
 * A port whose adapter, and with it its SDK, is loaded at the first call of a method. Every method of a port gives a
 * promise, so that nobody can tell the difference.
 */
export function lazy<Port extends object>(load: () => Promise<Port>): Port {
  let loaded: Promise<Port> | undefined
  return new Proxy({} as Port, {
    get: (_, name) => {
      // Whoever awaits the port itself must not take it for a promise.
      if (typeof name === 'symbol' || name === 'then') return undefined
      return async (...parameters: unknown[]) => {
        loaded ??= load()
        const port = (await loaded) as unknown as Methods
        return port[name]!(...parameters)
      }
    },
  })
}
