import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ControllerVersion } from '../../../../src/lib/analysis/analysis.ts'
import { prometheusProvider } from '../../../../src/lib/analysis/providers/prometheus.ts'
import type { HttpClient } from '../../../../src/lib/context/http-client.ts'
import { PrometheusConnector, type PrometheusOptions } from '../../../../src/lib/prometheus/connector.ts'
import { TlsServer } from '../../../fakes/tls-server.ts'
import { realTime, success } from '../../prometheus/scripted-prometheus.ts'
import { nowMs, recordedCases, request } from './recorded-cases.ts'

let server: TlsServer
beforeEach(async () => {
  server = await TlsServer.start({ plain: true })
})
afterEach(() => server.stop())

const ten = success('scalar', [1.5, '10'])

interface Setting {
  version?: ControllerVersion
  options?: PrometheusOptions
  env?: Record<string, string>
  http?: HttpClient
}

function provider({ version = '1.10', options = {}, env = {}, http }: Setting = {}) {
  const hints: string[] = []
  const context = realTime({ env, ...(http ? { http } : {}) })
  const connector = new PrometheusConnector(options, context)
  const made = prometheusProvider({ version, connector, onHints: given => void hints.push(...given) })
  return { ...made, hints }
}

const metric = (prometheus: object, more: object = {}) => ({
  name: 'm',
  provider: { prometheus: { address: server.url, query: 'up', ...prometheus } },
  ...more,
})

describe('a prometheus metric', () => {
  it('asks about the time of the request, so that a run on history asks the past', async () => {
    server.on('POST', '/api/v1/query', ten)
    server.on('POST', '/api/v1/query_range', success('matrix', []))
    const pastMs = Date.parse('2025-05-06T07:08:09Z')
    const rangeQuery = { start: 'now() - duration("1h")', end: 'now()', step: '30s' }
    await provider().measure({ ...request(metric({})), nowMs: pastMs })
    await provider().measure({ ...request(metric({ rangeQuery })), nowMs: pastMs })
    const past = pastMs / 1000
    expect(server.seen.map(each => each.body)).toEqual([
      `query=up&time=${past}`,
      `end=${past}&query=up&start=${past - 3600}&step=30`,
    ])
  })

  it('keeps its deadline, its own or thirty seconds', async () => {
    const limits: (number | undefined)[] = []
    const http: HttpClient = {
      send: async ({ timeoutMs, url }) => {
        limits.push(timeoutMs === undefined ? undefined : Math.ceil(timeoutMs / 1000))
        return { status: 200, headers: {}, body: JSON.stringify(ten.body), url }
      },
    }
    await provider({ http }).measure(request(metric({})))
    await provider({ http }).measure(request(metric({ timeout: 5 })))
    expect(limits).toEqual([30, 5])
  })

  it('ends with whatever the signal aborts with', async () => {
    const controller = new AbortController()
    server.on('POST', '/api/v1/query', () => {
      controller.abort(new Error('enough'))
      return undefined
    })
    const measuring = provider().measure({ ...request(metric({})), signal: controller.signal })
    await expect(measuring).rejects.toThrow('enough')
  })

  it('brings hints beside the message', async () => {
    server.on('POST', '/api/v1/query', { status: 401 })
    const { measure, hints } = provider()
    expect(await measure(request(metric({})))).toEqual({ phase: 'Error', message: 'client_error: client error: 401' })
    expect(hints.join()).toMatch(/tokenFile/)
  })

  it('sends headers, the last one of a name', async () => {
    server.on('POST', '/api/v1/query', ten)
    const headers = [
      { key: 'X-Scope-OrgID', value: 'a' },
      { key: 'x-scope-orgid', value: 'b' },
    ]
    await provider().measure(request(metric({ headers })))
    expect(server.seen[0]?.headers['x-scope-orgid']).toBe('b')
  })
})

describe('versions differ', () => {
  const basicAuth = (username?: string, password?: string) => ({
    authentication: { basicAuth: { username, password } },
  })

  it.each([
    { version: '1.9', asks: ['POST'], phase: 'Error' },
    { version: '1.10', asks: ['POST', 'GET'], phase: 'Successful' },
  ] as const)('in $version a POST that is forbidden is asked again: $asks', async ({ version, asks, phase }) => {
    server.on('POST', '/api/v1/query', { status: 403 }).on('GET', '/api/v1/query', ten)
    expect((await provider({ version }).measure(request(metric({})))).phase).toBe(phase)
    expect(server.seen.map(each => each.method)).toEqual(asks)
  })

  it.each([
    { version: '1.9', auth: basicAuth('u', 'p'), sends: undefined },
    { version: '1.10', auth: basicAuth('u', 'p'), sends: `Basic ${Buffer.from('u:p').toString('base64')}` },
  ] as const)('basic auth in $version', async ({ version, auth, sends }) => {
    server.on('POST', '/api/v1/query', ten)
    await provider({ version }).measure(request(metric(auth)))
    expect(server.seen[0]?.headers.authorization).toBe(sends)
  })

  it.each([
    { version: '1.9', auth: basicAuth('u'), problem: undefined },
    { version: '1.10', auth: basicAuth('u'), problem: /basic auth setup: password$/ },
    { version: '1.10', auth: basicAuth(undefined, 'p'), problem: /basic auth setup: username$/ },
  ] as const)('half of basic auth in $version', ({ version, auth, problem }) => {
    const found = provider({ version }).problem(metric(auth))
    if (problem) expect(found).toMatch(problem)
    else expect(found).toBeUndefined()
  })

  it('the language of rangeQuery is that of the version', async () => {
    server.on('POST', '/api/v1/query_range', success('matrix', []))
    const rangeQuery = { start: 'date("2024-01-02", "2006-01-02", "UTC")', end: 'now()', step: '1m' }
    const measure = (version: ControllerVersion) => provider({ version }).measure(request(metric({ rangeQuery })))
    expect(await measure('1.10')).toMatchObject({ phase: 'Successful' })
    expect(await measure('1.9')).toMatchObject({ phase: expect.stringMatching(/Successful|Error/) })
  })
})

describe('the address', () => {
  it.each([
    { at: 'of the metric', prometheus: { address: 'prom:9090' }, problem: 'prometheus address is not is url format' },
    { at: 'of nobody', prometheus: { address: undefined }, problem: 'prometheus address is not configured' },
    {
      at: 'of the environment',
      prometheus: { address: '' },
      env: { PROMETHEUS_URL: 'x' },
      problem: 'prometheus address is not is url format',
    },
    {
      at: 'of --prometheus',
      prometheus: { address: 'prom:9090' },
      options: { address: 'http://p' },
      problem: undefined,
    },
  ])('$at', ({ prometheus, env, options, problem }) => {
    expect(provider({ env, options }).problem(metric(prometheus))).toBe(problem)
  })
})

it('makes a measurement of any answer', async () => {
  const bodies = recordedCases('prometheus').flatMap(({ answers = [] }) => answers.map(({ body = '' }) => body))
  const words = [...new Set(bodies.flatMap(body => body.match(/"[^"]*"|[\w.]+|\W/g) ?? []))]
  const anything = fc.oneof(
    fc.array(fc.constantFrom(...words), { maxLength: 40 }).map(parts => parts.join('')),
    fc.json().map(data => `{"status":"success","data":{"resultType":"vector","result":${data}}}`),
    fc.json().map(data => `{"status":"success","data":{"resultType":"matrix","result":[${data}]}}`),
    fc.json().map(data => `{"status":"success","data":${data}}`),
    fc.json(),
    fc.string(),
  )
  const status = fc.constantFrom(200, 200, 200, 204, 400, 422, 500)
  await fc.assert(
    fc.asyncProperty(anything, status, async (body, answered) => {
      const http: HttpClient = { send: async ({ url }) => ({ status: answered, headers: {}, body, url }) }
      const measured = await provider({ version: '1.9', http }).measure({ ...request(metric({})), nowMs })
      expect(['Successful', 'Error']).toContain(measured.phase)
      if (measured.phase === 'Error') expect(measured.message).toBeTruthy()
    }),
    { numRuns: 1000 },
  )
})
