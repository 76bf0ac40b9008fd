import { styleText } from 'node:util'
import type { Envelope, Event, PlannedStep } from '../engine/events.ts'
import { assertNever, flatten, type Problem, type Text } from '../engine/problem.ts'
import { accessLines, planCounts, RESULTS, settingLines } from './blocks.ts'
import { CHANGE_MARKS, MARKS, type Mark, type Role } from './marks.ts'
import { problemLines, stepLines } from './problem-lines.ts'
import type { Reader } from './reader.ts'
import type { Sink } from './sink.ts'
import { countLine, createTally, type StepFinished } from './summary.ts'
import { ascii, contentWidth, duration, linesOf, padEnd } from './text.ts'

export interface PlainOptions {
  readonly out: Sink
  /** Problems too, in short; left out when both streams end on the same screen. */
  readonly err: Sink | undefined
  readonly columns: number
  readonly colour: boolean
  readonly unicode: boolean
  /** Only problems, questions and the result. */
  readonly quiet: boolean
  /** The log of every step too. */
  readonly verbose: boolean
}

const STYLES: Readonly<Record<Role, 'green' | 'yellow' | 'red' | 'gray'>> = {
  ok: 'green',
  warn: 'yellow',
  bad: 'red',
  muted: 'gray',
}

const BAD = new Set(['warn', 'fail', 'unknown', 'failed', 'left', 'cancelled'])
const WORD_WIDTH = 9

/** One line per fact, phases as headings: for pipes, logs, and people who prefer paper. */
export function plainReader(options: PlainOptions): Reader {
  const { out, err, quiet, verbose } = options
  const width = contentWidth(options.columns)
  const tally = createTally()
  const notes = new Map<string, string>()
  const titles = new Map<string, string>()
  let command = ''
  const spelled = (text: string) => (options.unicode ? text : ascii(text))
  const paint = (text: string, role: Role) => (options.colour ? styleText(STYLES[role], text) : text)
  const strong = (text: string) => (options.colour ? styleText('bold', text) : text)
  const say = (line: string) => out.write(`${spelled(line)}\n`)
  const sayAll = (lines: readonly string[], indent = '') => {
    for (const line of lines) say(line ? indent + line : '')
  }
  const heading = (title: string) => {
    if (!quiet) sayAll(['', strong(title)])
  }
  const marked = (mark: Mark, rest: string) => {
    const head = `${options.unicode ? mark.sign : mark.ascii} ${padEnd(mark.word, WORD_WIDTH)}`
    say(`  ${paint(head, mark.role)} ${rest}`)
  }
  const complain = (problem: Problem) =>
    err?.write(
      `${spelled([`thinkube-langfuse: ${flatten(problem.summary)} [${problem.code}]`, ...problem.nextSteps.flatMap(text => stepLines(text, width).map(line => `  ${line}`))].join('\n'))}\n`,
    )

  function finished(event: StepFinished): void {
    const { step, outcome, problem } = event
    if (quiet && !BAD.has(outcome)) return
    // Of an undone step the thing is named, not its title, which says that it was made.
    const [head, evidence] =
      step.kind === 'undo' && event.evidence ? [event.evidence] : [step.title, event.evidence]
    const facts = [evidence, event.because].filter(Boolean).join('; ')
    const took = event.durationMs >= 50 ? `  (${duration(event.durationMs)})` : ''
    marked(MARKS[outcome], `${head}${facts ? ` – ${facts}` : ''}${took}`)
    if (!problem) return
    sayAll(problemLines(problem, width - 14), ' '.repeat(14))
    if (outcome === 'fail' || outcome === 'failed') complain(problem)
  }

  function show(event: Event): void {
    switch (event.type) {
      case 'run.started':
        command = event.command
        if (!quiet) {
          say(strong(`thinkube-langfuse ${event.version} · ${event.command}`))
          say(
            `cluster ${event.cluster.server} · context ${event.cluster.context} · namespace ${event.namespace}`,
          )
        }
        return
      case 'settings.found':
        if (!quiet) sayAll(settingLines(event.settings, verbose || command === 'config view'))
        return
      case 'plan.made':
        if (!quiet) plan(event.steps)
        return
      case 'phase.started':
        for (const step of event.steps) titles.set(step.id, step.title)
        heading(event.title)
        return
      case 'step.started':
        titles.set(event.step.id, event.step.title)
        return
      case 'step.applying':
        return
      case 'step.progressed': {
        const { note } = event.progress
        // A long wait shows its cause when the cause changes, not every time it is looked at.
        if (quiet || !note || notes.get(event.id) === note) return
        notes.set(event.id, note)
        say(`    ${paint('… ', 'muted')}${titles.get(event.id) ?? event.id}: ${note}`)
        return
      }
      case 'step.logged':
        if (verbose) for (const line of event.line.split('\n')) say(`    ${paint('| ', 'muted')}${line}`)
        return
      case 'step.retrying':
        if (!quiet)
          say(
            `    ${paint('… ', 'muted')}${titles.get(event.id) ?? event.id}: ${flatten(event.problem.summary)}; attempt ${event.attempt + 1} in ${duration(event.waitMs)}`,
          )
        return
      case 'step.finished':
        tally.on(event)
        finished(event)
        return
      case 'question.asked':
        sayAll(['', ...linesOf(event.question.text, width)])
        return
      case 'question.answered':
        if (!quiet) say(`  answer: ${event.answer}`)
        return
      case 'access.ready':
        sayAll(accessLines(event.access, options.unicode))
        return
      case 'diagnosis.made':
        heading(`Cause (${event.confidence}): ${flatten(event.cause)}`)
        sayAll(event.evidence, '  ')
        sayAll(
          event.remedy.flatMap((text: Text) => stepLines(text, width)),
          '  ',
        )
        return
      case 'notice':
        if (!quiet)
          sayAll(linesOf(event.text, width - 2).map((line, n) => (n === 0 ? `! ${line}` : `  ${line}`)))
        return
      case 'run.finished':
        result(event)
        return
      default:
        assertNever(event)
    }
  }

  function plan(steps: readonly PlannedStep[]): void {
    heading('Plan')
    const changes = steps.filter(step => step.change !== 'none')
    for (const step of changes) {
      marked(
        CHANGE_MARKS[step.change],
        `${padEnd(step.system, 17)} ${step.subject}${step.because ? ` – ${step.because}` : ''}`,
      )
      for (const { field, actual, wanted } of step.differences ?? [])
        say(`${' '.repeat(32)}${field}: ${actual} → ${wanted}`)
    }
    say(`  ${planCounts(steps)}`)
  }

  function result(event: Extract<Event, { type: 'run.finished' }>): void {
    const steps = tally.steps()
    const counts = [countLine(steps, 'checks'), countLine(steps, 'steps')].filter(line => line !== undefined)
    const ok = event.exitCode === 0
    say('')
    sayAll(counts)
    const outcome = ok ? MARKS.pass : MARKS.fail
    const verdict = `${options.unicode ? outcome.sign : outcome.ascii} ${RESULTS[event.status]}`
    say(
      `${paint(verdict, outcome.role)} after ${duration(event.durationMs)}${event.reason ? `: ${event.reason}` : ''}`,
    )
    // A step has already told its own problem.
    const told = steps.some(({ problem }) => problem && problem.code === event.problem?.code)
    if (event.problem && !told) {
      sayAll(problemLines(event.problem, width - 2), '  ')
      complain(event.problem)
    }
    sayAll(event.next.flatMap(text => stepLines(text, width)))
    if (!ok) say(`exit code ${event.exitCode}`)
  }

  return { on: (envelope: Envelope) => show(envelope.event), close: () => undefined }
}
