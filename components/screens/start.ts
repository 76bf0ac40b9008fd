import { type Drawing, titleBlock } from './drawing.ts'

/** Before the first fact: instantly there, and it says what it does. */
export const start: Drawing = (state, brush) => [
  titleBlock(brush, state.run ? 'Finding out what is there' : 'Starting', { role: 'muted' }),
]
