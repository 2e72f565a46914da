import { CompensatedSum } from '../evaluate/compensated.ts'
import { negativeBuckets, positiveBuckets } from './bucket.ts'
import type { CompensatedBuckets } from './compensated-buckets.ts'
import type { FloatHistogram } from './float-histogram.ts'

/** Rounding errors of a sum of histograms, kept apart from it. */
export interface Errors {
  count: number
  sum: number
  zeroCount: number
  positive: readonly number[]
  negative: readonly number[]
}

export function noErrors(histogram: FloatHistogram): Errors {
  return {
    count: 0,
    sum: 0,
    zeroCount: 0,
    positive: histogram.positive.counts.map(() => 0),
    negative: histogram.negative.counts.map(() => 0),
  }
}

interface ZeroBucket {
  count: number
  error: number
  threshold: number
}

/**
 * The zero bucket that a histogram would have with a larger threshold. A threshold inside a populated bucket goes up to
 * the end of that bucket (zeroCountForLargerThreshold).
 */
export function widenedZeroBucket(histogram: FloatHistogram, larger: number, errors?: Errors): ZeroBucket {
  let error = errors?.zeroCount ?? 0
  if (larger === histogram.zeroThreshold) return { count: histogram.zeroCount, error, threshold: larger }
  const positive = positiveBuckets(histogram)
  const negative = negativeBuckets(histogram)
  let threshold = larger
  for (;;) {
    // As upstream, the error goes on when it all begins again.
    const sum = new CompensatedSum(histogram.zeroCount, error)
    let isMoved = false
    for (const [at, bucket] of positive.entries()) {
      if (bucket.lower >= threshold) break
      sum.add(bucket.count)
      if (errors) sum.add(errors.positive[at] ?? 0)
      if (bucket.upper <= threshold) continue
      if (bucket.count !== 0) threshold = bucket.upper
      break
    }
    for (const [at, bucket] of negative.entries()) {
      if (bucket.upper <= -threshold) break
      sum.add(bucket.count)
      if (errors) sum.add(errors.negative[at] ?? 0)
      if (bucket.lower >= -threshold) continue
      // The positive buckets have to be looked at again.
      isMoved = bucket.count !== 0
      if (isMoved) threshold = -bucket.lower
      break
    }
    error = sum.compensation
    if (!isMoved) return { count: sum.sum, error, threshold }
  }
}

/** Without the buckets that the zero bucket has swallowed, and without empty ones (trimBucketsInZeroBucket). */
export function trimmedByZeroBucket(
  histogram: FloatHistogram,
  errors: Errors | undefined,
): { histogram: FloatHistogram; errors: Errors | undefined } {
  const { zeroThreshold } = histogram
  const isInside = {
    positive: positiveBuckets(histogram).map(bucket => bucket.lower < zeroThreshold),
    negative: negativeBuckets(histogram).map(bucket => bucket.upper > -zeroThreshold),
  }
  const trimmed = (side: 'positive' | 'negative'): CompensatedBuckets => {
    const { indexes, counts } = histogram[side]
    const kept = counts.flatMap((count, at) => {
      const isEmpty = count === 0 && (errors?.[side][at] ?? 0) === 0
      return isInside[side][at] || isEmpty ? [] : [at]
    })
    return {
      indexes: kept.map(at => indexes[at] ?? 0),
      counts: kept.map(at => counts[at] ?? 0),
      errors: kept.map(at => errors?.[side][at] ?? 0),
    }
  }
  const [positive, negative] = [trimmed('positive'), trimmed('negative')]
  return {
    histogram: {
      ...histogram,
      positive: { indexes: positive.indexes, counts: positive.counts },
      negative: { indexes: negative.indexes, counts: negative.counts },
    },
    errors: errors && { ...errors, positive: positive.errors, negative: negative.errors },
  }
}

/** Brings a histogram to a zero bucket that another one can have too (reconcileZeroBuckets). */
export function reconciledZeroBuckets(
  histogram: FloatHistogram,
  other: FloatHistogram,
  errors?: Errors,
): { histogram: FloatHistogram; errors: Errors | undefined; otherZero: ZeroBucket } {
  let current = histogram
  let currentErrors = errors
  let otherZero: ZeroBucket = { count: other.zeroCount, error: 0, threshold: other.zeroThreshold }
  while (otherZero.threshold !== current.zeroThreshold) {
    if (current.zeroThreshold > otherZero.threshold) otherZero = widenedZeroBucket(other, current.zeroThreshold)
    if (otherZero.threshold > current.zeroThreshold) {
      const zero = widenedZeroBucket(current, otherZero.threshold, currentErrors)
      const widened = { ...current, zeroCount: zero.count, zeroThreshold: zero.threshold }
      const trimmed = trimmedByZeroBucket(widened, currentErrors && { ...currentErrors, zeroCount: zero.error })
      current = trimmed.histogram
      currentErrors = trimmed.errors
    }
  }
  return { histogram: current, errors: currentErrors, otherZero }
}
