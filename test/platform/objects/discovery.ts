import type { PlatformFacts } from '../facts.ts'
import type { KubernetesObject } from '../part.ts'
import { serviceConfig } from '../stores/manifests.ts'

const mirrored: [name: string, tag: string, source: string][] = [
  ['langfuse', '3.113.0', 'docker.io/langfuse/langfuse:3.113.0'],
  ['langfuse-worker', '3.113.0', 'docker.io/langfuse/langfuse-worker:3.113.0'],
  ['busybox', 'latest', 'docker.io/library/busybox:1.37.0'],
  ['postgres', '18-alpine', 'docker.io/library/postgres:18-alpine'],
  ['valkey', '7.2-alpine', 'docker.io/valkey/valkey:7.2-alpine'],
]

/** What a Thinkube writes down about itself in ConfigMaps: its inventory, its images, its services. */
export function discoveryObjects(facts: PlatformFacts): KubernetesObject[] {
  return [inventory(facts), images(facts), harbor(facts), mlflow(facts)]
}

function inventory(facts: PlatformFacts): KubernetesObject {
  const vars = {
    domain_name: facts.domain,
    admin_username: facts.adminUser,
    container_registry: facts.registryHost,
  }
  const lines = Object.entries(vars).map(([name, value]) => `    ${name}: ${value}`)
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'thinkube-control', name: 'ansible-inventory' },
    data: { 'inventory.yaml': ['all:', '  vars:', ...lines, ''].join('\n') },
  }
}

/** What was meant to be mirrored; the registry alone knows what was. */
function images(facts: PlatformFacts): KubernetesObject {
  const manifest = {
    registry: facts.registryHost,
    images: mirrored.map(([name, tag, source]) => ({
      name,
      repository: `library/${name}`,
      tag,
      source_url: source,
      destination_url: `${facts.registryHost}/library/${name}:${tag}`,
    })),
  }
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace: 'registry',
      name: 'harbor-system-images',
      labels: { 'thinkube.io/image-manifest': 'true' },
    },
    data: { 'manifest.json': JSON.stringify(manifest, null, 2) },
  }
}

function harbor(facts: PlatformFacts): KubernetesObject {
  const url = `https://${facts.registryHost}`
  return serviceConfig('registry', facts, {
    name: 'harbor',
    display_name: 'Harbor',
    category: 'infrastructure',
    icon: '/icons/tk_harbor.svg',
    endpoints: [{ name: 'web', type: 'http', url, health_url: `${url}/v2/`, primary: true }],
    environment_variables: [
      { name: 'HARBOR_URL', value: url },
      {
        name: 'HARBOR_ROBOT_TOKEN',
        valueFrom: {
          secretKeyRef: { namespace: 'kube-system', name: 'harbor-robot-credentials', key: 'robot-token' },
        },
      },
    ],
  })
}

function mlflow(facts: PlatformFacts): KubernetesObject {
  return serviceConfig('mlflow', facts, {
    name: 'mlflow',
    display_name: 'MLflow',
    category: 'ai',
    icon: '/icons/tk_ai.svg',
    endpoints: [{ name: 'web', type: 'http', url: 'https://mlflow.{{ domain_name }}', primary: true }],
    environment_variables: [
      { name: 'MLFLOW_TRACKING_URI', value: 'https://mlflow.{{ domain_name }}' },
      { name: 'MLFLOW_AUTH_USERNAME', value: facts.realmUser },
      // Whoever writes shell code from this has to quote: dollar, double quote, backslash, backtick, apostrophe.
      { name: 'MLFLOW_RUN_NAME', value: `run "$USER" of \`today\`, it's C:\\temp` },
    ],
  })
}
