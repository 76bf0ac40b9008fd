const PATIENCE_MS = 2000

/**
 * A process ends by itself when nothing is open. Should a connection have been forgotten, it ends two seconds later all
 * the same, but never before the readers of its output have got everything: leaving at once would cut a pipe short.
 */
export function leaveWhenDrained(process: NodeJS.Process): void {
  setTimeout(() => {
    if (process.stdout.writableLength > 0 || process.stderr.writableLength > 0) leaveWhenDrained(process)
    else process.exit()
  }, PATIENCE_MS).unref()
}
