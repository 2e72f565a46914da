import { describe, expect, it } from 'vitest'
import { Labels } from '../../../src/lib/promql/labels/labels.ts'
import { evaluateInstant, evaluateRange, parsePromql } from '../../../src/lib/promql/promql.ts'
import { MemoryStorage } from '../../../src/lib/promql/storage/memory-storage.ts'
import { readSeries } from '../../../src/lib/promql/storage/series-notation.ts'
import type { QueryResult } from '../../../src/lib/promql/value.ts'

const latency = '{{schema:0 sum:5 count:4 buckets:[1 2 1]}}+{{schema:0 sum:5 count:4 buckets:[1 2 1]}}x20'
const gauge = '{{count:3 sum:3 buckets:[3] counter_reset_hint:gauge}}x20'
const custom = '{{schema:-53 sum:5 count:4 custom_values:[5 10] buckets:[1 2 1]}}x20'

function store(series: Record<string, string>): MemoryStorage {
  return new MemoryStorage(
    Object.entries(series).map(([text, values]) => {
      const [name = '', pod = ''] = text.split('/')
      const read = readSeries(Labels.of({ __name__: name, pod }), values, 15_000)
      if ('problem' in read) throw new Error(read.problem)
      return read
    }),
  )
}

function ask(text: string, series: Record<string, string>, range?: number): QueryResult {
  const query = parsePromql(text)
  if (query.kind === 'promql-error') throw new Error(query.message)
  const result = range
    ? evaluateRange(query, store(series), { startMs: 60_000, endMs: 60_000 + range, stepMs: 15_000 })
    : evaluateInstant(query, store(series), 60_000)
  if ('kind' in result) throw new Error(result.message)
  return result
}

const only = (result: QueryResult) => (result.type === 'vector' ? result.samples[0] : undefined)

describe('native histograms', () => {
  it.each([
    ['histogram_count(x)', 20],
    ['histogram_sum(x)', 25],
    ['histogram_avg(x)', 1.25],
    ['histogram_count(rate(x[1m]))', 4 / 15],
    ['histogram_sum(increase(x[1m]))', 20],
    ['histogram_quantile(0.5, x)', Math.SQRT2],
    ['histogram_fraction(0, 1, x)', 0.25],
    ['histogram_quantile(0.5, sum(rate(x[1m])))', Math.SQRT2],
    ['histogram_count(sum_over_time(x[30s]))', 36],
    ['histogram_count(avg_over_time(x[30s]))', 18],
    ['histogram_count(x * 2)', 40],
    ['histogram_count(x / 2)', 10],
    ['histogram_count(x + x)', 40],
    ['histogram_count(x - x offset 15s)', 4],
    ['histogram_count(irate(x[1m]))', 4 / 15],
    ['count(x)', 1],
    ['resets(x[1m])', 0],
    ['changes(x[1m])', 3],
    ['histogram_count(x </ 1)', 5],
  ])('%s is %d', (query, expected) => {
    expect(only(ask(query, { x: latency }))?.value).toBeCloseTo(expected, 9)
  })

  it('come out whole, with a value that is no number', () => {
    expect(only(ask('x', { x: latency }))).toMatchObject({
      value: Number.NaN,
      histogram: { schema: 0, count: 20, sum: 25, positive: { indexes: [0, 1, 2], counts: [5, 10, 5] } },
    })
  })

  it('with custom buckets are interpolated as classic ones', () => {
    expect(only(ask('histogram_quantile(0.5, x)', { x: custom }))?.value).toBe(7.5)
  })
})

describe('what is said about a result', () => {
  const series = {
    x: latency,
    g: gauge,
    plain: '1+1x20',
    'mix/a': '1x20',
    'mix/b': latency,
    bucket: '1x20',
    custom,
    'both/a': latency,
    'both/b': custom,
  }
  it.each([
    [
      'rate(plain[1m])',
      'info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "plain" (1:6)',
    ],
    ['1 + rate(g[1m])', 'warning: this native histogram metric is not a counter: "g" (1:10)'],
    ['delta(x[1m])', 'warning: this native histogram metric is not a gauge: "x" (1:7)'],
    ['sum(mix)', 'warning: encountered a mix of histograms and floats for aggregation (1:5)'],
    ['quantile(2, plain)', 'warning: quantile value should be between 0 and 1, got 2 (1:10)'],
    ['histogram_quantile(-1, x)', 'warning: quantile value should be between 0 and 1, got -1 (1:20)'],
    ['histogram_quantile(0.5, bucket)', 'warning: bucket label "le" is missing or has a malformed value of "" (1:25)'],
    ['x + 1', 'info: incompatible sample types encountered for binary operator "+": histogram + float (1:1)'],
    ['max(x)', 'info: ignored histogram in max aggregation (1:5)'],
    [
      'sum(both)',
      'warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "both" (1:5)',
    ],
  ])('%s: %s', (query, expected) => {
    const { warnings, infos } = ask(query, series)
    expect([...warnings, ...infos]).toContain(`PromQL ${expected}`)
  })

  it('names the buckets of classic histograms that had to be forced', () => {
    const read = (le: string, values: string) => {
      const data = readSeries(Labels.of({ __name__: 'h_bucket', le }), values, 15_000)
      if ('problem' in data) throw new Error(data.problem)
      return data
    }
    const query = parsePromql('histogram_quantile(0.5, h_bucket)')
    if (query.kind === 'promql-error') throw new Error(query.message)
    const storage = new MemoryStorage([read('1', '9x9'), read('2', '3x9'), read('+Inf', '12x9')])
    const result = evaluateInstant(query, storage, 60_000)
    expect('infos' in result && result.infos[0]).toMatch(
      /from buckets 2 to 2, with a max diff of 6, over 1 samples from 1970-01-01T00:01:00Z to 1970-01-01T00:01:00Z \(1:25\)$/,
    )
  })

  it('warns of a sort in a range, and not in an instant query', () => {
    expect(ask('sort(plain)', series, 60_000).warnings).toHaveLength(1)
    expect(ask('sort(plain)', series).warnings).toEqual([])
  })
})

describe('the notation of histograms', () => {
  it.each([
    ['{{}}', 1],
    ['{{count:1}} {{ count:2 sum:3 }} 5 stale', 4],
    ['{{count:1 buckets:[1]}}x3', 4],
    ['{{schema:1 count:1 n_buckets:[1] n_offset:-2 z_bucket:1 z_bucket_w:0.5}}', 1],
    ['{{count:9 buckets:[9]}}-{{count:1 buckets:[1]}}x3', 4],
  ])('%s has %d samples', (notation, expected) => {
    const read = readSeries(Labels.empty, notation, 1000)
    expect('values' in read && read.values.length).toBe(expected)
  })

  it.each([
    ['{{count}}', /not a part of a histogram/],
    ['{{count:1', /not a series value/],
    ['{{schema:9}}', /no schema 9/],
    ['{{count:-1}}', /below zero/],
    ['{{count:1 buckets:[1]}}-{{count:1 buckets:[1]}}x3', /below zero/],
    ['{{schema:-53 custom_values:[1 1] buckets:[1]}}', /have to rise/],
    ['{{schema:-53 custom_values:[1] buckets:[1 2 3]}}', /more custom buckets/],
    ['{{z_bucket_w:NaN}}', /zero bucket/],
    ['{{schema:1}}+{{schema:0}}x2', /cannot be added/],
    ['{{}}x999999', /more than 50000/],
  ])('refuses %s', (notation, expected) => {
    expect(readSeries(Labels.empty, notation, 1000)).toMatchObject({ problem: expect.stringMatching(expected) })
  })
})
