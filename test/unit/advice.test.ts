import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'

/** Advice that names a verb or a flag must name one that exists: somebody will type it at two in the morning. */

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.tsx?$/.test(name))
    .map(name => join(folder, name))

const program = createProgram(() => undefined)
const commands = program.commands.flatMap(one => [one, ...one.commands])
const verbs = new Set(program.commands.flatMap(one => [one.name(), ...one.aliases()]))
const flags = new Set([program, ...commands].flatMap(one => one.options.map(option => option.long)))
flags.add('--help')
const commandTexts = ['src', 'tasks', 'components'].flatMap(sources).flatMap(file => {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/command: (['"`])(.*?)\1/g)].map(match => ({ file, command: match[2]! }))
})

it('finds advice to look at', () => expect(commandTexts.length).toBeGreaterThan(30))

it('names only verbs that exist', () => {
  const wrong = commandTexts.filter(({ command }) => {
    const verb = /^thinkube-langfuse ([a-z]+)/.exec(command)?.[1]
    return verb !== undefined && !verbs.has(verb)
  })
  expect(wrong).toEqual([])
})

it('names only flags that exist', () => {
  const ours = commandTexts.filter(
    ({ command }) => command.startsWith('--') || command.startsWith('thinkube-langfuse'),
  )
  const wrong = ours.flatMap(({ file, command }) =>
    [...command.matchAll(/--[a-z0-9-]+/g)]
      .filter(([flag]) => !flags.has(flag))
      .map(([flag]) => `${file}: ${flag}`),
  )
  expect(wrong).toEqual([])
})
