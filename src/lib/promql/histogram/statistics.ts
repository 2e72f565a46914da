import { CompensatedSum } from '../evaluate/compensated.ts'
import { exp2, log2 } from '../functions/go-exponential.ts'
import { allBuckets, type Bucket, fractionBelow } from './bucket.ts'
import { type FloatHistogram, hasCustomBuckets } from './float-histogram.ts'

/** A result, and what has to be said about observations of NaN, which are in the count and in no bucket. */
export interface Statistic {
  value: number
  note?: 'nan-result' | 'nan-skew' | 'nan-excluded'
}

/** A histogram with observations on one side of zero only has the natural bound 0 there. */
function withNaturalBound(histogram: FloatHistogram, bucket: Bucket): Bucket {
  const hasNegative = histogram.negative.indexes.length > 0
  const hasPositive = histogram.positive.indexes.length > 0
  if (!hasNegative && hasPositive) return { ...bucket, lower: 0 }
  if (!hasPositive && hasNegative) return { ...bucket, upper: 0 }
  return bucket
}

/** The q-quantile: linear in custom buckets and the zero bucket, else exponential (quantile.go HistogramQuantile). */
export function histogramQuantile(q: number, histogram: FloatHistogram): Statistic {
  if (q < 0) return { value: Number.NEGATIVE_INFINITY }
  if (q > 1) return { value: Number.POSITIVE_INFINITY }
  if (histogram.count === 0 || Number.isNaN(q)) return { value: Number.NaN }
  const hasNaN = Number.isNaN(histogram.sum)
  const isForward = hasNaN || q < 0.5
  const isCustom = hasCustomBuckets(histogram)
  const buckets = isForward ? allBuckets(histogram) : allBuckets(histogram).reverse()
  let rank = (isForward ? q : 1 - q) * histogram.count
  let bucket: Bucket = { lower: 0, upper: 0, count: 0, index: 0 }
  let count = 0
  let at = 0
  while (at < buckets.length) {
    bucket = buckets[at++] ?? bucket
    if (bucket.count === 0) continue
    count += bucket.count
    if (count >= rank) break
  }
  if (!isCustom && bucket.lower < 0 && bucket.upper > 0) bucket = withNaturalBound(histogram, bucket)
  else if (isCustom && bucket.lower === Number.NEGATIVE_INFINITY) {
    if (bucket.upper <= 0) return { value: bucket.upper }
    bucket = { ...bucket, lower: 0 }
  } else if (isCustom && bucket.upper === Number.POSITIVE_INFINITY) return { value: bucket.lower }
  if (count > histogram.count) count = histogram.count
  if (count < rank) return hasNaN ? { value: Number.NaN, note: 'nan-result' } : { value: bucket.upper }
  rank = isForward ? rank - (count - bucket.count) : count - rank
  let note: Statistic['note']
  if (hasNaN) {
    for (; at < buckets.length; at++) count += buckets[at]?.count ?? 0
    if (count < histogram.count) note = 'nan-skew'
  }
  const value = interpolated(bucket, rank / bucket.count, isCustom)
  return note ? { value, note } : { value }
}

function interpolated({ lower, upper }: Bucket, fraction: number, isCustom: boolean): number {
  if (isCustom || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction
  const logLower = log2(Math.abs(lower))
  const logUpper = log2(Math.abs(upper))
  if (lower > 0) return exp2(logLower + (logUpper - logLower) * fraction)
  return -exp2(logUpper + (logLower - logUpper) * (1 - fraction))
}

/** The share of observations between two values (quantile.go HistogramFraction). */
export function histogramFraction(lower: number, upper: number, histogram: FloatHistogram): Statistic {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return { value: Number.NaN }
  if (lower >= upper) return { value: 0 }
  const isCustom = hasCustomBuckets(histogram)
  const buckets = allBuckets(histogram)
  let [count, rank, at] = [0, 0, 0]
  let lowerRank: number | undefined
  let upperRank: number | undefined
  while (at < buckets.length) {
    let bucket = buckets[at++]
    if (!bucket) break
    count += bucket.count
    let isLinear = isCustom
    if (isCustom) {
      if (bucket.lower === Number.NEGATIVE_INFINITY && bucket.upper > 0) bucket = { ...bucket, lower: 0 }
    } else if (bucket.lower <= 0 && bucket.upper >= 0) {
      isLinear = true
      bucket = withNaturalBound(histogram, bucket)
    }
    const known: Bucket = bucket
    const rankIn = (value: number) =>
      isLinear && known.lower === Number.NEGATIVE_INFINITY
        ? known.count
        : rank + known.count * fractionBelow(known, value, isLinear)
    if (known.lower >= lower) lowerRank ??= rank
    if (known.lower >= upper) upperRank ??= rank
    if (lowerRank !== undefined && upperRank !== undefined) break
    if (known.lower < lower && known.upper > lower) lowerRank ??= rankIn(lower)
    if (known.lower < upper && known.upper > upper) upperRank ??= rankIn(upper)
    if (lowerRank !== undefined && upperRank !== undefined) break
    rank += known.count
  }
  let note: Statistic['note']
  if (Number.isNaN(histogram.sum)) {
    for (; at < buckets.length; at++) count += buckets[at]?.count ?? 0
    if (count < histogram.count) note = 'nan-excluded'
  } else count = histogram.count
  const atMost = (found: number | undefined) => (found === undefined || found > count ? count : found)
  const value = (atMost(upperRank) - atMost(lowerRank)) / histogram.count
  return note ? { value, note } : { value }
}

/** The variance of the observations, each taken at the middle of its bucket (functions.go histogramVariance). */
export function histogramVariance(histogram: FloatHistogram): number {
  const mean = histogram.sum / histogram.count
  const isCustom = hasCustomBuckets(histogram)
  const squares = new CompensatedSum(0)
  for (const { lower, upper, count } of allBuckets(histogram)) {
    if (count === 0) continue
    let middle = (upper + lower) / 2
    if (!isCustom) {
      middle = lower <= 0 && upper >= 0 ? 0 : Math.sqrt(upper * lower)
      if (upper < 0) middle = -middle
    }
    const delta = middle - mean
    squares.add(count * delta * delta)
  }
  return squares.total / histogram.count
}
