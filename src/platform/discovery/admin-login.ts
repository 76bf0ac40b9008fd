import type { Secret } from '../../config/secret.ts'
import { type Candidate, type Finder, needed } from './finder.ts'
import { CONTROL, CONTROL_BACKEND, type Sources } from './sources.ts'

/** The one login that opens most of a Thinkube. */
export interface AdminLogin {
  readonly user: string
  /** A service's own password where it has a Secret for it, else the platform's: each may have drifted. */
  password(key: `${string}.password`, own?: readonly Candidate[]): Promise<Secret>
}

export async function findAdminLogin(find: Finder, sources: Sources): Promise<AdminLogin> {
  const platform = [
    sources.secret(CONTROL, 'admin-credentials', 'admin-password'),
    sources.secret(CONTROL, 'postgresql-official', 'postgres-password'),
  ]
  const postgres = { kind: 'StatefulSet', namespace: 'postgres', name: 'postgresql-official' } as const
  return {
    user: await find.textOr(
      'admin.user',
      [
        sources.secret(CONTROL, 'admin-credentials', 'admin-username'),
        sources.env(postgres, 'POSTGRES_USER'),
        sources.env(CONTROL_BACKEND, 'POSTGRES_USER'),
      ],
      'tkadmin',
    ),
    async password(key, own = []) {
      const service = key.split('.')[0]
      return needed(await find.secret(key, [...own, ...platform]), `the password of ${service}`, [
        ['Give it in a file: ', { command: `--${service}-password-file FILE` }],
        ['Or use a login that may read ', { value: `Secret ${CONTROL}/admin-credentials` }],
      ])
    },
  }
}
