import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBus } from '../../src/engine/bus.ts'
import type { Envelope } from '../../src/engine/events.ts'
import { recordings } from './recordings/runs.ts'

/**
 * Plays a recorded run in this terminal: `npx tsx test/support/demo.tsx NAME [--speed 4] [--ascii] [--screen-reader]`.
 * Questions are truly asked; whatever the answer, the recording goes on.
 */
async function demo(args: readonly string[]): Promise<void> {
  const recording = recordings.find(one => one.name === args[0])
  if (!recording) {
    process.stderr.write(`one of: ${recordings.map(one => one.name).join(', ')}\n`)
    process.exitCode = 2
    return
  }
  process.env.NODE_ENV ??= 'production'
  const speed = Number(args[args.indexOf('--speed') + 1] ?? 1) || 1
  const { runTui } = await import('../../src/tui/run-tui.ts')
  const clock = { now: Date.now, monotonic: () => performance.now(), sleep: async () => {} }
  const bus = createBus({ run: 'demo', clock, redact: event => event })
  const stop = new AbortController()
  const tui = runTui({
    bus,
    abort: { cancel: () => stop.abort(), force: () => process.exit(130) },
    reveal: async name => `a-made-up-value-of-${name}`,
    capabilities: {
      color: !args.includes('--no-color'),
      ascii: args.includes('--ascii'),
      screenReader: args.includes('--screen-reader'),
      reducedMotion: args.includes('--reduced-motion'),
    },
    stdin: process.stdin,
    stdout: process.stdout,
  })
  const wait = async (from: Envelope | undefined, to: Envelope) => {
    const ms = from ? Date.parse(to.at) - Date.parse(from.at) : 0
    await sleep(Math.min(ms, 4_000) / speed, undefined, { signal: stop.signal })
  }
  try {
    for (const [index, envelope] of recording.envelopes.entries()) {
      const { event } = envelope
      if (event.type === 'question.answered') continue
      await wait(recording.envelopes[index - 1], envelope)
      if (event.type === 'question.asked') await tui.ask(event.question, stop.signal)
      else bus.emit(event)
    }
  } catch (thrown) {
    if (!stop.signal.aborted) throw thrown
    bus.emit({
      type: 'run.finished',
      status: 'cancelled',
      exitCode: 130,
      durationMs: 9_000,
      next: ['Run it again'],
    })
  }
  await tui.finished
}

await demo(process.argv.slice(2))
