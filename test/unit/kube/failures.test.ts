import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpKubeClient } from '../../../src/lib/kube/client.ts'
import type { Connection } from '../../../src/lib/kube/config/connection.ts'
import { Timeout, transportFailure } from '../../../src/lib/kube/http/transport-failure.ts'
import { namespaces, pods, rollouts } from '../../../src/lib/kube/resource-types.ts'
import { Failure } from '../../../src/lib/values/failure.ts'
import { type Answer, statusAnswer, TlsServer } from '../../fakes/tls-server.ts'
import { collect, connectTo, failureOf } from './connected.ts'

const shown = (failure: Failure) =>
  [
    `${failure.label}: ${failure.message}`,
    `reason: ${failure.reason}`,
    ...failure.hints.map(hint => `hint: ${hint}`),
  ].join('\n')

type Ask = (client: HttpKubeClient) => Promise<unknown>
const getRollout: Ask = client => client.get(rollouts, { name: 'loans-api' })
const named = (name: string, group = 'argoproj.io', kind = 'rollouts') => ({ name, group, kind })
const text = (status: number, body: string): Answer => ({ status, headers: { 'Content-Type': 'text/plain' }, body })
const forbidden = (verb: string, resource: string, group: string, where: string) =>
  `${resource}${group ? `.${group}` : ''} is forbidden: User "jane" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`

/** What a real kube-apiserver answers, and what is asked. */
const jwt = (exp: number) =>
  ['{}', JSON.stringify({ exp }), ''].map(each => Buffer.from(each).toString('base64url')).join('.')

const refusals: { what: string; answer: Answer; ask?: Ask; token?: string }[] = [
  {
    what: 'an unknown rollout',
    answer: statusAnswer(404, 'NotFound', 'rollouts.argoproj.io "loans-api" not found', named('loans-api')),
  },
  { what: 'no CRD, one object', answer: text(404, '404 page not found\n') },
  {
    what: 'no CRD, a list',
    answer: text(404, '404 page not found\n'),
    ask: client => client.list(rollouts, { allNamespaces: true }),
  },
  {
    what: 'no CRD, a watch',
    answer: text(404, '404 page not found\n'),
    ask: client => collect(client.watch(rollouts, { resourceVersion: '1' })),
  },
  {
    what: 'no Kargo',
    answer: text(404, '404 page not found\n'),
    ask: client =>
      client.list({
        group: 'kargo.akuity.io',
        version: 'v1alpha1',
        resource: 'stages',
        kind: 'Stage',
        namespaced: true,
      }),
  },
  {
    what: 'no version of a built-in type',
    answer: statusAnswer(404, 'NotFound', 'the server could not find the requested resource', {}),
    ask: client =>
      client.list({
        group: 'autoscaling',
        version: 'v9',
        resource: 'horizontalpodautoscalers',
        kind: 'HorizontalPodAutoscaler',
        namespaced: true,
      }),
  },
  { what: 'no such path', answer: text(404, '404 page not found\n'), ask: client => client.raw({ path: '/nope' }) },
  {
    what: 'no namespace to create in',
    answer: statusAnswer(404, 'NotFound', 'namespaces "loans" not found', named('loans', '', 'namespaces')),
    ask: client => client.create(rollouts, { metadata: { name: 'x' } }),
  },
  {
    what: 'forbidden to get',
    answer: statusAnswer(
      403,
      'Forbidden',
      forbidden('get', 'rollouts', 'argoproj.io', 'in the namespace "loans"'),
      named('loans-api'),
    ),
  },
  {
    what: 'forbidden to list everywhere',
    answer: statusAnswer(403, 'Forbidden', forbidden('list', 'rollouts', 'argoproj.io', 'at the cluster scope'), {
      group: 'argoproj.io',
      kind: 'rollouts',
    }),
    ask: client => client.list(rollouts, { allNamespaces: true }),
  },
  {
    what: 'forbidden to patch a subresource',
    answer: statusAnswer(
      403,
      'Forbidden',
      forbidden('patch', 'rollouts/status', 'argoproj.io', 'in the namespace "loans"'),
      named('loans-api'),
    ),
    ask: client => client.patch(rollouts, { name: 'loans-api' }, { type: 'merge', body: {}, subresource: 'status' }),
  },
  {
    what: 'forbidden to read logs',
    answer: statusAnswer(
      403,
      'Forbidden',
      forbidden('get', 'pods/log', '', 'in the namespace "loans"'),
      named('p', '', 'pods'),
    ),
    ask: client => collect(client.logs({ name: 'p' }, {})),
  },
  {
    what: 'forbidden to list namespaces',
    answer: statusAnswer(403, 'Forbidden', forbidden('list', 'namespaces', '', 'at the cluster scope'), {
      kind: 'namespaces',
    }),
    ask: client => client.list(namespaces),
  },
  {
    what: 'refused by a quota',
    answer: statusAnswer(
      403,
      'Forbidden',
      'pods "x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5',
      named('x', '', 'pods'),
    ),
    ask: client => client.create(pods, { metadata: { name: 'x' } }),
  },
  {
    what: 'refused by a webhook',
    answer: statusAnswer(
      403,
      'Forbidden',
      'admission webhook "policy.example" denied the request: images need a digest',
    ),
    ask: client => client.patch(rollouts, { name: 'loans-api' }, { type: 'merge', body: {} }),
  },
  { what: 'not signed in', answer: statusAnswer(401, 'Unauthorized', 'Unauthorized') },
  { what: 'a token that is refused', answer: statusAnswer(401, 'Unauthorized', 'Unauthorized'), token: 'opaque' },
  {
    what: 'a token that has expired',
    answer: statusAnswer(401, 'Unauthorized', 'Unauthorized'),
    token: jwt(1_700_000_000),
  },
  {
    what: 'a conflict',
    answer: statusAnswer(
      409,
      'Conflict',
      'Operation cannot be fulfilled on rollouts.argoproj.io "loans-api": the object has been modified; please apply your changes to the latest version and try again',
      named('loans-api'),
    ),
  },
  {
    what: 'an invalid object',
    answer: statusAnswer(
      422,
      'Invalid',
      'Rollout.argoproj.io "x" is invalid: spec.replicas: Invalid value: -1',
      named('x', 'argoproj.io', 'Rollout'),
    ),
  },
  { what: 'a bad selector', answer: statusAnswer(400, 'BadRequest', "unable to parse requirement: found '==='") },
  {
    what: 'too many requests',
    answer: statusAnswer(
      429,
      'TooManyRequests',
      'the server has received too many requests and has asked us to try again later',
    ),
  },
  { what: 'an unavailable server', answer: text(503, 'starting') },
  { what: 'an inner error', answer: text(500, 'boom \u001b[31mred') },
  { what: 'a gateway in between', answer: text(502, '<html><h1>Bad Gateway</h1></html>') },
  {
    what: 'a login page in between',
    answer: { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>Sign in</html>' },
  },
  { what: 'a list that is none', answer: { body: { kind: 'Status' } }, ask: client => client.list(rollouts) },
  {
    what: 'control characters in a message',
    answer: statusAnswer(400, 'BadRequest', 'bad \u001b[31mred\u001b[0m \u0007name\nsecond line'),
  },
]

describe('what the server refuses', () => {
  let server: TlsServer
  beforeEach(async () => {
    server = await TlsServer.start()
  })
  afterEach(() => server.stop())

  it('is worded as kubectl does, with the hint that helps', async () => {
    const texts: string[] = []
    for (const { what, answer, ask = getRollout, token } of refusals) {
      const client = await connectTo(server, { user: { token }, options: { namespace: 'loans', context: 'test' } })
      server.next(answer)
      texts.push(`# ${what}\n${shown(await failureOf(ask(client))).replace(/\S*canary-test-\w+/g, '~')}\n`)
      client.close()
    }
    await expect(texts.join('\n')).toMatchFileSnapshot('../../golden/kube/refusals.txt')
  })
})

const connection = (more: Partial<Connection> = {}): Connection => ({
  server: new URL('https://prod.example:6443'),
  contextName: 'prod',
  clusterName: 'prod',
  userName: 'jane',
  namespace: 'default',
  namespaceIsExplicit: false,
  cluster: { file: '/home/jane/.kube/config', certificateAuthorityData: 'QQ==' },
  user: { file: '' },
  disableCompression: false,
  requestTimeoutMs: 0,
  configFlag: '',
  ...more,
})
const coded = (code: string, message = code, more: object = {}) => Object.assign(new Error(message), { code, ...more })

const troubles: { what: string; error: unknown; connection?: Connection }[] = [
  { what: 'an unknown host', error: coded('ENOTFOUND', 'getaddrinfo ENOTFOUND prod.example') },
  { what: 'refused', error: coded('ECONNREFUSED') },
  {
    what: 'refused, without a context',
    error: coded('ECONNREFUSED'),
    connection: connection({ server: new URL('http://localhost'), contextName: '', cluster: { file: '' } }),
  },
  { what: 'timed out', error: coded('ETIMEDOUT') },
  { what: 'no answer to the connection', error: new Timeout(30_000, true) },
  { what: 'no answer to the request', error: new Timeout(5_000, false) },
  { what: 'no route', error: coded('EHOSTUNREACH') },
  { what: 'no network', error: coded('ENETUNREACH') },
  { what: 'reset', error: coded('ECONNRESET', 'read ECONNRESET') },
  { what: 'an expired certificate', error: coded('CERT_HAS_EXPIRED') },
  { what: 'a certificate of the future', error: coded('CERT_NOT_YET_VALID') },
  { what: 'an unknown authority', error: coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE') },
  {
    what: 'an unknown authority, with a file',
    error: coded('SELF_SIGNED_CERT_IN_CHAIN'),
    connection: connection({ cluster: { file: '', certificateAuthority: '/pki/ca.crt' } }),
  },
  {
    what: 'another host name',
    error: coded('ERR_TLS_CERT_ALTNAME_INVALID', 'x', {
      cert: { subjectaltname: 'DNS:kubernetes, DNS:localhost, IP Address:10.0.0.1' },
    }),
  },
  {
    what: 'no TLS',
    error: coded('EPROTO', 'write EPROTO 0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number'),
  },
  { what: 'a refused client certificate', error: coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED') },
  { what: 'no HTTP', error: coded('HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/') },
  { what: 'anything else', error: new Error('something\u001b[2J odd') },
]

describe('what keeps us from the server', () => {
  it('says what it is and what to do', async () => {
    const texts = troubles.map(
      ({ what, error, connection: given }) => `# ${what}\n${shown(transportFailure(error, given ?? connection()))}\n`,
    )
    await expect(texts.join('\n')).toMatchFileSnapshot('../../golden/kube/troubles.txt')
  })

  it('has no stack trace to show', () => {
    for (const { error } of troubles) {
      const failure = transportFailure(error, connection())
      expect(`${failure.message}${failure.hints}`).not.toMatch(/\bat .*:\d+:\d+|\u001b/)
    }
  })

  it('is met for real', async () => {
    const server = await TlsServer.start()
    await server.stop()
    expect(await failureOf((await connectTo(server)).raw({ path: '/' }))).toMatchObject({ reason: 'ConnectionRefused' })
    const plain = await TlsServer.start({ plain: true })
    const client = await connectTo(plain, { cluster: { server: plain.url.replace('http:', 'https:') } })
    expect(await failureOf(client.raw({ path: '/' }))).toMatchObject({ reason: 'NotTls' })
    await plain.stop()
    const named = await connectTo(plain, { cluster: { server: 'https://no-such-host.invalid' } })
    expect(await failureOf(named.raw({ path: '/' }))).toMatchObject({ reason: 'UnknownHost' })
  })

  it('a plain http request to a TLS port is answered by the server', async () => {
    const server = await TlsServer.start()
    const client = await connectTo(server, { cluster: { server: server.url.replace('https:', 'http:') } })
    expect(await failureOf(client.raw({ path: '/' }))).toBeInstanceOf(Failure)
    await server.stop()
  })
})
