import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
// The index of the package loads every model of the API; the kubeconfig part alone is what we use.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { ProblemError, raise } from '../../engine/problem.ts'

export interface KubeContext {
  readonly name: string
  readonly cluster: string
  readonly user: string
  readonly namespace: string | undefined
}

export interface Kubeconfig {
  readonly contexts: readonly KubeContext[]
  readonly context: string
  /** Name of the cluster entry. */
  readonly cluster: string
  /** URL of the API server. */
  readonly server: string
  /** Where it was read from. */
  readonly origin: string
  /** Command of the credential plugin; it may ask the user something. */
  readonly execPlugin: string | undefined
  /** Holds private keys: never print it. */
  readonly config: KubeConfig
}

export interface KubeconfigSource {
  /** `--kubeconfig`; else `KUBECONFIG`, `~/.kube/config`, the service account of the pod. */
  readonly path?: string
  readonly context?: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** Reads the kubeconfig and chooses a context. Opens no connection and runs no plugin. */
export function loadKubeconfig(source: KubeconfigSource): Kubeconfig {
  const { config, origin } = read(source)
  const contexts = config.getContexts().map(({ name, cluster, user, namespace }) => ({
    name,
    cluster,
    user,
    namespace,
  }))
  const names = contexts.map(({ name }) => name)
  const context = source.context ?? config.getCurrentContext()
  if (!context || !names.includes(context)) return raise(noContext(context, names, origin))
  config.setCurrentContext(context)
  const cluster = config.getCurrentCluster()
  if (!cluster?.server || !config.getCurrentUser()) return raise(incomplete(context, origin))
  const exec = config.getCurrentUser()?.exec as ExecEntry | undefined
  if (exec) tellPlugin(exec)
  return {
    contexts,
    context,
    cluster: cluster.name,
    server: cluster.server,
    origin,
    execPlugin: exec?.command,
    config,
  }
}

interface ExecEntry {
  readonly command?: string
  readonly apiVersion?: string
  env?: { name: string; value: string }[]
}

/** Plugins decide by this variable which version of the answer is wanted; the client library does not set it. */
function tellPlugin(exec: ExecEntry): void {
  const name = 'KUBERNETES_EXEC_INFO'
  if (exec.env?.some(entry => entry.name === name)) return
  const apiVersion = exec.apiVersion ?? 'client.authentication.k8s.io/v1'
  const value = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } })
  exec.env = [...(exec.env ?? []), { name, value }]
}

function read({ path, env }: KubeconfigSource): { config: KubeConfig; origin: string } {
  if (path) return { config: parse(path), origin: path }
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean)
  const home = env.HOME ?? env.USERPROFILE
  const candidates = listed.length > 0 ? listed : home ? [join(home, '.kube', 'config')] : []
  const files = candidates.filter(file => existsSync(file))
  if (files.length > 0) return { config: files.map(parse).reduce(merge), origin: files.join(delimiter) }
  if (listed.length === 0 && env.KUBERNETES_SERVICE_HOST && existsSync(SERVICE_ACCOUNT)) {
    const config = new KubeConfig()
    config.loadFromCluster()
    return { config, origin: SERVICE_ACCOUNT }
  }
  return raise({
    code: 'kubernetes/no-kubeconfig',
    kind: 'missing',
    summary: 'There is no kubeconfig to reach a cluster with',
    detail: candidates.map(file => ['Looked at ', { path: file }]),
    nextSteps: [
      ['Name one: ', { command: '--kubeconfig FILE' }],
      ['Or set ', { command: 'export KUBECONFIG=FILE' }],
    ],
  })
}

function parse(path: string): KubeConfig {
  const config = new KubeConfig()
  try {
    config.loadFromFile(path)
    return config
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'it is not valid YAML of a kubeconfig'
    throw new ProblemError({
      code: 'kubernetes/kubeconfig-unreadable',
      kind: 'invalid',
      summary: ['The kubeconfig ', { path }, ' cannot be read'],
      detail: [reason],
      nextSteps: [['Check it with ', { command: `kubectl --kubeconfig ${path} config view` }]],
    })
  }
}

/** As kubectl does it: of two entries with the same name the first one counts. */
function merge(left: KubeConfig, right: KubeConfig): KubeConfig {
  const merged = new KubeConfig()
  merged.loadFromOptions({
    clusters: unique([...left.clusters, ...right.clusters]),
    contexts: unique([...left.contexts, ...right.contexts]),
    users: unique([...left.users, ...right.users]),
    currentContext: left.currentContext || right.currentContext,
  })
  return merged
}

function unique<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return entries.filter((entry, index) => entries.findIndex(({ name }) => name === entry.name) === index)
}

function noContext(context: string | undefined, names: readonly string[], origin: string) {
  return {
    code: 'kubernetes/no-context',
    kind: 'missing' as const,
    summary: context
      ? ['The kubeconfig has no context ', { value: context }]
      : 'The kubeconfig does not say which context to use',
    detail: [
      ['Read from ', { path: origin }],
      names.length > 0 ? `It has: ${names.join(', ')}` : 'It has no contexts at all',
    ],
    nextSteps: [['Name one: ', { command: `--context ${names[0] ?? 'NAME'}` }]],
  }
}

function incomplete(context: string, origin: string) {
  return {
    code: 'kubernetes/context-incomplete',
    kind: 'invalid' as const,
    summary: [
      'The context ',
      { value: context },
      ' names a cluster or a user that the kubeconfig does not have',
    ],
    detail: [['Read from ', { path: origin }]],
    nextSteps: [['Look at it: ', { command: 'kubectl config view' }]],
  }
}
