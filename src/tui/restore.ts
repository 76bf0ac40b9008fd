import process from 'node:process'
import type { WriteStream } from 'node:tty'
import { PASTE_OFF } from './keyboard.ts'

const SHOW_CURSOR = '\u001b[?25h'
export const ENTER_ALTERNATE = '\u001b[?1049h\u001b[2J\u001b[H'
/** Wiped before it is left: some terminals keep the alternate screen. */
export const LEAVE_ALTERNATE = '\u001b[2J\u001b[H\u001b[?1049l'

/** Gives the terminal back in whatever way the process ends; Ink and Node do neither of these by themselves. */
export function restoreOnExit(stdout: WriteStream, alternate: () => boolean): () => void {
  const restore = () => {
    stdout.write(`${alternate() ? LEAVE_ALTERNATE : ''}${PASTE_OFF}${SHOW_CURSOR}`)
  }
  process.on('exit', restore)
  return () => process.off('exit', restore)
}
