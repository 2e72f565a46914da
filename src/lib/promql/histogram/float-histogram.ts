/** What a sample says about the one before it (model/histogram CounterResetHint). */
export type CounterResetHint = 'unknown' | 'reset' | 'not_reset' | 'gauge'

/** Buckets of one side by their index, ascending. A bucket that is listed with 0 is not the same as one that is absent. */
export interface Buckets {
  indexes: readonly number[]
  counts: readonly number[]
}

/**
 * A native histogram: exponential buckets (schema -4 to 8) or, with schema -53, custom ones. Never changed once made.
 * As model/histogram FloatHistogram, with indexes in place of spans.
 */
export interface FloatHistogram {
  hint: CounterResetHint
  schema: number
  zeroThreshold: number
  zeroCount: number
  count: number
  sum: number
  positive: Buckets
  negative: Buckets
  /** Upper bounds of custom buckets, without the last one, which is +Inf. */
  customValues: readonly number[]
}

export const customSchema = -53
export const noBuckets: Buckets = { indexes: [], counts: [] }

export function hasCustomBuckets(histogram: FloatHistogram): boolean {
  return histogram.schema === customSchema
}

/** A histogram with the given parts and nothing else. */
export function floatHistogram(parts: Partial<FloatHistogram>): FloatHistogram {
  return {
    hint: 'unknown',
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positive: noBuckets,
    negative: noBuckets,
    customValues: [],
    ...parts,
  }
}

/** As a copy has it upstream: one with custom buckets loses what division by NaN has put into its zero bucket. */
export function copied(histogram: FloatHistogram): FloatHistogram {
  return hasCustomBuckets(histogram) && histogram.zeroCount !== 0 ? { ...histogram, zeroCount: 0 } : histogram
}

const withCounts = (buckets: Buckets, change: (count: number) => number): Buckets => ({
  indexes: buckets.indexes,
  counts: buckets.counts.map(change),
})

function scaled(histogram: FloatHistogram, change: (count: number) => number, isNegative: boolean): FloatHistogram {
  return {
    ...histogram,
    hint: isNegative ? 'gauge' : histogram.hint,
    zeroCount: change(copied(histogram).zeroCount),
    count: change(histogram.count),
    sum: change(histogram.sum),
    positive: withCounts(histogram.positive, change),
    negative: withCounts(histogram.negative, change),
  }
}

export function multiplied(histogram: FloatHistogram, factor: number): FloatHistogram {
  return scaled(histogram, count => count * factor, factor < 0)
}

/** A division by zero leaves no buckets. */
export function divided(histogram: FloatHistogram, divisor: number): FloatHistogram {
  const result = scaled(histogram, count => count / divisor, divisor < 0)
  return divisor === 0 ? { ...result, hint: histogram.hint, positive: noBuckets, negative: noBuckets } : result
}

/** Without buckets that hold 0. */
export function compactBuckets(buckets: Buckets): Buckets {
  if (!buckets.counts.includes(0)) return buckets
  const kept = buckets.counts.flatMap((count, at) => (count === 0 ? [] : [at]))
  return { indexes: kept.map(at => buckets.indexes[at] ?? 0), counts: kept.map(at => buckets.counts[at] ?? 0) }
}

export function compacted(histogram: FloatHistogram): FloatHistogram {
  const positive = compactBuckets(histogram.positive)
  const negative = compactBuckets(histogram.negative)
  if (positive === histogram.positive && negative === histogram.negative) return histogram
  return { ...histogram, positive, negative }
}

export function sameBounds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((bound, index) => bound === b[index])
}

const sameNumbers = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((value, index) => Object.is(value, b[index]))
const sameBuckets = (a: Buckets, b: Buckets) => sameNumbers(a.indexes, b.indexes) && sameNumbers(a.counts, b.counts)

/** The same data, whatever the hints; an absent bucket differs from an empty one. */
export function sameHistogram(a: FloatHistogram, b: FloatHistogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.count, b.count) &&
    Object.is(a.sum, b.sum) &&
    (!hasCustomBuckets(a) || sameBounds(a.customValues, b.customValues)) &&
    a.zeroThreshold === b.zeroThreshold &&
    Object.is(a.zeroCount, b.zeroCount) &&
    sameBuckets(a.negative, b.negative) &&
    sameBuckets(a.positive, b.positive)
  )
}

const isInfinite = (value: number) => !Number.isFinite(value) && !Number.isNaN(value)

/** A sum of histograms went beyond what a double can hold. */
export function hasOverflow(histogram: FloatHistogram): boolean {
  const { zeroCount, count, sum, positive, negative, customValues } = histogram
  return (
    [zeroCount, count, sum].some(isInfinite) ||
    positive.counts.some(isInfinite) ||
    negative.counts.some(isInfinite) ||
    customValues.some(isInfinite)
  )
}
