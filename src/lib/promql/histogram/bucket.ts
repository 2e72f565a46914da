import { log2 } from '../functions/go-exponential.ts'
import { type Buckets, customSchema, type FloatHistogram } from './float-histogram.ts'

/** One bucket with its bounds. */
export interface Bucket {
  lower: number
  upper: number
  count: number
  index: number
}

/**
 * 2^(i / 2^schema - 1): the bounds of each schema within [0.5, 1). Every schema takes those of the one before and puts
 * one in the middle of each two by a multiplication, as upstream's table was made, so that even their last bits are its.
 */
const fractions: (readonly number[])[] = [[0.5]]

function fractionsOf(schema: number): readonly number[] {
  for (let next = fractions.length; next <= schema; next++) {
    // The square root of two is rounded down there.
    const step = next === 1 ? Math.SQRT2 - Number.EPSILON : 2 ** (1 / 2 ** next)
    fractions.push((fractions[next - 1] ?? []).flatMap(fraction => [fraction, fraction * step]))
  }
  return fractions[schema] ?? []
}

function scale(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2)
  return value * 2 ** half * 2 ** (exponent - half)
}

/** The upper bound of a bucket of an exponential schema; that of the last one before infinity is the largest double. */
export function exponentialBound(index: number, schema: number): number {
  if (schema < 0) {
    const exponent = index * 2 ** -schema
    return exponent === 1024 ? Number.MAX_VALUE : scale(1, exponent)
  }
  const fraction = fractionsOf(schema)[index & (2 ** schema - 1)] ?? 0.5
  const exponent = (index >> schema) + 1
  return fraction === 0.5 && exponent === 1025 ? Number.MAX_VALUE : scale(fraction, exponent)
}

function boundAt(index: number, { schema, customValues }: FloatHistogram): number {
  if (schema !== customSchema) return exponentialBound(index, schema)
  if (index < 0) return Number.NEGATIVE_INFINITY
  return customValues[index] ?? Number.POSITIVE_INFINITY
}

/** The positive buckets from zero up. */
export function positiveBuckets(histogram: FloatHistogram): Bucket[] {
  const { indexes, counts } = histogram.positive
  return indexes.map((index, at) => ({
    lower: boundAt(index - 1, histogram),
    upper: boundAt(index, histogram),
    count: counts[at] ?? 0,
    index,
  }))
}

/** The negative buckets from zero down. */
export function negativeBuckets(histogram: FloatHistogram): Bucket[] {
  const { indexes, counts } = histogram.negative
  return indexes.map((index, at) => ({
    lower: -boundAt(index, histogram),
    upper: -boundAt(index - 1, histogram),
    count: counts[at] ?? 0,
    index,
  }))
}

/** All buckets from the lowest up; those next to the zero bucket are cut at its threshold (AllBucketIterator). */
export function allBuckets(histogram: FloatHistogram): Bucket[] {
  const { zeroThreshold, zeroCount } = histogram
  const zero: Bucket[] =
    zeroCount > 0 ? [{ lower: -zeroThreshold, upper: zeroThreshold, count: zeroCount, index: 0 }] : []
  const cut = (bucket: Bucket): Bucket => {
    if (bucket.upper < 0 && bucket.upper > -zeroThreshold) return { ...bucket, upper: -zeroThreshold }
    if (bucket.lower > 0 && bucket.lower < zeroThreshold) return { ...bucket, lower: zeroThreshold }
    return bucket
  }
  return [...negativeBuckets(histogram).reverse().map(cut), ...zero, ...positiveBuckets(histogram).map(cut)]
}

/** The share of a bucket at or below a value inside of it, on a linear or a logarithmic scale. */
export function fractionBelow({ lower, upper }: Bucket, value: number, isLinear: boolean): number {
  if (isLinear) return (value - lower) / (upper - lower)
  const logLower = log2(Math.abs(lower))
  const logUpper = log2(Math.abs(upper))
  const logValue = log2(Math.abs(value))
  return value > 0 ? (logValue - logLower) / (logUpper - logLower) : 1 - (logValue - logUpper) / (logLower - logUpper)
}

/** The index that a bucket has in a schema of lower resolution. */
export function indexIn(index: number, from: number, to: number): number {
  return ((index - 1) >> (from - to)) + 1
}

/** Buckets merged to a schema of lower resolution. */
export function reducedBuckets(buckets: Buckets, from: number, to: number): Buckets {
  const indexes: number[] = []
  const counts: number[] = []
  for (const [at, index] of buckets.indexes.entries()) {
    const target = indexIn(index, from, to)
    const count = buckets.counts[at] ?? 0
    const last = indexes.length - 1
    if (last >= 0 && indexes[last] === target) counts[last] = (counts[last] ?? 0) + count
    else {
      indexes.push(target)
      counts.push(count)
    }
  }
  return { indexes, counts }
}

/** The same histogram in a schema of lower or the same resolution. */
export function inSchema(histogram: FloatHistogram, schema: number): FloatHistogram {
  if (histogram.schema === schema) return histogram
  return {
    ...histogram,
    schema,
    positive: reducedBuckets(histogram.positive, histogram.schema, schema),
    negative: reducedBuckets(histogram.negative, histogram.schema, schema),
  }
}
