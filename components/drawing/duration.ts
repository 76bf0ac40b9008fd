/** "0.4 s", "12 s", "3 min 5 s". */
export function duration(ms: number): string {
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : whole(Math.round(ms / 1000))
}

/** For a clock that ticks: whole seconds, so that nothing jitters. */
export const ticking = (ms: number): string => whole(Math.floor(ms / 1000))

function whole(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  const rest = seconds % 60
  const minutes = Math.floor(seconds / 60)
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
}
