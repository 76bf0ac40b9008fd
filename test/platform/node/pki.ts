import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serviceIps } from '../facts.ts'
import { authority, issue, type Pair } from './certificates.ts'
import { type NodePlan, nodeName } from './plan.ts'

/** The group of the kubeconfig that is not `system:masters`. */
export const operatorGroup = 'platform-operators'
/** The group that the API server speaks to the kubelet as. */
export const kubeletClientGroup = 'platform:kubelet-clients'

const clients: [file: string, commonName: string, organisation?: string][] = [
  ['apiserver-kubelet', 'kube-apiserver-kubelet-client', kubeletClientGroup],
  ['kubelet', `system:node:${nodeName}`, 'system:nodes'],
  ['controller-manager', 'system:kube-controller-manager'],
  ['scheduler', 'system:kube-scheduler'],
  ['proxy', 'system:kube-proxy'],
  ['admin', 'platform-admin', 'system:masters'],
  ['operator', 'platform-operator', operatorGroup],
]
/** Used outside the node, by its address on the link. */
const outside = ['admin', 'operator']

/** The cluster's certificates, keys and kubeconfigs in `<state>/pki`, made once. */
export async function makePki(plan: NodePlan): Promise<void> {
  const dir = join(plan.state, 'pki')
  if (existsSync(join(dir, 'complete'))) return
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const save = (name: string, text: string) => writeFile(join(dir, name), text, { mode: 0o600 })
  const savePair = async (name: string, pair: Pair) => {
    await save(`${name}.crt`, pair.crt)
    await save(`${name}.key`, pair.key)
  }

  const ca = await authority('kubernetes-ca')
  const frontProxy = await authority('kubernetes-front-proxy-ca')
  await savePair('ca', ca)
  await savePair('front-proxy-ca', frontProxy)
  await savePair('front-proxy-client', await issue(frontProxy, { commonName: 'front-proxy-client' }))
  const inCluster = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ]
  await savePair(
    'apiserver',
    await issue(ca, {
      commonName: 'kube-apiserver',
      dns: ['localhost', nodeName, ...inCluster],
      ips: [plan.nodeIp, '127.0.0.1', serviceIps.apiServer],
    }),
  )
  await savePair(
    'node-server',
    await issue(ca, {
      commonName: `system:node:${nodeName}`,
      organisation: 'system:nodes',
      dns: [nodeName, 'localhost'],
      ips: [plan.nodeIp, '127.0.0.1'],
    }),
  )
  for (const [file, commonName, organisation] of clients) {
    const pair = await issue(ca, { commonName, organisation })
    await savePair(file, pair)
    const server = outside.includes(file) ? plan.nodeIp : '127.0.0.1'
    await save(`${file}.conf`, kubeconfig({ name: plan.name, user: file, server, ca: ca.crt, pair }))
  }
  const tokens = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  await save('service-accounts.key', tokens.privateKey)
  await save('service-accounts.pub', tokens.publicKey)
  await save('complete', '')
}

function kubeconfig(o: { name: string; user: string; server: string; ca: string; pair: Pair }): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return `apiVersion: v1
kind: Config
clusters:
- name: ${o.name}
  cluster: {server: "https://${o.server}:6443", certificate-authority-data: ${base64(o.ca)}}
users:
- name: ${o.user}
  user: {client-certificate-data: ${base64(o.pair.crt)}, client-key-data: ${base64(o.pair.key)}}
contexts:
- name: ${o.name}
  context: {cluster: ${o.name}, user: ${o.user}}
current-context: ${o.name}
`
}
