import type { ForcedBuckets } from '../evaluate/annotations.ts'

export interface Bucket {
  upperBound: number
  /** Cumulative. */
  count: number
}

const tolerance = 1e-12

/** Sorted and merged, or undefined when the highest bound is not +Inf. */
function prepared(buckets: readonly Bucket[]): Bucket[] | undefined {
  const sorted = buckets
    .map(bucket => ({ ...bucket }))
    .sort((a, b) => (a.upperBound < b.upperBound ? -1 : a.upperBound > b.upperBound ? 1 : 0))
  if (sorted[sorted.length - 1]?.upperBound !== Number.POSITIVE_INFINITY) return undefined
  const merged: Bucket[] = []
  for (const bucket of sorted) {
    const last = merged[merged.length - 1]
    if (last && last.upperBound === bucket.upperBound) last.count += bucket.count
    else merged.push(bucket)
  }
  return merged
}

/**
 * Counts that go down, or up by rounding errors only, are set to the one before (ensureMonotonicAndIgnoreSmallDeltas).
 *
 * @returns where counts went down, if any did
 */
function forceMonotonic(buckets: readonly Bucket[]): ForcedBuckets | undefined {
  let before = buckets[0]?.count ?? 0
  let forced: ForcedBuckets | undefined
  for (const bucket of buckets.slice(1)) {
    const { count, upperBound } = bucket
    if (count === before) continue
    if (almostEqual(before, count)) bucket.count = before
    else if (count < before) {
      bucket.count = before
      forced = {
        minBucket: Math.min(forced?.minBucket ?? Number.POSITIVE_INFINITY, upperBound),
        maxBucket: Math.max(forced?.maxBucket ?? Number.NEGATIVE_INFINITY, upperBound),
        maxDifference: Math.max(forced?.maxDifference ?? 0, before - count),
      }
    } else before = count
  }
  return forced
}

function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true
  if (a === b) return true
  const sum = Math.abs(a) + Math.abs(b)
  const difference = Math.abs(a - b)
  const smallest = 2.2250738585072014e-308
  if (a === 0 || b === 0 || sum < smallest) return difference < tolerance * smallest
  return difference / Math.min(sum, Number.MAX_VALUE) < tolerance
}

/** The q-quantile of a classic histogram, linear within a bucket, and what had to be forced (quantile.go BucketQuantile). */
export function bucketQuantile(q: number, given: readonly Bucket[]): { value: number; forced?: ForcedBuckets } {
  if (Number.isNaN(q)) return { value: Number.NaN }
  if (q < 0) return { value: Number.NEGATIVE_INFINITY }
  if (q > 1) return { value: Number.POSITIVE_INFINITY }
  const buckets = prepared(given)
  if (!buckets) return { value: Number.NaN }
  const forced = forceMonotonic(buckets)
  const value = quantileOf(q, buckets)
  return forced ? { value, forced } : { value }
}

function quantileOf(q: number, buckets: readonly Bucket[]): number {
  const last = buckets.length - 1
  const observations = buckets[last]?.count ?? 0
  if (buckets.length < 2 || observations === 0) return Number.NaN
  let rank = q * observations
  let low = 0
  let high = last
  while (low < high) {
    const middle = (low + high) >> 1
    if ((buckets[middle]?.count ?? 0) >= rank) high = middle
    else low = middle + 1
  }
  const bucket = buckets[low]
  const before = buckets[low - 1]
  if (low === last || !bucket) return buckets[last - 1]?.upperBound ?? Number.NaN
  if (low === 0 && bucket.upperBound <= 0) return bucket.upperBound
  let count = bucket.count
  if (before) {
    count -= before.count
    rank -= before.count
  }
  const start = before?.upperBound ?? 0
  return start + (bucket.upperBound - start) * (rank / count)
}

/** The share of observations between two values (quantile.go BucketFraction). */
export function bucketFraction(lower: number, upper: number, given: readonly Bucket[]): number {
  const buckets = prepared(given)
  if (!buckets) return Number.NaN
  const count = buckets[buckets.length - 1]?.count ?? 0
  if (count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN
  if (lower >= upper) return 0
  const rankOf = (value: number) => Math.min(rankBelow(buckets, value) ?? count, count)
  const upperRank = rankOf(upper)
  const lowerRank = rankOf(lower)
  return (upperRank - lowerRank) / count
}

function rankBelow(buckets: readonly Bucket[], value: number): number | undefined {
  let rank = 0
  let lowerBound = (buckets[0]?.upperBound ?? 0) <= 0 ? Number.NEGATIVE_INFINITY : 0
  for (const bucket of buckets) {
    if (lowerBound >= value) return rank
    if (bucket.upperBound > value) {
      if (lowerBound === Number.NEGATIVE_INFINITY) return bucket.count
      return rank + ((bucket.count - rank) * (value - lowerBound)) / (bucket.upperBound - lowerBound)
    }
    rank = bucket.count
    lowerBound = bucket.upperBound
  }
  return undefined
}
