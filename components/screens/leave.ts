import { choicesOf } from '../../src/engine/select.ts'
import { choiceList } from '../parts/choice-list.ts'
import { tokenText } from '../parts/token-text.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'

/** q asks before it stops anything. */
export const leave: Drawing = (state, brush) => {
  const text = state.phases.some(phase => phase.kind === 'task' || phase.kind === 'undo')
    ? 'What is done stays done. Running the same command again continues from here.'
    : 'Nothing has been changed so far.'
  return [
    titleBlock(brush, 'Stop here?'),
    block(tokenText(text, { width: brush.width, role: 'muted' }), { gap: false }),
    block(choiceList(choicesOf(state), state.view.choice, brush), { min: 2, weight: WEIGHT.essential }),
  ]
}
