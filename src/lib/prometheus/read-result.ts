import { parseFloat64 } from '../expr/go/numbers.ts'
import { jsoniterText } from './jsoniter-text.ts'
import { PrometheusFailure } from './prometheus-failure.ts'
import type { FloatSample, HistogramSample, InstantSample, QueryResult, RangeSeries } from './query-result.ts'

/**
 * The result in the `data` of a query's answer, by the rules of client_golang's model: numbers are quoted, a missing
 * value is 0, null elements are left out.
 *
 * @throws PrometheusFailure without a type, as client_golang words it (of nested complaints the inner one)
 */
export function readQueryResult(data: unknown): QueryResult {
  const { resultType, result } = fields(data)
  switch (resultType) {
    case 'scalar': {
      const [time, value] = list(result, 'unmarshalerDecoder')
      return { type: 'scalar', timeMs: timeMs(time), value: scalarValue(value) }
    }
    case 'vector':
      return { type: 'vector', samples: list(result, vector).filter(isPresent).map(readInstantSample) }
    case 'matrix':
      return {
        type: 'matrix',
        series: list(result, 'unmarshalerDecoder: model.Matrix').filter(isPresent).map(readSeries),
      }
    case 'string': {
      const [time, value] = list(result, 'unmarshalerDecoder')
      return { type: 'string', timeMs: timeMs(time), value: String(value) }
    }
    case undefined:
      throw unexpectedType('<ValNone>', data)
    default:
      throw new PrometheusFailure(undefined, `unmarshalerDecoder: unknown value type ${JSON.stringify(resultType)}`)
  }
}

/** client_golang has no use for text and for no type at all. */
export function unexpectedType(type: string, data: unknown): PrometheusFailure {
  const text = JSON.stringify(data) ?? ''
  const complaint = `unexpected value type ${JSON.stringify(type)}`
  return new PrometheusFailure(undefined, jsoniterText('unmarshalerDecoder', complaint, text, Buffer.byteLength(text)))
}

const vector = 'unmarshalerDecoder: model.Vector'

function readInstantSample(element: unknown): InstantSample {
  const { metric, value, histogram } = fields(element)
  const labels = labelsOf(metric)
  if (isPresent(histogram)) return { labels, value: 0, ...readHistogram(histogram) }
  if (!isPresent(value)) return { labels, timeMs: 0, value: 0 }
  return { labels, ...readSample(value, vector) }
}

function readSeries(element: unknown): RangeSeries {
  const { metric, values, histograms } = fields(element)
  return {
    labels: labelsOf(metric),
    samples: isPresent(values)
      ? list(values, 'values').map(each => readSample(each, 'unmarshalerDecoder: model.Matrix'))
      : [],
    histograms: isPresent(histograms) ? list(histograms, 'histograms').map(readHistogram) : [],
  }
}

function readSample(pair: unknown, where: string): FloatSample {
  const [time, value] = list(pair, where)
  return { timeMs: timeMs(time), value: sampleValue(value, where) }
}

function readHistogram(pair: unknown): HistogramSample {
  const [time, histogram] = list(pair, 'histogram')
  const { count, sum, buckets } = fields(histogram)
  return {
    timeMs: timeMs(time),
    histogram: {
      count: sampleValue(count, 'histogram'),
      sum: sampleValue(sum, 'histogram'),
      buckets: (isPresent(buckets) ? list(buckets, 'histogram') : []).map(bucket => {
        const [includes, lower, upper, inBucket] = list(bucket, 'histogram')
        return {
          includes: boundaries[Number(includes)] ?? 'upper',
          lower: sampleValue(lower, 'histogram'),
          upper: sampleValue(upper, 'histogram'),
          count: sampleValue(inBucket, 'histogram'),
        }
      }),
    },
  }
}

/** web/api/v1: 0 is open on the left, 1 on the right, 2 on both sides, 3 on none. */
const boundaries = ['upper', 'lower', 'neither', 'both'] as const

function sampleValue(value: unknown, where: string): number {
  if (typeof value !== 'string')
    throw new PrometheusFailure(undefined, `${where}: unmarshalerDecoder: sample value must be a quoted string`)
  return number(value, `${where}: unmarshalerDecoder: `)
}

function scalarValue(value: unknown): number {
  if (isPresent(value) && typeof value !== 'string')
    throw new PrometheusFailure(
      undefined,
      `unmarshalerDecoder: unmarshalerDecoder: json: cannot unmarshal ${kindOf(value)} into Go value of type string`,
    )
  return number(value ?? '', 'unmarshalerDecoder: unmarshalerDecoder: error parsing sample value: ')
}

/** Plain decimals are nearly all that comes, and there may be a million of them. */
function number(text: string, where: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  const parsed = parseFloat64(text)
  if ('error' in parsed) throw new PrometheusFailure(undefined, where + parsed.error)
  return parsed.value
}

/** Seconds with three decimals (prometheus/common model.Time). */
function timeMs(time: unknown): number {
  if (typeof time === 'number') return Math.round(time * 1000)
  if (!isPresent(time)) return 0
  throw new PrometheusFailure(undefined, `unmarshalerDecoder: invalid time ${JSON.stringify(time)}`)
}

const isPresent = (value: unknown) => value !== null && value !== undefined

function fields(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new PrometheusFailure(
    undefined,
    `unmarshalerDecoder: json: cannot unmarshal ${kindOf(value)} into Go value of type struct`,
  )
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  const found = isPresent(value) ? (JSON.stringify(value)[0] ?? '') : '\0'
  throw new PrometheusFailure(undefined, `${where}: decode slice: expect [ or n, but found ${found}`)
}

function labelsOf(metric: unknown): Record<string, string> {
  const labels = isPresent(metric) ? fields(metric) : {}
  for (const value of Object.values(labels))
    if (typeof value !== 'string')
      throw new PrometheusFailure(
        undefined,
        `${vector}: unmarshalerDecoder: json: cannot unmarshal ${kindOf(value)} into Go struct field .metric of type model.LabelValue`,
      )
  return labels as Record<string, string>
}

const kindOf = (value: unknown) =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value
