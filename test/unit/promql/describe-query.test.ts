import { describe, expect, it } from 'vitest'
import { describeQuery } from '../../../src/lib/promql/describe-query.ts'
import { parsePromql } from '../../../src/lib/promql/promql.ts'

function described(text: string) {
  const query = parsePromql(text)
  if (query.kind === 'promql-error') throw new Error(query.message)
  return describeQuery(query)
}

describe('what a query is, without evaluating it', () => {
  it('names selectors with what surrounds them', () => {
    const { type, selectors, calls, aggregations } = described(
      'sum(rate(http_requests_total{pod=~"a.*",code!="500"}[5m] offset 1m)) / sum(up)',
    )
    expect(type).toBe('vector')
    expect(selectors).toMatchObject([
      {
        metric: 'http_requests_total',
        matchers: [
          { name: 'pod', operator: '=~', value: 'a.*' },
          { name: 'code', operator: '!=', value: '500' },
        ],
        isRange: true,
        rangeMs: 300_000,
        offsetMs: 60_000,
        within: ['rate', 'sum', '/'],
        isCounterWithoutRate: false,
        position: { line: 1, column: 10 },
      },
      { metric: 'up', isRange: false, within: ['sum', '/'], looksLikeCounter: false },
    ])
    expect(calls).toMatchObject([{ name: 'rate', position: { column: 5 } }])
    expect(aggregations).toMatchObject([{ operator: 'sum' }, { operator: 'sum' }])
  })

  it.each([
    ['x_total', true],
    ['sum(x_total) > 5', true],
    ['avg_over_time(x_total[5m])', true],
    ['{__name__="x_total"}', true],
    ['rate(x_total[5m])', false],
    ['sum(increase(x_total[5m]))', false],
    ['max_over_time(rate(x_total[5m])[1h:])', false],
    ['absent(x_total)', false],
    ['count(x_total)', false],
    ['x_total - x_total offset 5m', false],
    ['sum(x_total) - sum(x_total offset 5m)', false],
    ['up unless x_total', false],
    ['x_total unless up', true],
    ['up', false],
  ])('%s: a counter without rate: %s', (text, expected) => {
    expect(described(text).selectors.some(each => each.isCounterWithoutRate)).toBe(expected)
  })

  it.each([
    ['rate(memory_bytes[5m])', true],
    ['rate({job="a"}[5m])', false],
    ['deriv(memory_bytes[5m])', false],
  ])('%s: the rate of a gauge: %s', (text, expected) => {
    expect(described(text).selectors.some(each => each.isRateOfGauge)).toBe(expected)
  })

  it.each([
    ['histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))', { isClassic: true, hasLe: true, quantile: 0.9 }],
    ['histogram_quantile(0.9, sum(rate(x_bucket[5m])))', { isClassic: true, hasLe: false }],
    ['histogram_quantile(0.9, sum without (le) (rate(x_bucket[5m])))', { hasLe: false }],
    ['histogram_quantile(0.9, rate(x_bucket[5m]))', { hasLe: true }],
    ['histogram_quantile(0.9, sum(rate(x[5m])))', { isClassic: false, hasLe: false }],
  ])('%s', (text, expected) => {
    expect(described(text).histogramQuantiles).toMatchObject([expected])
  })

  it.each([
    ['x', true, true],
    ['sum(x)', false, true],
    ['sum by (a) (x)', true, true],
    ['sum(x) or vector(0)', false, false],
    ['sum by (a) (x) or vector(0)', true, false],
    ['sum(x) / sum(y)', false, true],
    ['x / on(a) y', true, true],
    ['scalar(x)', false, false],
    ['1 + 1', false, false],
    ['topk(1, x)', false, true],
    ['absent(x)', false, true],
    ['histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))', true, true],
  ])('%s: several %s, empty %s', (text, several, empty) => {
    expect(described(text)).toMatchObject({ mayBeSeveral: several, mayBeEmpty: empty })
  })
})
