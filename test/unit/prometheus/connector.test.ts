import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpClient, HttpRequest } from '../../../src/lib/context/http-client.ts'
import type { KubeClient } from '../../../src/lib/context/kube-client.ts'
import { HttpFailure, hintsFor } from '../../../src/lib/http/http-failure.ts'
import {
  PrometheusConnector,
  type PrometheusOptions,
  type WrittenAccess,
} from '../../../src/lib/prometheus/connector.ts'
import { Failure } from '../../../src/lib/values/failure.ts'
import { fakeClient } from '../../fakes/context.ts'
import { temporaryFolder } from '../../fakes/temporary-folder.ts'
import { statusAnswer, TlsServer } from '../../fakes/tls-server.ts'
import { connectTo } from '../kube/connected.ts'
import { oneSample, realTime } from './scripted-prometheus.ts'

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

/** Remembers what would have been sent, and knows every host but those inside a cluster. */
class FakeHttp implements HttpClient {
  readonly sent: HttpRequest[] = []
  async send(request: HttpRequest) {
    this.sent.push(request)
    const { host } = new URL(request.url)
    if (/\.svc|\.mon(:|$)/.test(host)) {
      const cause = `dial tcp: lookup ${host}: no such host`
      throw new HttpFailure(`Post "${request.url}"`, cause, hintsFor(cause))
    }
    return { status: 200, headers: {}, body: JSON.stringify(oneSample.body), url: request.url }
  }
}

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder({ token: 'tok\n', password: 'pass\n' })
  ended.push(folder.remove)
})

interface Asked {
  options?: PrometheusOptions
  env?: Record<string, string>
  written?: string
  access?: WrittenAccess
  client?: KubeClient
}

async function ask({ options = {}, env = {}, written, access, client = fakeClient().client }: Asked) {
  const http = new FakeHttp()
  const context = realTime({ http, env, client, workingDirectory: folder.path })
  const connector = new PrometheusConnector(options, context)
  const error = await connector
    .client(written, access)
    .query('up')
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  return { connector, sent: http.sent, request: http.sent[0], said: context.stderr.text, error }
}

describe('a credential', () => {
  const own = 'https://prom.example'
  const settings = { address: own, tokenFile: 'token', tenant: 'team' }
  const basic = { credentials: { basic: { username: 'u', password: 'p' } } }
  const bearer = 'Bearer tok'
  const fromTemplate = `Basic ${Buffer.from('u:p').toString('base64')}`

  it.each<Asked & { at: string; authorization?: string; tenant?: string; insecure?: boolean; says?: RegExp }>([
    { at: 'of the configuration, for its address', options: { settings }, authorization: bearer, tenant: 'team' },
    {
      at: 'of the configuration, for the same address in a template',
      options: { settings },
      written: 'https://prom.example:443/',
      authorization: bearer,
      tenant: 'team',
    },
    { at: 'of the configuration, for another address', options: { settings }, written: 'https://evil.example' },
    { at: 'of the configuration, for another port', options: { settings }, written: `${own}:444` },
    { at: 'of the configuration, without TLS', options: { settings }, written: 'http://prom.example' },
    {
      at: 'of the configuration, where a template would not verify the server',
      options: { settings },
      written: own,
      access: { insecure: true },
      authorization: bearer,
      tenant: 'team',
      insecure: false,
    },
    {
      at: 'of the configuration, as user and password',
      options: { settings: { address: own, username: 'u', passwordFile: 'password' } },
      authorization: `Basic ${Buffer.from('u:pass').toString('base64')}`,
    },
    { at: 'of a template, for its address', written: own, access: basic, authorization: fromTemplate },
    {
      at: 'of a template, without verification',
      written: own,
      access: { ...basic, insecure: true },
      authorization: fromTemplate,
      insecure: true,
    },
    {
      at: 'of a template that names no address, for the one of the environment',
      env: { PROMETHEUS_URL: own },
      access: basic,
      authorization: fromTemplate,
    },
    {
      at: 'of a template, when --prometheus names another server',
      options: { address: 'http://localhost:9090' },
      written: own,
      access: { ...basic, headers: { Authorization: 'x', 'X-Scope-OrgID': 'a' } },
      tenant: 'a',
      says: /credentials of the template are for https:\/\/prom\.example: they are not sent to http:\/\/localhost:9090/,
    },
    {
      at: 'of AWS, for a host that only looks like it',
      written: 'https://evil.example/aps-workspaces',
      env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'eu-west-1' },
      access: { credentials: { sigv4: { region: 'eu-west-1' } } },
      says: /not signed for AWS/,
    },
    {
      at: 'of AWS, for AWS',
      written: 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1',
      env: { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'b' },
      access: { credentials: { sigv4: { region: 'eu-west-1' } } },
      authorization: 'AWS4-HMAC-SHA256 Credential=AKID/',
    },
  ])('$at', async ({ authorization, tenant, insecure, says, at: _, ...asked }) => {
    const { request, said, error } = await ask(asked)
    expect(error).toBeUndefined()
    const { Authorization: sent, 'X-Scope-OrgID': sentTenant } = request?.headers ?? {}
    if (authorization?.startsWith('AWS4')) expect(sent).toContain(authorization)
    else expect(sent).toBe(authorization)
    expect(sentTenant).toBe(tenant)
    expect(request?.insecure ?? false).toBe(insecure ?? false)
    if (says) expect(said).toMatch(says)
    else expect(said).toBe('')
  })

  it('that is missing is said with its file', async () => {
    const { error, sent } = await ask({ options: { settings: { ...settings, tokenFile: 'none' } } })
    expect(String(error)).toContain('Post "https://prom.example/api/v1/query": tokenFile none: there is no such file')
    expect(sent).toEqual([])
  })
})

describe('no address', () => {
  it.each([
    { written: undefined, says: 'prometheus address is not configured' },
    { written: 'prom:9090', says: 'prometheus address is not is url format' },
    { written: 'svc/mon/prom', says: 'prometheus address is not is url format' },
  ])('$says', ({ written, says }) => {
    const connector = new PrometheusConnector({}, realTime())
    expect(connector.problem(written)).toBe(says)
    expect(() => connector.client(written)).toThrow(says)
  })

  it('is one when --prometheus is none', () => {
    expect(() => new PrometheusConnector({ address: 'prom' }, realTime())).toThrow(Failure)
  })
})

describe('a Prometheus in the cluster', () => {
  const query = '/proxy/api/v1/query'
  let api: TlsServer
  let client: KubeClient
  beforeEach(async () => {
    api = await TlsServer.start()
    ended.push(() => api.stop())
    client = await connectTo(api)
    ended.push(() => client.close())
  })

  it('is asked by GET through the API server when its name does not resolve here, and that is said once', async () => {
    const at = `/api/v1/namespaces/mon/services/prom:9090/proxy/p/api/v1/query`
    api.on('GET', at, oneSample)
    const written = 'http://prom.mon.svc:9090/p'
    const access = {
      ...{ credentials: { basic: { username: 'u', password: 'p' } } },
      headers: { 'Impersonate-User': 'root', 'X-Scope-OrgID': 'a', Cookie: 'c' },
    }
    const { connector, sent, said, error } = await ask({ written, access, client })
    expect(error).toBeUndefined()
    expect(sent).toHaveLength(1)
    expect(said).toBe(
      `${written} does not resolve here: asking through the API server's service proxy, without the credentials that it was to get\n`,
    )
    await connector.client(written, access).query('down')
    expect(sent).toHaveLength(1)
    const asked = api.seen.filter(each => each.path === at)
    expect(asked.map(each => each.query.get('query'))).toEqual(['up', 'down'])
    expect(asked[0]?.headers).toMatchObject({ 'x-scope-orgid': 'a' })
    expect(asked[0]?.headers['impersonate-user']).toBeUndefined()
    expect(asked[0]?.headers.cookie).toBeUndefined()
    expect(asked[0]?.headers.authorization ?? '').not.toContain('Basic')
  })

  it.each([
    { address: 'svc/mon/prom:web', service: 'prom:web' },
    { address: 'svc/mon/prom', service: 'prom:9090' },
  ])('is meant by $address', async ({ address, service }) => {
    api.on('GET', '/api/v1/namespaces/mon/services/prom', {
      body: {
        metadata: { name: 'prom' },
        spec: {
          ports: [
            { name: 'grpc', port: 10901 },
            { name: 'web', port: 9090 },
          ],
        },
      },
    })
    api.on('GET', `/api/v1/namespaces/mon/services/${service}${query}`, oneSample)
    const { error, said } = await ask({ options: { address }, client })
    expect(error).toBeUndefined()
    expect(said).toBe('')
  })

  it('has errors of its own', async () => {
    api.on('GET', `/api/v1/namespaces/mon/services/prom:web${query}`, {
      status: 400,
      body: { status: 'error', errorType: 'bad_data', error: 'parse error' },
    })
    const { error } = await ask({ options: { address: 'svc/mon/prom:web' }, client })
    expect(error).toMatchObject({ message: 'bad_data: parse error' })
  })

  it.each([
    {
      at: 'forbidden',
      answer: statusAnswer(
        403,
        'Forbidden',
        'services "prom:web" is forbidden: User "jane" cannot get resource "services/proxy"',
      ),
      says: 'the API server: services "prom:web" is forbidden: User "jane" cannot get resource "services/proxy"',
      reason: 'Forbidden',
    },
    {
      at: 'without pods',
      answer: statusAnswer(503, 'ServiceUnavailable', 'no endpoints available for service "prom:web"'),
      says: 'the API server: no endpoints available for service "prom:web"',
      reason: 'ServiceUnavailable',
    },
    {
      at: 'not reached by the API server',
      answer: {
        status: 503,
        body: 'error trying to reach service: dial tcp 10.0.0.1:9090: connect: connection refused',
      },
      says: 'dial tcp 10.0.0.1:9090: connect: connection refused',
      reason: 'Unreachable',
    },
  ])('is $at', async ({ answer, says, reason }) => {
    api.on('GET', `/api/v1/namespaces/mon/services/prom:web${query}`, answer)
    const { error } = await ask({ options: { address: 'svc/mon/prom:web' }, client })
    expect(error).toMatchObject({ message: `Get "svc/mon/prom:web/api/v1/query": ${says}`, reason })
  })

  it('keeps its time limit', async () => {
    api.on('GET', `/api/v1/namespaces/mon/services/prom:web${query}`, () => undefined)
    const connector = new PrometheusConnector({ address: 'svc/mon/prom:web' }, realTime({ client }))
    await expect(connector.client().query('up', { timeoutMs: 100 })).rejects.toThrow(
      expect.objectContaining({ message: 'Get "svc/mon/prom:web/api/v1/query": context deadline exceeded' }),
    )
  })

  it('that neither way reaches is an unknown host, with the other try as a hint', async () => {
    api.on('GET', /proxy/, statusAnswer(404, 'NotFound', 'services "prom" not found'))
    const { error } = await ask({ written: 'http://prom.mon:9090', client })
    expect(error).toMatchObject({
      message: 'Post "http://prom.mon:9090/api/v1/query": dial tcp: lookup prom.mon:9090: no such host',
      reason: 'UnknownHost',
      hints: expect.arrayContaining([expect.stringMatching(/tried through the API server too/)]),
    })
  })
})
