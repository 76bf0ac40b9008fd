import { isAbort, ProblemError } from '../../engine/problem.ts'

/** What to throw for an aborted signal: its own Problem or AbortError, or a Problem for a deadline. */
export function abortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  if (reason instanceof ProblemError || isAbort(reason)) return reason as Error
  if (reason instanceof Error && reason.name === 'TimeoutError') {
    return new ProblemError({
      code: 'engine/timeout',
      kind: 'timeout',
      summary: 'This took longer than it may',
      nextSteps: [
        ['Run the same command again'],
        ['Allow more time with ', { command: '--timeout 15m' }, ' when the platform is slow'],
      ],
    })
  }
  return new DOMException('The operation was aborted', 'AbortError')
}

/** The promise, or the signal's error as soon as it is aborted. The work itself must be stopped by the caller. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined)
    throw abortError(signal)
  }
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    const listener = () => reject(abortError(signal))
    signal.addEventListener('abort', listener, { once: true })
    stop = () => signal.removeEventListener('abort', listener)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    stop?.()
  }
}
