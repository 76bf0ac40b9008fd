import { describe, expect, it } from 'vitest'
import { flatten, type Problem, ProblemError } from '../../../src/engine/problem.ts'
import { clickhouseProblem } from '../../../src/platform/clickhouse/errors.ts'
import { abortError } from '../../../src/platform/connection/abort.ts'
import { messageOf, problemIn, systemCode } from '../../../src/platform/connection/cause.ts'
import { brokenTunnel, refusedPort } from '../../../src/platform/connection/errors.ts'
import { keycloakRefusal } from '../../../src/platform/keycloak/errors.ts'
import {
  credentialProblem,
  statusProblem,
  transportProblem,
} from '../../../src/platform/kubernetes/errors.ts'
import { postgresProblem } from '../../../src/platform/postgres/errors.ts'
import { neverConnected, publicProblem } from '../../../src/platform/public/errors.ts'
import { s3Problem } from '../../../src/platform/s3/errors.ts'
import { valkeyProblem } from '../../../src/platform/valkey/errors.ts'

const where = { name: 'ns/svc:1', namespace: 'ns', user: 'me', database: 'db', realm: 'r', accessKey: 'key' }
const coded = (code: string | number, message = 'said the server') =>
  Object.assign(new Error(message), { code })
const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' })
const s3Thrown = (name: string, status: number) =>
  Object.assign(new Error('said'), { name, $metadata: { httpStatusCode: status } })
const kc = (status: number, body: unknown) => ({
  status,
  headers: new Headers(),
  body: Buffer.from(JSON.stringify(body)),
})
const asked = { verb: 'get', what: 'secrets/x in y' }
const refused = new ProblemError(
  refusedPort('ns/svc:1', 'dial tcp4 127.0.0.1:1: connect: connection refused'),
)

const rows: readonly [string, Problem, string, Problem['kind']][] = [
  ['401', statusProblem(401, '', asked), 'kubernetes/unauthorized', 'forbidden'],
  ['403', statusProblem(403, '{"message":"no"}', asked), 'kubernetes/forbidden', 'forbidden'],
  ['409', statusProblem(409, '{}', asked), 'kubernetes/conflict', 'conflict'],
  [
    'a failed JSON Patch test',
    statusProblem(422, '{"message":"the server rejected our request due to an error in our request"}', asked),
    'kubernetes/conflict',
    'conflict',
  ],
  ['422', statusProblem(422, '{"message":"bad"}', asked), 'kubernetes/invalid', 'invalid'],
  ['a proxy page', statusProblem(502, '<html>', asked), 'kubernetes/busy', 'unreachable'],
  [
    'no API server',
    transportProblem(coded('ECONNREFUSED'), 'https://k:6443'),
    'kubernetes/unreachable',
    'unreachable',
  ],
  [
    'a foreign certificate',
    transportProblem(coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'https://k'),
    'kubernetes/certificate',
    'invalid',
  ],
  [
    'a plugin',
    credentialProblem(new Error('login expired'), 'kubelogin'),
    'kubernetes/credential-plugin',
    'forbidden',
  ],
  ['28P01', postgresProblem(coded('28P01'), where), 'postgres/login-refused', 'forbidden'],
  ['3D000', postgresProblem(coded('3D000'), where), 'postgres/no-database', 'missing'],
  ['57P03', postgresProblem(coded('57P03'), where), 'postgres/starting', 'unreachable'],
  ['42501', postgresProblem(coded('42501'), where), 'postgres/forbidden', 'forbidden'],
  ['42601', postgresProblem(coded('42601'), where), 'postgres/refused-statement', 'invalid'],
  ['a refused port', postgresProblem(refused, where), 'postgres/unreachable', 'unreachable'],
  ['516', clickhouseProblem(coded('516'), where), 'clickhouse/login-refused', 'forbidden'],
  ['514', clickhouseProblem(coded(514), where), 'clickhouse/no-access-management', 'unsupported'],
  ['497', clickhouseProblem(coded('497'), where), 'clickhouse/forbidden', 'forbidden'],
  ['a refused port', clickhouseProblem(refused, where), 'clickhouse/unreachable', 'unreachable'],
  ['WRONGPASS', valkeyProblem(reply('WRONGPASS invalid'), where), 'valkey/login-refused', 'forbidden'],
  [
    'NOAUTH',
    valkeyProblem(reply('NOAUTH Authentication required.'), where),
    'valkey/password-wanted',
    'forbidden',
  ],
  [
    'a closed connection',
    valkeyProblem(new Error('Connection is closed.'), where),
    'valkey/unreachable',
    'unreachable',
  ],
  [
    'a wrong secret',
    s3Problem(s3Thrown('SignatureDoesNotMatch', 403), where),
    's3/login-refused',
    'forbidden',
  ],
  ['no bucket', s3Problem(s3Thrown('NoSuchBucket', 404), where), 's3/missing', 'missing'],
  ['a server error', s3Problem(s3Thrown('InternalError', 500), where), 's3/unreachable', 'unreachable'],
  [
    'a wrong password',
    keycloakRefusal(kc(401, { error: 'invalid_grant' }), 'log in', where),
    'keycloak/login-refused',
    'forbidden',
  ],
  ['403', keycloakRefusal(kc(403, {}), 'GET /', where), 'keycloak/forbidden', 'forbidden'],
  [
    'a foreign CA',
    publicProblem(coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'h', 'dns'),
    'public/certificate',
    'invalid',
  ],
  ['a gateway that refuses', publicProblem(refused, 'h', 'gateway'), 'public/unreachable', 'unreachable'],
]

describe('translation', () => {
  it.each(rows)('of %s', (_, problem, code, kind) => {
    expect(problem).toMatchObject({ code, kind })
    expect(problem.nextSteps.length).toBeGreaterThan(0)
    expect(flatten(problem.summary)).not.toBe('')
  })

  it('keeps the words of the server and nothing else of an error', () => {
    const leaky = Object.assign(coded('28P01', 'password authentication failed'), { key: 'PRIVATE KEY' })
    const text = JSON.stringify([postgresProblem(leaky, where), transportProblem(leaky, 'https://k')])
    expect(text).toContain('password authentication failed')
    expect(text).not.toContain('PRIVATE KEY')
  })
})

describe('what is inside an error', () => {
  it('is found through causes and lists', () => {
    const wrapped = new Error('outer', { cause: new AggregateError([new Error('x'), refused]) })
    expect(problemIn(wrapped)?.code).toBe('connection/refused')
    expect(systemCode(new Error('o', { cause: coded('ECONNRESET') }))).toBe('ECONNRESET')
    expect(problemIn(new Error('x'))).toBeUndefined()
    expect(messageOf('a string')).toBe('no reason was given')
  })

  it('survives an error that contains itself', () => {
    const loop = new Error('loop')
    loop.cause = loop
    expect(problemIn(loop)).toBeUndefined()
  })
})

describe('abortError', () => {
  it('is the reason when that is an abort or a Problem, and a Problem for a deadline', async () => {
    const problem = new ProblemError(brokenTunnel('n'))
    expect(abortError(AbortSignal.abort(problem))).toBe(problem)
    expect(abortError(AbortSignal.abort()).name).toBe('AbortError')
    expect(abortError(AbortSignal.abort('a string')).name).toBe('AbortError')
    const late = AbortSignal.timeout(1)
    await new Promise(resolve => late.addEventListener('abort', resolve))
    expect(abortError(late)).toMatchObject({ problem: { code: 'engine/timeout', kind: 'timeout' } })
  })
})

describe('neverConnected', () => {
  it('is true for a name or a host that does not answer, not for a certificate', () => {
    expect(neverConnected(coded('ENOTFOUND'))).toBe(true)
    expect(neverConnected(new AggregateError([coded('ECONNREFUSED')]))).toBe(true)
    expect(neverConnected(coded('CERT_HAS_EXPIRED'))).toBe(false)
  })
})
