import { exponentialBound } from './bucket.ts'
import { type Buckets, copied, type FloatHistogram, hasCustomBuckets, sameBounds } from './float-histogram.ts'
import type { Errors } from './zero-bucket.ts'

const sameIndexes = (a: Buckets, b: Buckets) => a.indexes === b.indexes || sameBounds(a.indexes, b.indexes)

/** Both have the very same buckets, none of them within the zero bucket: the usual case, which needs no reconciling. */
export function haveSameLayout(a: FloatHistogram, b: FloatHistogram): boolean {
  const { schema, zeroThreshold } = a
  if (schema !== b.schema || zeroThreshold !== b.zeroThreshold) return false
  if (!sameIndexes(a.positive, b.positive) || !sameIndexes(a.negative, b.negative)) return false
  if (hasCustomBuckets(a)) return a.customValues === b.customValues || sameBounds(a.customValues, b.customValues)
  if (zeroThreshold === 0) return true
  const isOutside = ({ indexes: [first] }: Buckets) =>
    first === undefined || exponentialBound(first, schema) > zeroThreshold
  return isOutside(b.positive) && isOutside(b.negative)
}

/** Counts with their rounding errors after one more was added to each (CompensatedSum, without its objects). */
function increasedCounts(sums: readonly number[], errors: readonly number[], values: readonly number[]) {
  const counts = new Array<number>(sums.length)
  const compensations = new Array<number>(sums.length)
  for (let at = 0; at < sums.length; at++) {
    const [sum = 0, value = 0, error = 0] = [sums[at], values[at], errors[at]]
    const total = sum + value
    counts[at] = total
    if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) compensations[at] = 0
    else compensations[at] = error + (Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum)
  }
  return { counts, errors: compensations }
}

/** a + b of the same layout, with the rounding errors of the sum so far. */
export function addedInSameLayout(
  a: FloatHistogram,
  b: FloatHistogram,
  errors: Errors,
): { histogram: FloatHistogram; errors: Errors } {
  const base = copied(a)
  const zeroCount = hasCustomBuckets(b) ? 0 : b.zeroCount
  const totals = increasedCounts(
    [base.count, base.sum, base.zeroCount],
    [errors.count, errors.sum, errors.zeroCount],
    [b.count, b.sum, zeroCount],
  )
  const positive = increasedCounts(a.positive.counts, errors.positive, b.positive.counts)
  const negative = increasedCounts(a.negative.counts, errors.negative, b.negative.counts)
  const [count = 0, sum = 0, zero = 0] = totals.counts
  const [countError = 0, sumError = 0, zeroError = 0] = totals.errors
  return {
    histogram: {
      ...base,
      count,
      sum,
      zeroCount: zero,
      positive: { indexes: a.positive.indexes, counts: positive.counts },
      negative: { indexes: a.negative.indexes, counts: negative.counts },
    },
    errors: {
      count: countError,
      sum: sumError,
      zeroCount: zeroError,
      positive: positive.errors,
      negative: negative.errors,
    },
  }
}
