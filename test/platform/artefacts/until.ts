import { setTimeout as pause } from 'node:timers/promises'

/** Asks again until the answer is yes; rejects with what it waited for when the deadline passes. */
export async function until(
  what: string,
  answer: () => boolean | Promise<boolean>,
  o: { seconds?: number; every?: number; detail?: () => string | Promise<string> } = {},
): Promise<void> {
  const deadline = performance.now() + (o.seconds ?? 30) * 1000
  while (!(await answer())) {
    if (performance.now() > deadline)
      throw new Error(
        `gave up after ${o.seconds ?? 30} s: not yet true that ${what}${o.detail ? `\n${await o.detail()}` : ''}`,
      )
    await pause(o.every ?? 50)
  }
}
