import type { WriteStream } from 'node:tty'

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** 80×24 where the host reports nothing: Ink would compare with `undefined` and wipe the screen. */
export const sizeOf = (stdout: Pick<WriteStream, 'columns' | 'rows'>): Size => ({
  columns: stdout.columns || 80,
  rows: stdout.rows || 24,
})

export function followSize(stdout: WriteStream, onSize: (size: Size) => void): () => void {
  const changed = () => onSize(sizeOf(stdout))
  stdout.on('resize', changed)
  return () => stdout.off('resize', changed)
}
