import { afterEach, describe, expect, it } from 'vitest'
import type { EngineRun } from '../../../../src/lib/analysis/analysis.ts'
import { type DriveOptions, drive } from '../../../../src/lib/analysis/drive.ts'
import { cloudWatchProvider } from '../../../../src/lib/analysis/providers/cloud-watch.ts'
import { graphiteProvider } from '../../../../src/lib/analysis/providers/graphite.ts'
import { influxdbProvider } from '../../../../src/lib/analysis/providers/influxdb.ts'
import { kayentaProvider } from '../../../../src/lib/analysis/providers/kayenta.ts'
import { newRelicProvider } from '../../../../src/lib/analysis/providers/new-relic.ts'
import { skyWalkingProvider } from '../../../../src/lib/analysis/providers/skywalking.ts'
import { wavefrontProvider } from '../../../../src/lib/analysis/providers/wavefront.ts'
import { HttpFailure, type HttpStage } from '../../../../src/lib/http/http-failure.ts'
import { VirtualClock } from '../../../../src/lib/playground/clock.ts'
import {
  measurements,
  nowMs,
  providerContext,
  type RecordedAnswer,
  recordedCases,
  request,
  startService,
} from './recorded-cases.ts'

let service: Awaited<ReturnType<typeof startService>> | undefined
afterEach(() => service?.stop())

const newRelic = { name: 'm', provider: { newRelic: { query: 'q' } } }

async function waitsOf(answers: readonly RecordedAnswer[]) {
  service = await startService(answers)
  const waits: number[] = []
  const values = new Map(
    Object.entries({ 'personal-api-key': 'key', 'account-id': '1', 'base-url-nerdgraph': service.url }),
  )
  const clock = { now: () => nowMs, sleep: async (ms: number) => void waits.push(ms) }
  await measurements(newRelicProvider(providerContext({ given: [{ name: 'newRelic', values }], clock })), newRelic)
  return waits
}

describe('New Relic is asked again after', () => {
  it.each([
    ['1, 2 and 4 seconds', [{ status: 502 }], [1000, 2000, 4000]],
    ['what the server asks for', [{ status: 429, headers: { 'Retry-After': '7' } }], [7000, 7000, 7000]],
    ['at most half a minute', [{ status: 503, headers: { 'Retry-After': '9999' } }], [30_000, 30_000, 30_000]],
    [
      'the time that the server names',
      [{ status: 503, headers: { 'Retry-After': new Date(nowMs + 5_322).toUTCString() } }, { status: 400 }],
      [5_322],
    ],
    [
      'its own time where the server’s makes no sense',
      [{ status: 429, headers: { 'Retry-After': 'soon' } }, {}],
      [1000],
    ],
    [
      'its own time where the status says nothing of it',
      [{ status: 500, headers: { 'Retry-After': '7' } }, {}],
      [1000],
    ],
    ['nothing, when it answers', [{ status: 400 }], []],
  ] as [string, RecordedAnswer[], number[]][])('%s', async (_at, answers, waits) => {
    expect(await waitsOf(answers)).toEqual(waits)
  })

  it('and not once more after Ctrl-C', async () => {
    service = await startService([{ status: 500 }])
    const stop = new AbortController()
    const clock = {
      now: () => nowMs,
      sleep: async () => {
        stop.abort(new Error('Ctrl-C'))
        throw stop.signal.reason
      },
    }
    const values = new Map(
      Object.entries({ 'personal-api-key': 'key', 'account-id': '1', 'base-url-nerdgraph': service.url }),
    )
    const provider = newRelicProvider(providerContext({ given: [{ name: 'newRelic', values }], clock }))
    await expect(provider.measure({ ...request(newRelic), signal: stop.signal })).rejects.toThrow('Ctrl-C')
    expect(service.requests).toHaveLength(1)
  })
})

describe('a service that does not answer in time', () => {
  const given = [
    {
      name: 'newRelic',
      values: new Map([
        ['personal-api-key', 'kk'],
        ['account-id', '1'],
      ]),
    },
    {
      name: 'influxdb',
      values: new Map([
        ['address', 'http://i'],
        ['authToken', 'tt'],
        ['org', 'o'],
      ]),
    },
    { name: 'wavefront', values: new Map([['wf', 'tt']]) },
  ]
  const env = { AWS_ACCESS_KEY_ID: 'aa', AWS_SECRET_ACCESS_KEY: 'bb', AWS_REGION: 'r' }
  const late = 'context deadline exceeded'
  const head = ' (Client.Timeout exceeded while awaiting headers)'
  const inBody = ' (Client.Timeout or context cancellation while reading body)'
  it.each([
    { make: newRelicProvider, provider: { newRelic: { query: 'q' } }, seconds: 30, says: `S: ${late}${head}` },
    { make: graphiteProvider, provider: { graphite: { address: 'http://g' } }, seconds: 10, says: `S: ${late}${head}` },
    {
      make: graphiteProvider,
      provider: { graphite: { address: 'http://g' } },
      seconds: 10,
      stage: 'body',
      says: late + inBody,
    },
    { make: influxdbProvider, provider: { influxdb: { query: 'q' } }, seconds: 20, says: `S: ${late}${head}` },
    // these have a context with a deadline in place of a time-out
    { make: skyWalkingProvider, provider: { skywalking: { interval: '1m' } }, seconds: 30, says: `S: ${late}` },
    { make: wavefrontProvider, provider: { wavefront: { address: 'wf' } }, seconds: 60, says: `S: ${late}` },
    { make: cloudWatchProvider, provider: { cloudWatch: {} }, seconds: 60, says: `request send failed, S: ${late}` },
    { make: kayentaProvider, provider: { kayenta: { address: 'http://k' } }, seconds: 15, says: `S: ${late}${head}` },
  ] as {
    make: typeof newRelicProvider
    provider: Record<string, unknown>
    seconds: number
    stage?: HttpStage
    says: string
  }[])('$provider after $seconds s', async ({ make, provider, seconds, stage = 'request', says }) => {
    const limits = new Set<number | undefined>()
    const http = async () => ({
      send: async ({ timeoutMs }: { timeoutMs?: number }) => {
        limits.add(timeoutMs)
        throw new HttpFailure(stage === 'body' ? undefined : 'S', late, { isTimeout: true, stage })
      },
    })
    const [found] = await measurements(make(providerContext({ http, given, env })), { name: 'm', provider })
    expect(found?.phase).toBe('Error')
    expect(found?.message?.endsWith(says)).toBe(true)
    expect([...limits]).toEqual([seconds * 1000])
  })
})

describe('Graphite', () => {
  it('is given user and password of the address, as the controller gives them', async () => {
    service = await startService([{ body: '[{"datapoints":[[1,2]]}]' }])
    const address = service.url.replace('http://', 'http://me:pass%20word@')
    const metric = { name: 'm', provider: { graphite: { address, query: 'target=x' } } }
    const [found] = await measurements(graphiteProvider(providerContext()), metric)
    expect(found?.phase).toBe('Successful')
    expect(service.requests[0]?.headers?.authorization).toBe(`Basic ${Buffer.from('me:pass word').toString('base64')}`)
  })
})

describe('Kayenta', () => {
  const [first] = recordedCases('kayenta')

  it('looks back to now where the run has not begun, on which the controller crashes', async () => {
    service = await startService(first?.answers)
    const config = { ...(first?.metric.provider?.kayenta as object), address: service.url, lookback: true }
    const provider = kayentaProvider(providerContext())
    const measured = await provider.measure(request({ name: 'm', provider: { kayenta: config } }, { status: {} }))
    expect(measured).toEqual({
      phase: 'Running',
      metadata: { canaryExecutionId: '01EX' },
      resumeAtMs: nowMs + 15_000,
    })
    const { scopes } = JSON.parse(service.requests[1]?.body ?? '{}')
    expect(scopes.default.controlScope).toMatchObject({ start: '2026-01-02T03:04:05Z', end: '2026-01-02T03:04:05Z' })
  })

  it('leaves a measurement as it is when the run is terminated, which ends the run', async () => {
    const answers = [first?.answers?.[0]?.body ?? '', '{"canaryExecutionId":"01EX"}']
    const urls: string[] = []
    const http = async () => ({
      send: async ({ url }: { url: string }) => {
        urls.push(url)
        return { status: 200, headers: {}, url, body: answers[urls.length - 1] ?? '{"complete":false}' }
      },
    })
    const clock = new VirtualClock()
    const stop = new AbortController()
    const metric = { ...first?.metric, name: 'm' }
    const run = { metadata: { name: 'run' }, spec: { metrics: [metric] } }
    const options: DriveOptions = {
      version: '1.9',
      providers: { kayenta: kayentaProvider(providerContext({ http })) },
      readSecret: async () => '',
      terminate: stop.signal,
    }
    let last: EngineRun = run
    let isDone = false
    void (async () => {
      for await (const progress of drive(run, options, { clock, signal: new AbortController().signal })) {
        last = progress.run
        if (urls.length === 3) stop.abort()
      }
      isDone = true
    })()
    await clock.advanceUntil(() => isDone)
    expect(last.status).toMatchObject({
      phase: 'Successful',
      metricResults: [{ measurements: [{ phase: 'Running' }] }],
    })
    expect(urls).toHaveLength(3)
  })
})
