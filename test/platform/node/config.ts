import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type PlatformFacts, podRange, serviceIps } from '../facts.ts'
import { type NodePlan, nodeName } from './plan.ts'

export const pauseRef = 'registry.k8s.io/pause:3.10.1'
export const podsOnNode = '10.244.0.0/24'

/** Writes every configuration file of the node into `<state>/conf`, which the node sees as /etc/platform. */
export async function writeConfig(plan: NodePlan, facts: PlatformFacts): Promise<void> {
  const registry = `certs.d/${facts.registryHost}`
  const files: Record<string, string> = {
    'node.env': nodeEnv(plan),
    hosts: `127.0.0.1 localhost\n${plan.nodeIp} ${nodeName}\n${facts.gatewayIp} ${facts.registryHost}\n`,
    'audit.yaml': audit,
    'containerd.toml': containerd,
    'cni/10-platform.conflist': cni,
    'kubelet.yaml': kubelet,
    'proxy.yaml': proxy,
    [`${registry}/ca.crt`]: facts.caPem,
    [`${registry}/hosts.toml`]: registryHosts(facts),
  }
  for (const [name, text] of Object.entries(files)) {
    const file = join(plan.state, 'conf', name)
    // kube-proxy ends, to start afresh, when its file is written.
    if (existsSync(file) && (await readFile(file, 'utf8')) === text) continue
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}

/** What the node's shell programs read. */
const nodeEnv = (plan: NodePlan) => `HOST_IP=${plan.hostIp}
NODE_IP=${plan.nodeIp}
NODE_NAME=${nodeName}
POD_RANGE=${podRange}
SERVICE_RANGE=${serviceIps.range}
`

/** Writes only, and no bodies: a Secret's value never reaches the log. Reviews and tokens ask, they change nothing. */
const audit = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  resources:
  - {group: coordination.k8s.io, resources: [leases]}
  - {group: "", resources: [events]}
  - {group: events.k8s.io, resources: [events]}
  - {group: authentication.k8s.io}
  - {group: authorization.k8s.io}
- level: None
  nonResourceURLs: ["*"]
- level: None
  verbs: [get, list, watch]
- level: Metadata
`

// restrict_oom_score_adj: without CAP_SYS_RESOURCE every sandbox would die in "can't get final child's PID from pipe".
const containerd = `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs", "io.containerd.internal.v1.opt", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseRef}"
  enable_selinux = false
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/platform/certs.d"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/platform/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
`

const cni = JSON.stringify({
  cniVersion: '1.0.0',
  name: 'platform',
  plugins: [
    {
      type: 'ptp',
      ipMasq: false,
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni-ipam',
        ranges: [[{ subnet: podsOnNode }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true }, snat: true },
  ],
})

const kubelet = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: /etc/kubernetes/pki/node-server.crt
tlsPrivateKeyFile: /etc/kubernetes/pki/node-server.key
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
clusterDNS: [${serviceIps.dns}]
clusterDomain: cluster.local
resolvConf: /etc/resolv.conf
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
imageMaximumGCAge: 0s
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%, nodefs.inodesFree: 1%}
nodeStatusUpdateFrequency: 5s
shutdownGracePeriod: 0s
serializeImagePulls: false
volumePluginDir: /var/lib/kubelet/volumeplugins
`

const proxy = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: /etc/kubernetes/pki/proxy.conf}
mode: iptables
clusterCIDR: ${podRange}
hostnameOverride: ${nodeName}
bindAddress: 0.0.0.0
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
iptables: {minSyncPeriod: 0s, syncPeriod: 30s}
`

// containerd 1.6 wants the CA at the top and under the host, and cannot parse a file with nothing but a server.
const registryHosts = (facts: PlatformFacts) => {
  const ca = `ca = "/etc/platform/certs.d/${facts.registryHost}/ca.crt"`
  return `server = "https://${facts.registryHost}"
${ca}
[host."https://${facts.registryHost}"]
  capabilities = ["pull", "resolve", "push"]
  ${ca}
`
}
