import { expect, it } from 'vitest'
import { duration, linesOf, padEnd } from '../../../src/output/text.ts'

it('wraps prose and stands commands alone, unwrapped', () => {
  const command = 'kubectl --namespace clickhouse scale statefulset clickhouse --replicas=1'
  expect(linesOf(['Start it with ', { command }, '.'], 30)).toEqual(['Start it with', `  ${command}`])
  expect(linesOf('one two three four', 9)).toEqual(['one two', 'three', 'four'])
})

it('keeps values and paths in the sentence', () =>
  expect(linesOf(['Look at ', { path: '/etc/x' }, ' for ', { value: 'y' }], 80)).toEqual([
    'Look at /etc/x for y',
  ]))

it.each([
  [0, '0.0 s'],
  [420, '0.4 s'],
  [9_949, '9.9 s'],
  [9_960, '10 s'],
  [59_400, '59 s'],
  [65_000, '1 min 05 s'],
  [3_600_000, '60 min 00 s'],
])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text))

it('pads by cells', () => expect(padEnd('漢', 4)).toBe('漢  '))
