#!/bin/bash
# Runs as root in a root file system of all the layers, in a network namespace of its own: lets Keycloak make its
# schema and its master realm in an empty PostgreSQL, and writes the result to the given file.
set -euo pipefail
out=$1

# Replaces the shell that it runs in: of a background job, whose process id is then the program's own and takes signals.
become() {
  local id=$1
  shift
  exec chroot --userspec="$id:$id" / /usr/bin/env "$@"
}
as() {
  (become "$@")
}

mkdir -p /tmp/keycloak
chown 1000 /tmp/keycloak
become 999 POSTGRES_USER=seed POSTGRES_PASSWORD=seed POSTGRES_DB=keycloak PGHOST=/tmp docker-entrypoint.sh -c fsync=off &
postgres=$!
until as 999 pg_isready -q -h 127.0.0.1; do
  kill -0 "$postgres"
  sleep 0.2
done

become 1000 HOME=/tmp/keycloak KC_HOSTNAME=localhost KC_HTTP_ENABLED=true KC_CACHE=local \
  KC_BOOTSTRAP_ADMIN_USERNAME=admin KC_BOOTSTRAP_ADMIN_PASSWORD="$SEED_PASSWORD" \
  KC_DB_URL=jdbc:postgresql://127.0.0.1:5432/keycloak KC_DB_USERNAME=seed KC_DB_PASSWORD=seed \
  /opt/keycloak/bin/kc.sh start --optimized &
keycloak=$!
until wget -q -O /dev/null http://127.0.0.1:9000/health/ready; do
  kill -0 "$keycloak"
  sleep 0.5
done 2> /dev/null

kill "$keycloak"
wait "$keycloak" || [ $? -eq 143 ]
{
  echo 'CREATE DATABASE keycloak;'
  echo '\connect keycloak'
  as 999 pg_dump -h /tmp -U seed --no-owner keycloak
} > "$out"
as 999 PGDATA=/var/lib/postgresql/data/pgdata pg_ctl --wait -m fast stop
wait "$postgres"
