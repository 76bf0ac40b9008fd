import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { nodePid } from '../platform/node/node.ts'
import { existingPlan } from '../platform/node/plan.ts'
import { attach, type Platform } from '../platform/platform.ts'

const platform: Platform = attach()!

/** What a connection from this machine to a port of the node comes to. */
function answer(port: number): Promise<'answers' | 'silent' | 'refused'> {
  return new Promise(resolve => {
    const socket = connect({ host: platform.facts.nodeIp, port, timeout: 1_500 })
    const settle = (result: 'answers' | 'silent' | 'refused') => {
      socket.destroy()
      resolve(result)
    }
    socket.on('connect', () => settle('answers'))
    socket.on('timeout', () => settle('silent'))
    socket.on('error', () => settle('refused'))
  })
}

type AuditEvent = {
  level: string
  verb: string
  objectRef?: { resource: string; namespace?: string; name?: string }
  requestObject?: unknown
  responseObject?: unknown
}

async function audited(): Promise<AuditEvent[]> {
  const log = await platform.auditLog()
  return log
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as AuditEvent)
}

describe('The node, seen from this machine', () => {
  it('answers at the API server', async () => {
    expect(await answer(6443)).toBe('answers')
  })

  it.each([
    ['the kubelet', 10250],
    ['the gateway, encrypted', 443],
    ['the gateway, plain', 80],
    ['etcd', 2379],
    ['kube-proxy', 10256],
  ])('keeps %s to itself', async (_, port) => {
    expect(await answer(port)).not.toBe('answers')
  })

  it('has no way out', async () => {
    const routes = await platform.nodeExec(['ip', 'route'])
    expect(routes).not.toMatch(/^default/m)
    const dial = (address: string) => platform.nodeExec(['bash', '-c', `exec 3<>/dev/tcp/${address}/80`])
    await expect(dial('192.0.2.1')).rejects.toThrow(/Network is unreachable/)
  })

  it('runs with process 1 of its own', async () => {
    expect(await platform.nodeExec(['cat', '/proc/1/cmdline'])).toContain('/root/init.sh')
  })
})

describe('Names', () => {
  const ask = (name: string, type: string) =>
    platform.nodeExec(['timeout', '5', 'busybox', 'nslookup', `-type=${type}`, name, '10.96.0.10'])

  it.each(['auth.tk.test', 'anything.at.all.tk.test'])('%s is the gateway', async name => {
    expect(await ask(name, 'a')).toContain(platform.facts.gatewayIp)
  })

  it('have no IPv6 address, which is an answer and not an error', async () => {
    expect(await ask('auth.tk.test', 'aaaa')).not.toMatch(/NXDOMAIN|SERVFAIL/)
  })

  it('of Services resolve beside them', async () => {
    expect(await ask('kubernetes.default.svc.cluster.local', 'a')).toContain('10.96.0.1')
  })

  it('are served with a certificate that the platform CA signed', async () => {
    const host = `auth.${platform.facts.domain}`
    const path = `/realms/${platform.facts.realm}`
    const options = JSON.stringify({
      host: platform.facts.gatewayIp,
      servername: host,
      headers: { host },
      path,
    })
    const program = `require('https').get(${options}, r => r.pipe(process.stdout)).on('error', e => { throw e })`
    // The machine's files with the node's network: a client as a pod would be one.
    const network = ['--net', `--target=${nodePid(existingPlan(platform.name)!)}`, '--']
    const fetched = (ca: Record<string, string>) =>
      execa('nsenter', [...network, process.execPath, '-e', program], { env: ca, reject: false })
    expect((await fetched({ NODE_EXTRA_CA_CERTS: platform.caFile })).stdout).toContain('"realm":"thinkube"')
    expect((await fetched({ NODE_EXTRA_CA_CERTS: '' })).stderr).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  })
})

describe('The audit log', () => {
  it('shows a write without its body, and no read', async () => {
    const name = `audited-${process.pid}`
    const value = `AuditSentinel${process.pid}`
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { value } }
    await platform.kubectl(['-n', 'default', 'create', '-f', '-'], JSON.stringify(secret))
    await platform.kubectl(['-n', 'default', 'get', 'secret', name])
    await platform.kubectl(['-n', 'default', 'delete', 'secret', name])

    const events = (await audited()).filter(event => event.objectRef?.name === name)
    expect(events.map(event => event.verb)).toEqual(['create', 'delete'])
    expect(events.every(event => event.level === 'Metadata')).toBe(true)
    expect(events.some(event => event.requestObject ?? event.responseObject)).toBe(false)
    const text = await platform.auditLog()
    expect(text).not.toContain(value)
    expect(text).not.toContain(Buffer.from(value).toString('base64'))
  })

  it('leaves out what changes all the time', async () => {
    const events = await audited()
    expect(
      events.filter(({ objectRef }) => ['leases', 'events'].includes(objectRef?.resource ?? '')),
    ).toEqual([])
    expect(events.filter(({ verb }) => ['get', 'list', 'watch'].includes(verb))).toEqual([])
  })
})

describe('The operator', () => {
  const as = ['--as=platform-operator', '--as-group=platform-operators', '--as-group=system:authenticated']
  const may = (question: string) =>
    platform.kubectl(['auth', 'can-i', ...question.split(' '), ...as]).then(
      () => true,
      () => false,
    )

  it('is not system:masters', async () => {
    const config = parse(readFileSync(platform.operatorKubeconfig, 'utf8')) as {
      users: [{ user: { 'client-certificate-data': string } }]
    }
    const pem = Buffer.from(config.users[0].user['client-certificate-data'], 'base64')
    const { subject } = new X509Certificate(pem)
    expect(subject).toContain('O=platform-operators')
    expect(subject).not.toContain('system:masters')
  })

  it.each([
    'create namespaces',
    'patch deployments.apps -n langfuse',
    'get secrets -n thinkube-control',
    'create pods/portforward -n postgres',
    'update leases.coordination.k8s.io -n thinkube-langfuse',
    'list configmaps -A',
  ])('may %s', async question => {
    expect(await may(question)).toBe(true)
  })

  it.each(['create clusterroles', 'delete nodes', 'impersonate users', 'patch customresourcedefinitions'])(
    'may not %s',
    async question => {
      expect(await may(question)).toBe(false)
    },
  )
})
