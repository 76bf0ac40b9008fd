import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { artefact } from '../../artefacts/cache.ts'
import { baseLayer, directoryLayer, type Image, image, type Layer } from '../../images/index.ts'
import { inside } from './inside.ts'
import { javaHome, javaLayer } from './java.ts'

const version = '26.1.0'
export const keycloakRef = `thinkube.local/keycloak:${version}`
const javaOptions = [
  ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xms128m', '-Xmx512m', '-XX:MaxMetaspaceSize=256m'],
  ...['-Dfile.encoding=UTF-8', '-XX:+ExitOnOutOfMemoryError', '-Djava.security.egd=file:/dev/urandom'],
]
/** What is decided when the server is built; the rest is decided when it starts. */
const built = {
  KC_DB: 'postgres',
  KC_HEALTH_ENABLED: 'true',
  KC_METRICS_ENABLED: 'false',
  KC_HTTP_RELATIVE_PATH: '/',
}
export const keycloakEnvironment = {
  JAVA_HOME: javaHome,
  JAVA_OPTS: javaOptions.join(' '),
  ...built,
  // Without it the start listens for other Keycloaks on the network.
  KC_CACHE: 'local',
}

/** The distribution from Maven Central, unpacked. */
function distribution(): Promise<string> {
  return artefact({
    name: `keycloak-dist-${version}`,
    inputs: ['1'],
    usually: '30 s',
    async build(dir) {
      await execa('mvn', [
        ...[
          '-q',
          '-B',
          'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy',
          `-DoutputDirectory=${dir}`,
        ],
        `-Dartifact=org.keycloak:keycloak-quarkus-dist:${version}:tar.gz`,
      ])
      const archive = join(dir, `keycloak-quarkus-dist-${version}.tar.gz`)
      await execa('tar', ['-xzf', archive, '-C', dir, '--strip-components=1'])
      await rm(archive)
    },
  })
}

/** Base system, Java and the server, lowest first. */
export async function keycloakLayers(): Promise<Layer[]> {
  const base = await baseLayer()
  const java = await javaLayer()
  return [base, java, await serverLayer(base, java)]
}

/**
 * Keycloak, built once for PostgreSQL so that a start needs no build.
 * The build runs in a root of the image's own layers: it writes down the paths it finds.
 */
function serverLayer(base: Layer, java: Layer): Promise<Layer> {
  return directoryLayer({
    name: 'keycloak',
    inputs: ['2', version, base.key, java.key, JSON.stringify(built)],
    usually: '1 min',
    async populate(root) {
      const scratch = `${root}.scratch`
      await mkdir(scratch)
      for (const layer of [base, java]) await execa('tar', ['-xf', layer.tar, '-C', scratch])
      await execa('cp', ['-a', await distribution(), join(scratch, 'opt/keycloak')])
      await inside(scratch, ['/opt/keycloak/bin/kc.sh', 'build'], { JAVA_HOME: javaHome, ...built })
      await mkdir(join(root, 'opt'))
      await rename(join(scratch, 'opt/keycloak'), join(root, 'opt/keycloak'))
      await rm(scratch, { recursive: true })
      await mkdir(join(root, 'opt/keycloak/data'), { recursive: true })
    },
    owners: { '/opt/keycloak': { uid: 1000, gid: 0 } },
  })
}

export async function keycloakImage(): Promise<Image> {
  return image({
    ref: keycloakRef,
    layers: await keycloakLayers(),
    config: {
      Env: [
        'LANG=C.UTF-8',
        ...Object.entries(keycloakEnvironment).map(([name, value]) => `${name}=${value}`),
      ],
      User: '1000',
      WorkingDir: '/opt/keycloak',
      Entrypoint: ['/opt/keycloak/bin/kc.sh'],
      ExposedPorts: { '8080/tcp': {}, '9000/tcp': {} },
    },
  })
}
