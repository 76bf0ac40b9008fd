import { Box, Text } from 'ink'
import type { State } from '../../src/engine/state.ts'
import type { Line } from '../drawing/line.ts'
import { styleOf } from '../theme.ts'
import { Spinner } from './Spinner.tsx'

interface RowsProps {
  readonly lines: readonly Line[]
  readonly capabilities: State['view']['capabilities']
  /** A spinner may turn here. */
  readonly motion?: boolean
  readonly indent?: number
}

/** Rows as they were counted: one element, one row of the terminal. */
export function Rows({ lines, capabilities, motion = false, indent = 2 }: RowsProps) {
  const turning = motion && !capabilities.reducedMotion && !capabilities.screenReader
  const spinnerRow = turning ? lines.findIndex(one => one.some(part => part.spinner)) : -1
  return (
    <Box flexDirection="column" paddingLeft={indent}>
      {lines.map((one, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its position
        <Text key={row} wrap="truncate">
          {one.length === 0
            ? ' '
            : one.map((part, at) => {
                const style = styleOf(part.role ?? 'plain', capabilities.color)
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a span is its position
                  <Text key={at} {...style}>
                    {part.spinner && row === spinnerRow ? <Spinner ascii={capabilities.ascii} /> : part.text}
                  </Text>
                )
              })}
        </Text>
      ))}
    </Box>
  )
}
