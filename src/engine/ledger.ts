/** What the ledger says of one task. */
export interface LedgerEntry {
  readonly task: string
  readonly run: string
  /** ISO 8601 */
  readonly at: string
  /** `applying` is written before the change, so that a crash leaves a trace of what may be half done. */
  readonly state: 'applying' | 'applied' | 'undone'
  readonly durationMs?: number
}

/** The record of what we changed. Kept in the cluster; it works from any workstation. */
export interface Ledger {
  entries(signal: AbortSignal): Promise<ReadonlyMap<string, LedgerEntry>>
  /** Refused (kind `conflict`) when another run has taken over meanwhile. */
  write(entry: LedgerEntry, signal: AbortSignal): Promise<void>
}
