#!/bin/bash
# What a Thinkube relies on of the official image's entrypoint: the first start makes the cluster, the superuser
# POSTGRES_USER with POSTGRES_PASSWORD, the database POSTGRES_DB, and runs /docker-entrypoint-initdb.d.
set -euo pipefail

export PGDATA=${PGDATA:-/var/lib/postgresql/data/pgdata}
settings=(-c unix_socket_directories=/tmp)

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?Database is uninitialized and superuser password is not specified}"
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  # Over the local socket no password is asked (the platform's own playbooks use it by exec); over TCP always.
  initdb -U "$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --auth-local=trust --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl --wait -o "-c listen_addresses='' ${settings[*]}" start
  [ "$database" = postgres ] || createdb -h /tmp -U "$user" "$database"
  for file in /docker-entrypoint-initdb.d/*.sql; do
    [ -e "$file" ] && psql -v ON_ERROR_STOP=1 -h /tmp -U "$user" -d "$database" -f "$file"
  done
  pg_ctl --wait -m fast stop
  echo 'PostgreSQL init process complete; ready for start up.'
fi

exec postgres "${settings[@]}" -c 'listen_addresses=*' "$@"
