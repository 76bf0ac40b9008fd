import type WebSocket from 'ws'
import { ProblemError } from '../../engine/problem.ts'
import { abortError } from '../connection/abort.ts'
import type { PodPort } from '../connection/endpoint.ts'
import { throwStatus } from './errors.ts'
import type { Transport } from './transport.ts'

interface Container {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

/** The WebSocket of a port-forward to one port, paused. */
export function forward(
  transport: Transport,
  { namespace, pod, port }: PodPort,
  signal: AbortSignal,
): Promise<WebSocket> {
  return transport.websocket({
    path: `${podPath({ namespace, pod })}/portforward`,
    query: { ports: port },
    protocols: ['v4.channel.k8s.io'],
    verb: 'port-forward to',
    what: `pods/${pod} in ${namespace}`,
    signal,
  })
}

export async function logs(
  transport: Transport,
  { namespace, pod, container }: Container,
  {
    tail,
    previous,
    signal,
  }: { readonly tail?: number; readonly previous?: boolean; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const asked = { verb: 'read the log of', what: `pods/${pod} in ${namespace}` }
  const { status, body } = await transport.send({
    path: `${podPath({ namespace, pod })}/log`,
    query: { container, tailLines: tail, previous: previous || undefined },
    signal,
    ...asked,
  })
  // 400: the container waits to start, or there is no previous one.
  if (status === 400) return []
  if (status !== 200) throwStatus(status, body, asked)
  const lines = body.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

const STDIN = 0
const STDOUT = 1
const STDERR = 2
const STATUS = 3
const CLOSE = 255
const CHUNK = 64 * 1024

interface ExecStatus {
  readonly status?: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] }
}

/** Runs a command in a container. Its input goes over the WebSocket: nothing secret belongs into `command`. */
export async function exec(
  transport: Transport,
  { namespace, pod, container }: Container,
  {
    command,
    stdin,
    signal,
  }: { readonly command: readonly string[]; readonly stdin?: string; readonly signal: AbortSignal },
): Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number }> {
  const query = new URLSearchParams({
    container,
    stdin: String(stdin !== undefined),
    stdout: 'true',
    stderr: 'true',
  })
  for (const part of command) query.append('command', part)
  const what = `pods/${pod} in ${namespace}`
  // Only v5 can say that the input ends; older servers offer v4.
  const socket = await transport.websocket({
    path: `${podPath({ namespace, pod })}/exec?${query}`,
    protocols: stdin === undefined ? ['v5.channel.k8s.io', 'v4.channel.k8s.io'] : ['v5.channel.k8s.io'],
    verb: 'run a command in',
    what,
    signal,
  })
  const output: Record<number, Buffer[]> = { [STDOUT]: [], [STDERR]: [], [STATUS]: [] }
  const ended = new Promise<void>((resolve, reject) => {
    const abort = () => {
      reject(abortError(signal))
      socket.terminate()
    }
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    socket.on('message', (data: Buffer) => {
      const channel = data[0]
      if (channel !== undefined) output[channel]?.push(data.subarray(1))
      if (channel === STATUS && data.length > 1) socket.close(1000)
    })
    socket.resume()
    socket.once('close', () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
  if (stdin !== undefined) send(socket, Buffer.from(stdin))
  await ended
  const text = (channel: number) => Buffer.concat(output[channel] ?? []).toString('utf8')
  return { stdout: text(STDOUT), stderr: text(STDERR), exitCode: exitCode(text(STATUS), what) }
}

function send(socket: WebSocket, input: Buffer): void {
  for (let at = 0; at < input.length; at += CHUNK) {
    socket.send(Buffer.concat([Buffer.from([STDIN]), input.subarray(at, at + CHUNK)]))
  }
  socket.send(Buffer.from([CLOSE, STDIN]))
}

function exitCode(status: string, what: string): number {
  const answer = status === '' ? {} : (JSON.parse(status) as ExecStatus)
  if (answer.status === 'Success') return 0
  const code = answer.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message
  if (answer.reason === 'NonZeroExitCode' && code) return Number(code)
  throw new ProblemError({
    code: 'kubernetes/exec-failed',
    kind: 'unreachable',
    summary: ['The command could not be run in ', { value: what }],
    detail: [answer.message ?? 'The connection ended without an exit code'],
    nextSteps: [['Look at the pod: ', { command: `kubectl describe ${what.replace(' in ', ' -n ')}` }]],
  })
}

function podPath({ namespace, pod }: { readonly namespace: string; readonly pod: string }): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`
}
