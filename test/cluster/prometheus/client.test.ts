import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prometheusProvider } from '../../../src/lib/analysis/providers/prometheus.ts'
import type { PrometheusClient } from '../../../src/lib/prometheus/client.ts'
import { PrometheusConnector } from '../../../src/lib/prometheus/connector.ts'
import type { QueryResult } from '../../../src/lib/prometheus/query-result.ts'
import { realTime } from '../../unit/prometheus/scripted-prometheus.ts'
import { type RealPrometheus, startPrometheus } from './real-prometheus.ts'
import type { WrittenSeries } from './remote-write.ts'

/** What the server says to a plain request. */
interface Api {
  status: string
  data: { resultType: string; result: unknown }
  errorType?: string
  error?: string
  warnings?: string[]
  infos?: string[]
}

let prometheus: RealPrometheus
let client: PrometheusClient
const nowMs = Math.floor(Date.now() / 1000) * 1000
const minuteMs = 60_000

beforeAll(async () => {
  prometheus = await startPrometheus(['--enable-feature=native-histograms'])
  await prometheus.write(
    [0, 1, 2].flatMap((minute): WrittenSeries[] => {
      const timeMs = nowMs - (2 - minute) * minuteMs
      const histogram = { sum: 10 * (minute + 1), offset: 1, counts: [minute + 1, 2, 3] }
      return [
        { labels: { __name__: 'requests_total', pod: 'a', code: '200' }, timeMs, value: 100 * (minute + 1) },
        { labels: { __name__: 'requests_total', pod: 'b', code: '500' }, timeMs, value: 0.1 * minute },
        { labels: { __name__: 'odd', is: 'nan' }, timeMs, value: Number.NaN },
        { labels: { __name__: 'odd', is: 'inf' }, timeMs, value: Number.POSITIVE_INFINITY },
        { labels: { __name__: 'latency', pod: 'a' }, timeMs, histogram },
      ]
    }),
  )
  client = new PrometheusConnector({ address: prometheus.url }, realTime()).client()
}, 1_800_000)

afterAll(() => prometheus?.stop())

describe('a real Prometheus', () => {
  it.each([
    '1.5 + 1',
    'scalar(requests_total{pod="a"})',
    'time()',
    '"text with \\"quotes\\" and ü"',
    'requests_total',
    'sort_desc(requests_total)',
    'odd',
    'absent_everywhere',
    'requests_total * 1e300 * 1e300',
    'latency',
    'requests_total[3m]',
    'latency[3m]',
    'rate(requests_total[2m])',
    'histogram_quantile(0.5, latency)',
    'rate(odd[5m])',
  ])('answers %s, and so do we', async query => {
    const answer = await client.query(query, { timeMs: nowMs })
    const api = await plain(`query?query=${encodeURIComponent(query)}&time=${nowMs / 1000}`)
    expect(api.status).toBe('success')
    expect(asApi(answer.result)).toEqual(api.data)
    expect(answer.warnings).toEqual(api.warnings ?? [])
    expect(answer.infos).toEqual(api.infos ?? [])
  })

  it.each(['requests_total', 'latency', 'sum(requests_total) / 0', 'vector(1)'])(
    'answers %s over a range',
    async query => {
      const range = { startMs: nowMs - 2 * minuteMs, endMs: nowMs, stepMs: 30_000 }
      const answer = await client.queryRange(query, range)
      const parameters = `start=${range.startMs / 1000}&end=${range.endMs / 1000}&step=30`
      const api = await plain(`query_range?query=${encodeURIComponent(query)}&${parameters}`)
      expect(asApi(answer.result)).toEqual(api.data)
    },
  )

  it.each([
    'requests_total{',
    'sum(rate(requests_total',
    'requests_total + on() requests_total',
    'label_replace(requests_total, "a b", "", "", "(")',
  ])('refuses %s, in its own words', async query => {
    const api = await plain(`query?query=${encodeURIComponent(query)}`)
    expect(api.status).toBe('error')
    await expect(client.query(query)).rejects.toThrow(
      expect.objectContaining({ message: `${api.errorType}: ${api.error}` }),
    )
  })

  it('refuses a range of too many points', async () => {
    await expect(client.queryRange('up', { startMs: 0, endMs: nowMs, stepMs: 1000 })).rejects.toThrow(
      /^bad_data: exceeded maximum resolution of 11,000 points per timeseries/,
    )
  })

  it('says what there is', async () => {
    const series = await client.series({ matches: ['requests_total'], startMs: nowMs - 5 * minuteMs, endMs: nowMs })
    expect(series.value.map(labels => labels.pod)).toEqual(['a', 'b'])
    expect((await client.labelNames()).value).toEqual(['__name__', 'code', 'is', 'pod'])
    expect((await client.labelValues('pod', { matches: ['requests_total'] })).value).toEqual(['a', 'b'])
    expect(await client.metadata()).toEqual({})
  })

  it('is measured as the controller measures it', async () => {
    const connector = new PrometheusConnector({}, realTime())
    const provider = prometheusProvider({ version: '1.9', connector })
    const measure = (more: object, successCondition: string) => {
      const metric = { name: 'm', successCondition, provider: { prometheus: { address: prometheus.url, ...more } } }
      const run = { metadata: { name: 'r' }, spec: {} }
      return provider.measure({ metric, run, nowMs, signal: new AbortController().signal })
    }
    expect(await measure({ query: 'requests_total' }, 'result[0] == 300 && len(result) == 2')).toEqual({
      phase: 'Successful',
      value: '[300,0.2]',
    })
    const rangeQuery = { start: 'now() - duration("2m")', end: 'now()', step: '1m' }
    expect(await measure({ query: 'requests_total{pod="a"}', rangeQuery }, 'all(result, # >= 100)')).toEqual({
      phase: 'Successful',
      value: '[100,200,300]',
    })
    expect(await measure({ query: '"x"' }, 'true')).toMatchObject({
      phase: 'Error',
      message: expect.stringMatching(/^unmarshalerDecoder: unexpected value type "string", error found in #10 byte/),
    })
  })
})

async function plain(request: string): Promise<Api> {
  return (await fetch(`${prometheus.url}/api/v1/${request}`)).json() as Promise<Api>
}

/** The result as the HTTP API writes it. */
function asApi(result: QueryResult): unknown {
  const pair = ({ timeMs, value }: { timeMs: number; value: number }) => [timeMs / 1000, numberText(value)]
  const histogramPair = ({ timeMs, histogram }: { timeMs: number; histogram?: Histogram }) => [
    timeMs / 1000,
    histogram && {
      count: numberText(histogram.count),
      sum: numberText(histogram.sum),
      buckets: histogram.buckets.map(({ includes, lower, upper, count }) => [
        ['upper', 'lower', 'neither', 'both'].indexOf(includes),
        numberText(lower),
        numberText(upper),
        numberText(count),
      ]),
    },
  ]
  switch (result.type) {
    case 'scalar':
      return { resultType: 'scalar', result: pair(result) }
    case 'string':
      return { resultType: 'string', result: [result.timeMs / 1000, result.value] }
    case 'vector':
      return {
        resultType: 'vector',
        result: result.samples.map(sample =>
          sample.histogram
            ? { metric: sample.labels, histogram: histogramPair(sample) }
            : { metric: sample.labels, value: pair(sample) },
        ),
      }
    case 'matrix':
      return {
        resultType: 'matrix',
        result: result.series.map(({ labels, samples, histograms }) => ({
          metric: labels,
          ...(samples.length > 0 ? { values: samples.map(pair) } : {}),
          ...(histograms.length > 0 ? { histograms: histograms.map(histogramPair) } : {}),
        })),
      }
  }
}

type Histogram = NonNullable<Extract<QueryResult, { type: 'vector' }>['samples'][number]['histogram']>

/** Go's shortest form: exponents from 21 digits on, two digits in them. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}
