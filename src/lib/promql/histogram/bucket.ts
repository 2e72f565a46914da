import { type Buckets, customSchema, type FloatHistogram } from './float-histogram.ts'

/** One bucket with its bounds. */
export interface Bucket {
  lower: number
  upper: number
  count: number
  index: number
}

const steps = new Map<number, readonly number[]>()

/** 2^(i / 2^schema - 1): the bounds of a schema within [0.5, 1). */
function fractions(schema: number): readonly number[] {
  const known = steps.get(schema)
  if (known) return known
  const size = 2 ** schema
  const made = Array.from({ length: size }, (_, index) => 2 ** (index / size - 1))
  steps.set(schema, made)
  return made
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
  const fraction = fractions(schema)[index & (2 ** schema - 1)] ?? 0.5
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
  const logLower = Math.log2(Math.abs(lower))
  const logUpper = Math.log2(Math.abs(upper))
  const logValue = Math.log2(Math.abs(value))
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
