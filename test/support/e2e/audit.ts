import type { Platform } from '../../platform/platform.ts'

/** One entry of the API server's audit log, of which only these fields are read. */
export interface AuditEvent {
  readonly verb: string
  readonly requestURI: string
  readonly userAgent?: string
  readonly user?: { readonly username?: string }
  readonly objectRef?: {
    readonly resource?: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly responseStatus?: { readonly code?: number }
}

/** What can change something; the log's policy leaves reads and Leases out. */
const CHANGING = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])
/** A tunnel is opened by a `create`, and stores nothing. */
const TUNNELS = new Set(['portforward', 'exec', 'attach', 'proxy'])

export interface Mark {
  /** Everything the audit log has gained since. */
  events(): Promise<readonly AuditEvent[]>
  /** Those of the installer that last: no dry run, no tunnel. */
  writes(): Promise<readonly AuditEvent[]>
  /** Statements that change something in PostgreSQL, as `user@database: statement`. */
  statements(): Promise<readonly string[]>
}

/** From now on. */
export async function markNow(platform: Platform): Promise<Mark> {
  const audit = (await platform.auditLog()).length
  const postgres = (await postgresLog(platform)).length
  const events = async () =>
    (await platform.auditLog())
      .slice(audit)
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as AuditEvent)
  return {
    events,
    writes: async () => (await events()).filter(lasts),
    statements: async () => statementsIn((await postgresLog(platform)).slice(postgres)),
  }
}

export const ofInstaller = ({ userAgent = '' }: AuditEvent): boolean =>
  userAgent.startsWith('thinkube-langfuse/')

const lasts = (event: AuditEvent): boolean =>
  ofInstaller(event) &&
  CHANGING.has(event.verb) &&
  !TUNNELS.has(event.objectRef?.subresource ?? '') &&
  !event.requestURI.includes('dryRun=All')

export const describeWrite = ({ verb, objectRef: at = {}, responseStatus }: AuditEvent): string =>
  `${verb} ${at.resource} ${at.namespace ?? ''}/${at.name ?? ''} ${responseStatus?.code ?? ''}`

export const postgresLog = (platform: Platform): Promise<string> =>
  platform.kubectl(['logs', '-n', 'postgres', 'postgresql-official-0', '-c', 'postgres'])

/** Keycloak keeps its sessions in PostgreSQL. A login is no lasting change of who logs in. */
const LOGIN = /^(insert into|update|delete from) (OFFLINE_)?(USER|CLIENT)_SESSION\b/i

/** `log_statement=mod` writes each changing statement; the prefix ends in `user@database`. */
function statementsIn(log: string): string[] {
  return log.split('\n').flatMap(line => {
    const found = /\[\d+\] (\S*@\S*) LOG: {2}(?:statement|execute [^:]*): (.*)$/.exec(line)
    return found && !LOGIN.test(found[2] ?? '') ? [`${found[1]}: ${found[2]}`] : []
  })
}
