import { exponentialBound, positiveBuckets, reducedBuckets } from './bucket.ts'
import { sharedBounds } from './compensated-buckets.ts'
import { type Buckets, type FloatHistogram, hasCustomBuckets, sameBounds } from './float-histogram.ts'
import { widenedZeroBucket } from './zero-bucket.ts'

/**
 * Whether a counter has started again between two samples: any count went down or a populated bucket is gone. An explicit
 * hint decides (DetectReset).
 */
export function detectsReset(histogram: FloatHistogram, previous: FloatHistogram): boolean {
  if (histogram.hint === 'reset') return true
  if (histogram.hint === 'not_reset') return false
  if (histogram.count < previous.count) return true
  const isCustom = hasCustomBuckets(histogram)
  if (isCustom) {
    if (!hasCustomBuckets(previous)) return true
    if (!sameBounds(histogram.customValues, previous.customValues)) return anySharedBucketFell(histogram, previous)
  }
  if (histogram.schema > previous.schema) return true
  if (histogram.zeroThreshold < previous.zeroThreshold) return true
  const zero = widenedZeroBucket(previous, histogram.zeroThreshold)
  if (zero.threshold !== histogram.zeroThreshold) return true
  if (histogram.zeroCount < zero.count) return true
  const beyond = (buckets: Buckets, schema: number): Buckets => {
    const merged = schema === histogram.schema ? buckets : reducedBuckets(buckets, schema, histogram.schema)
    if (isCustom || histogram.zeroThreshold === 0) return merged
    const isBeyond = (index: number) => exponentialBound(index, histogram.schema) > histogram.zeroThreshold
    const found = merged.indexes.findIndex(isBeyond)
    const first = found < 0 ? merged.indexes.length : found
    return { indexes: merged.indexes.slice(first), counts: merged.counts.slice(first) }
  }
  return (['positive', 'negative'] as const).some(side =>
    anyBucketFell(beyond(histogram[side], histogram.schema), beyond(previous[side], previous.schema)),
  )
}

function anyBucketFell(current: Buckets, previous: Buckets): boolean {
  const counts = new Map(current.indexes.map((index, at) => [index, current.counts[at] ?? 0]))
  return previous.indexes.some((index, at) => {
    const before = previous.counts[at] ?? 0
    const now = counts.get(index)
    return now === undefined ? before !== 0 : now < before
  })
}

/** Custom buckets with other bounds are compared between the bounds that both have. */
function anySharedBucketFell(current: FloatHistogram, previous: FloatHistogram): boolean {
  const bounds = [...sharedBounds(current.customValues, previous.customValues), Number.POSITIVE_INFINITY]
  const sums = (histogram: FloatHistogram): number[] => {
    const buckets = positiveBuckets(histogram)
    let at = 0
    return bounds.map(bound => {
      let sum = 0
      for (; (buckets[at]?.upper ?? Number.NaN) <= bound; at++) sum += buckets[at]?.count ?? 0
      return sum
    })
  }
  const before = sums(previous)
  return sums(current).some((sum, at) => sum < (before[at] ?? 0))
}
