import type { Resources, Settings } from '../config/settings.ts'
import type { KubeObject } from '../platform/kubernetes/port.ts'
import { CA_CONFIG_MAP, CONFIG_SECRET } from './configuration.ts'
import { type Component, labels } from './labels.ts'

/** Uid and gid of the image's own user (`nextjs`, `expressjs`). */
const IMAGE_USER = 1001
const CA_DIRECTORY = '/etc/thinkube-langfuse'

/** Pods restart when it changes: a Secret alone does not restart anything. */
export const CHECKSUM_ANNOTATION = 'thinkube-langfuse/config-checksum'

export interface DeploymentParts {
  readonly name: string
  readonly component: Component
  readonly checksum: string
  readonly strategy: Record<string, unknown>
  readonly graceSeconds: number
  readonly initContainers: readonly Record<string, unknown>[]
  readonly container: Record<string, unknown>
}

export function image(settings: Settings, repository: 'langfuse' | 'langfuse-worker'): string {
  return `${settings.registry.host}/${settings.registry.project}/${repository}:${settings.version}`
}

/** What every container of ours has in common. */
export function container(
  settings: Settings,
  parts: { name: string; image: string; resources: Resources; env?: readonly Record<string, unknown>[] },
): Record<string, unknown> {
  const ca = settings.tls.caPem !== undefined
  return {
    name: parts.name,
    image: parts.image,
    imagePullPolicy: 'IfNotPresent',
    envFrom: [{ secretRef: { name: CONFIG_SECRET } }],
    env: [
      {
        name: 'NODE_OPTIONS',
        value: `--max-old-space-size=${Math.floor(mebibytes(parts.resources.limits.memory) * 0.75)}`,
      },
      ...(ca ? [{ name: 'NODE_EXTRA_CA_CERTS', value: `${CA_DIRECTORY}/ca.crt` }] : []),
      ...(parts.env ?? []),
    ],
    resources: parts.resources,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    ...(ca ? { volumeMounts: [{ name: 'ca', mountPath: CA_DIRECTORY, readOnly: true }] } : {}),
  }
}

export function deployment(settings: Settings, parts: DeploymentParts): KubeObject {
  const podLabels = { app: parts.name, ...labels(settings, parts.component) }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: parts.name, namespace: settings.namespace, labels: podLabels },
    spec: {
      replicas: 1,
      // The platform and its users find the pods by this label.
      selector: { matchLabels: { app: parts.name } },
      strategy: parts.strategy,
      template: {
        metadata: { labels: podLabels, annotations: { [CHECKSUM_ANNOTATION]: parts.checksum } },
        spec: {
          ...(settings.priorityClass ? { priorityClassName: settings.priorityClass } : {}),
          automountServiceAccountToken: false,
          // Service links would inject LANGFUSE_PORT=tcp://… into a program that reads LANGFUSE_*.
          enableServiceLinks: false,
          terminationGracePeriodSeconds: parts.graceSeconds,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: IMAGE_USER,
            runAsGroup: IMAGE_USER,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          initContainers: parts.initContainers,
          containers: [parts.container],
          ...(settings.tls.caPem === undefined
            ? {}
            : { volumes: [{ name: 'ca', configMap: { name: CA_CONFIG_MAP } }] }),
        },
      },
    },
  }
}

const UNITS: Readonly<Record<string, number>> = {
  Ki: 1 / 1024,
  Mi: 1,
  Gi: 1024,
  Ti: 1024 * 1024,
  K: 1e3 / 2 ** 20,
  M: 1e6 / 2 ** 20,
  G: 1e9 / 2 ** 20,
}

/** A Kubernetes memory quantity in MiB. */
export function mebibytes(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)([KMGT]i|[KMG])?$/.exec(quantity)
  if (!match) throw new Error(`not a memory quantity: ${quantity}`)
  return Number(match[1]) * (match[2] ? UNITS[match[2]]! : 1 / 2 ** 20)
}
