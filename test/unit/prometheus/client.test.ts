import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseGoUrl } from '../../../src/lib/http/go-url.ts'
import { PrometheusClient } from '../../../src/lib/prometheus/client.ts'
import { DirectEndpoint } from '../../../src/lib/prometheus/direct-endpoint.ts'
import { PrometheusFailure } from '../../../src/lib/prometheus/prometheus-failure.ts'
import { type Answer, TlsServer } from '../../fakes/tls-server.ts'
import { oneSample, realTime, success } from './scripted-prometheus.ts'

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

let server: TlsServer
beforeEach(async () => {
  server = await plainServer()
})

async function plainServer(): Promise<TlsServer> {
  const started = await TlsServer.start({ plain: true })
  ended.push(() => started.stop())
  return started
}

function client(address = server.url, getFallback?: number[]): PrometheusClient {
  const url = parseGoUrl(address)
  if ('problem' in url) throw new Error(url.problem)
  const context = realTime()
  const headers = { 'X-Scope-OrgID': 'team-a' }
  return new PrometheusClient(new DirectEndpoint({ url, headers }, context), context, { getFallback })
}

describe('a query', () => {
  it('is sent as a form, with the time in seconds and the tenant', async () => {
    server.next(oneSample)
    await client(`${server.url}/prom/`).query('up{a="b c"} + 1', { timeMs: 1_700_000_000_123 })
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      path: '/prom/api/v1/query',
      body: 'query=up%7Ba%3D%22b%20c%22%7D%20%2B%201&time=1700000000.123',
      headers: { 'x-scope-orgid': 'team-a', 'content-type': 'application/x-www-form-urlencoded' },
    })
  })

  it('over a range names start, end and step', async () => {
    server.next(success('matrix', []))
    await client().queryRange('up', { startMs: 1000, endMs: 2500, stepMs: 1 })
    expect(server.seen[0]).toMatchObject({ path: '/api/v1/query_range', body: 'end=2.5&query=up&start=1&step=0.001' })
  })

  it.each([
    { status: 405, getFallback: undefined, methods: ['POST', 'GET', 'GET'] },
    { status: 501, getFallback: undefined, methods: ['POST', 'GET', 'GET'] },
    { status: 403, getFallback: undefined, methods: ['POST', 'GET', 'GET'] },
    { status: 403, getFallback: [405, 501], methods: ['POST', 'POST'] },
  ])(
    'is asked by GET where POST gets $status, and from then on ($methods)',
    async ({ status, getFallback, methods }) => {
      server.on('POST', '/api/v1/query', { status })
      server.on('GET', '/api/v1/query', oneSample)
      const prometheus = client(server.url, getFallback)
      for (let i = 0; i < 2; i++) await prometheus.query('up').catch(() => {})
      expect(server.seen.map(each => each.method)).toEqual(methods)
    },
  )

  const histogram = {
    count: '3',
    sum: '4.5',
    buckets: [
      [0, '1', '2', '1'],
      [3, '-0.5', '0.5', '2'],
    ],
  }
  it.each<{ type: string; result: unknown; is: object }>([
    { type: 'scalar', result: [1.5, '10'], is: { type: 'scalar', timeMs: 1500, value: 10 } },
    { type: 'string', result: [1.5, 'x'], is: { type: 'string', timeMs: 1500, value: 'x' } },
    {
      type: 'vector',
      result: [
        { metric: { a: 'b' }, value: [1.5, 'NaN'] },
        { metric: {}, value: [2, '-Inf'] },
      ],
      is: {
        type: 'vector',
        samples: [
          { labels: { a: 'b' }, timeMs: 1500, value: Number.NaN },
          { labels: {}, timeMs: 2000, value: Number.NEGATIVE_INFINITY },
        ],
      },
    },
    {
      type: 'vector',
      result: [{ metric: {}, histogram: [1, histogram] }],
      is: {
        type: 'vector',
        samples: [
          {
            labels: {},
            timeMs: 1000,
            value: 0,
            histogram: {
              count: 3,
              sum: 4.5,
              buckets: [
                { includes: 'upper', lower: 1, upper: 2, count: 1 },
                { includes: 'both', lower: -0.5, upper: 0.5, count: 2 },
              ],
            },
          },
        ],
      },
    },
    {
      type: 'matrix',
      result: [
        {
          metric: { a: 'b' },
          values: [
            [1, '1e3'],
            [2.001, '2'],
          ],
        },
      ],
      is: {
        type: 'matrix',
        series: [
          {
            labels: { a: 'b' },
            samples: [
              { timeMs: 1000, value: 1000 },
              { timeMs: 2001, value: 2 },
            ],
            histograms: [],
          },
        ],
      },
    },
  ])('answers a $type', async ({ type, result, is }) => {
    server.next(success(type, result, { warnings: ['w'], infos: ['i'] }))
    expect(await client().query('x')).toEqual({ result: is, warnings: ['w'], infos: ['i'] })
  })

  it('may have an answer of 10 MB', async () => {
    const series = Array.from({ length: 70_000 }, (_, i) => ({
      metric: { __name__: 'http_requests_total', pod: `loans-api-${i}`, namespace: 'loans', container: 'loans-api' },
      value: [1_700_000_000.123, `${i}.25`],
    }))
    const answer = success('vector', series)
    expect(JSON.stringify(answer.body).length).toBeGreaterThan(9e6)
    server.next({ ...answer, gzip: true })
    const { result } = await client().query('x')
    expect(result.type === 'vector' && result.samples.at(-1)?.value).toBe(69_999.25)
  })
})

describe('what is no result', () => {
  const error = (status: number, errorType: string, text: string): Answer => ({
    status,
    body: { status: 'error', errorType, error: text },
  })
  it.each<{ at: string; answer: Answer; says: string; hint?: RegExp }>([
    { at: '400', answer: error(400, 'bad_data', 'parse error'), says: 'bad_data: parse error' },
    { at: '422', answer: error(422, 'execution', 'many-to-many'), says: 'execution: many-to-many' },
    { at: '200 with an error', answer: error(200, 'timeout', 'too slow'), says: 'timeout: too slow' },
    { at: '401', answer: { status: 401 }, says: 'client_error: client error: 401', hint: /tokenFile/ },
    { at: '403', answer: { status: 403 }, says: 'client_error: client error: 403', hint: /tenant/ },
    { at: '404', answer: { status: 404 }, says: 'client_error: client error: 404', hint: /https:\/\/host\/prometheus/ },
    { at: '429', answer: { status: 429 }, says: 'client_error: client error: 429', hint: /too often/ },
    { at: '503', answer: error(503, 'unavailable', 'x'), says: 'server_error: server error: 503', hint: /overloaded/ },
    {
      at: 'HTML',
      answer: { headers: { 'Content-Type': 'text/html' }, body: '<!DOCTYPE html><html></html>' },
      says: 'bad_response: readObjectStart: expect { or n, but found <, error found in #1 byte of ...|<!DOCTYPE h|..., bigger context ...|<!DOCTYPE html><html></html>|...',
      hint: /login page/,
    },
    {
      at: 'nothing',
      answer: { body: '' },
      says: 'bad_response: readObjectStart: expect { or n, but found \0, error found in #0 byte of ...||..., bigger context ...||...',
      hint: /empty answer/,
    },
  ])('$at', async ({ answer, says, hint }) => {
    server.on('POST', '/api/v1/query', answer)
    server.on('GET', '/api/v1/query', answer)
    const failure = await failureOf(client().query('x'))
    expect(failure.message).toBe(says)
    if (hint) expect(failure.hints.join('\n')).toMatch(hint)
  })

  it('a redirect to another host says so, and takes no tenant along', async () => {
    const other = await plainServer()
    other.next({ headers: { 'Content-Type': 'text/html' }, body: '<html>' })
    server.next({ status: 302, headers: { Location: `${other.url}/login` } })
    const failure = await failureOf(client().query('x'))
    expect(failure.hints[0]).toBe(
      `${server.url} redirects to ${other.url}/login; credentials do not go along to another host`,
    )
    expect(other.seen[0]?.headers['x-scope-orgid']).toBeUndefined()
  })

  it.each<{ at: string; first?: Answer }>([
    { at: 'slow to answer' },
    { at: 'slow to answer by GET, after a POST that took its share', first: { status: 405 } },
  ])('$at', async ({ first }) => {
    if (first) server.next(first)
    server.next(() => undefined)
    const began = Date.now()
    const wait = client().query('x', { timeoutMs: 300 })
    await expect(wait).rejects.toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^(Post|Get) "http.*": context deadline exceeded$/) }),
    )
    expect(Date.now() - began).toBeLessThan(3000)
  })

  it('nothing is asked when there is no time at all', async () => {
    await expect(client().query('x', { timeoutMs: 0 })).rejects.toThrow(
      expect.objectContaining({ message: `Post "${server.url}/api/v1/query": context deadline exceeded` }),
    )
    expect(server.seen).toEqual([])
  })
})

describe('what else there is to ask', () => {
  it('series, labels, their values and metadata', async () => {
    const data = (value: unknown) => ({ body: { status: 'success', data: value } })
    server.on('POST', '/api/v1/series', data([{ a: 'b' }]))
    server.on('POST', '/api/v1/labels', data(['a']))
    server.on('GET', '/api/v1/label/a/values', data(['b']))
    server.on('GET', '/api/v1/label/U__http_2e_status__code/values', data(['200']))
    server.on('GET', '/api/v1/metadata', data({ up: [{ type: 'gauge', help: 'h', unit: '' }] }))
    const prometheus = client()
    expect((await prometheus.series({ matches: ['up', 'x'], startMs: 1000, endMs: 2000, limit: 3 })).value).toEqual([
      { a: 'b' },
    ])
    expect(server.seen[0]?.body).toBe('end=2&limit=3&match%5B%5D=up&match%5B%5D=x&start=1')
    expect((await prometheus.labelNames()).value).toEqual(['a'])
    expect((await prometheus.labelValues('a', { matches: ['up'] })).value).toEqual(['b'])
    expect(server.seen[2]?.query.get('match[]')).toBe('up')
    expect((await prometheus.labelValues('http.status_code')).value).toEqual(['200'])
    expect(await prometheus.metadata({ metric: 'up' })).toEqual({ up: [{ type: 'gauge', help: 'h', unit: '' }] })
  })
})

async function failureOf(work: Promise<unknown>): Promise<PrometheusFailure> {
  const error = await work.catch((thrown: unknown) => thrown)
  if (!(error instanceof PrometheusFailure)) throw new Error('no PrometheusFailure', { cause: error })
  return error
}
