import process from 'node:process'

/**
 * Keeps stray words off the screen: Node's warnings and whatever a library writes to stderr would tear the live
 * region. They become notices instead.
 */
export function guardTerminal(notice: (text: string) => void): () => void {
  const { stderr } = process
  const write = stderr.write
  const listeners = process.listeners('warning')
  const warned = (warning: Error) => notice(`${warning.name}: ${warning.message}`)
  process.removeAllListeners('warning')
  process.on('warning', warned)
  let rest = ''
  const collect = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n')
    rest = lines.pop() ?? ''
    for (const one of lines) if (one.trim()) notice(one)
    const called = typeof encoding === 'function' ? encoding : done
    if (typeof called === 'function') called()
    return true
  }
  stderr.write = collect as typeof stderr.write
  return () => {
    stderr.write = write
    process.off('warning', warned)
    for (const listener of listeners) process.on('warning', listener)
    if (rest.trim()) notice(rest)
  }
}
