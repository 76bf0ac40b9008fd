import { copyFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goProgram } from '../artefacts/go-program.ts'
import { type PlatformFacts, serviceIps } from '../facts.ts'
import { directoryLayer, image } from '../images/index.ts'
import type { KubernetesObject, Part } from '../part.ts'

const namespace = 'kube-system'
const ref = 'registry.k8s.io/coredns/coredns:v1.12.1'
const labels = { 'k8s-app': 'kube-dns' }

/** CoreDNS: the cluster's own names, and every name of the platform's domain at the gateway. */
export const part: Part = {
  name: 'dns',
  async images() {
    const binary = await goProgram({
      name: 'coredns',
      module: fileURLToPath(new URL('coredns', import.meta.url)),
      sources: ['main.go'],
      usually: '2 min',
    })
    const layer = await directoryLayer({
      name: 'coredns',
      inputs: [basename(join(binary, '..'))],
      populate: root => copyFile(binary, join(root, 'coredns')),
    })
    return [await image({ ref, layers: [layer], config: { Entrypoint: ['/coredns'] }, in: 'node' })]
  },
  objects: facts => [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'coredns', namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'system:coredns' },
      rules: [
        {
          apiGroups: [''],
          resources: ['endpoints', 'services', 'pods', 'namespaces'],
          verbs: ['list', 'watch'],
        },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'system:coredns' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
      subjects: [{ kind: 'ServiceAccount', name: 'coredns', namespace }],
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns', namespace },
      data: { Corefile: corefile(facts) },
    },
    deployment,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace, labels },
      spec: {
        selector: labels,
        clusterIP: serviceIps.dns,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    },
  ],
}

// The SOA makes "no such address" an answer for AAAA: without it resolvers ask again and again.
const corefile = (facts: PlatformFacts) => `.:53 {
    errors
    health {
        lameduck 0s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 5
    }
    template IN A ${facts.domain} {
        answer "{{ .Name }} 5 IN A ${facts.gatewayIp}"
    }
    template IN AAAA ${facts.domain} {
        authority "${facts.domain}. 5 IN SOA ns.${facts.domain}. root.${facts.domain}. 1 60 60 60 5"
    }
    cache 5
    reload
    loadbalance
}
`

const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'coredns', namespace, labels },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: 'coredns',
        dnsPolicy: 'Default',
        containers: [
          {
            name: 'coredns',
            image: ref,
            args: ['-conf', '/etc/coredns/Corefile'],
            resources: { requests: { cpu: '20m', memory: '40Mi' }, limits: { memory: '170Mi' } },
            volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
            ports: [
              { containerPort: 53, name: 'dns', protocol: 'UDP' },
              { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
            ],
            livenessProbe: {
              httpGet: { path: '/health', port: 8080 },
              initialDelaySeconds: 30,
              timeoutSeconds: 5,
            },
            readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1, timeoutSeconds: 2 },
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
              readOnlyRootFilesystem: true,
            },
          },
        ],
        volumes: [{ name: 'config', configMap: { name: 'coredns' } }],
      },
    },
  },
}
