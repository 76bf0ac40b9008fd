import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { completionScript, SHELLS } from '../../../src/cli/completion.ts'
import { createProgram } from '../../../src/cli/program.ts'

const program = createProgram(() => undefined)

/** What bash would offer after these words; the last one is being typed. */
function offered(...words: string[]): string[] {
  const script = `${completionScript('bash', program)}
COMP_WORDS=(thinkube-langfuse ${words.map(word => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_thinkube_langfuse
printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean)
}

it('offers verbs', () => {
  expect(offered('')).toEqual(expect.arrayContaining(['install', 'check', 'rollback', 'help']))
  expect(offered('')).not.toContain('wizard')
  expect(offered('ins')).toEqual(['install'])
})

it('offers the flags of the verb and the common ones', () => {
  expect(offered('rollback', '--c')).toEqual(expect.arrayContaining(['--confirm', '--context']))
  expect(offered('uninstall', '--dr')).toEqual(['--dry-run'])
  expect(offered('install', '--dr')).toEqual([])
})

it('offers words below a verb, and values', () => {
  expect(offered('debug', '')).toEqual(['history', 'unlock'])
  expect(offered('install', '-o', '')).toEqual(['plain', 'json', 'ndjson'])
  expect(offered('completion', '')).toEqual([...SHELLS])
})

it.each(SHELLS)('mentions every verb for %s', shell => {
  const script = completionScript(shell, program)
  for (const { _name } of program.commands as unknown as { _name: string }[])
    if (_name !== 'wizard') expect(script).toContain(_name)
})
