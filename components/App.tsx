import { Box, Static } from 'ink'
import type { State } from '../src/engine/state.ts'
import { liveLines } from './layouts/live.ts'
import { paperLines } from './layouts/paper.ts'
import { screenReaderLines } from './layouts/screen-reader.ts'
import type { KeyHint } from './parts/key-help.ts'
import { Rows } from './parts/Rows.tsx'

interface AppProps {
  readonly state: State
  /** The keys that act now, from the table that makes them act. */
  readonly keys: readonly KeyHint[]
}

/**
 * Paper above, the live region below. There is exactly one `<Static>`, at the root, for ever: mounted a second time it
 * would print everything again (ink#905).
 */
export function App({ state, keys }: AppProps) {
  const { capabilities } = state.view
  const live = capabilities.screenReader ? screenReaderLines(state, keys) : liveLines(state, keys)
  return (
    <Box flexDirection="column">
      <Static items={[...state.paper]}>
        {(item, index) => <Rows key={index} lines={paperLines(item, state)} capabilities={capabilities} />}
      </Static>
      {live.length > 0 ? <Rows lines={live} capabilities={capabilities} motion /> : null}
    </Box>
  )
}
