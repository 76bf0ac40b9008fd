import { elapsedMs } from '../../src/engine/select.ts'
import { ticking } from '../drawing/duration.ts'
import { type Drawing, titleBlock } from './drawing.ts'
import { askBlocks } from './review.ts'
import { typedBlocks } from './rollback.ts'

/** A question that belongs to no other screen. */
export const question: Drawing = (state, brush) => [
  titleBlock(brush, 'A question', { right: ticking(elapsedMs(state)) }),
  ...typedBlocks(state, brush),
  ...askBlocks(state, brush),
]
