import { type Bucket, fractionBelow, negativeBuckets, positiveBuckets } from './bucket.ts'
import { type Buckets, compacted, copied, type FloatHistogram, hasCustomBuckets } from './float-histogram.ts'

interface Kept {
  count: number
  /** The value that stands for what is kept, in the new sum. */
  middle: number
}

const isInfinite = (value: number) => Math.abs(value) === Number.POSITIVE_INFINITY
const zeroIfInfinite = (value: number) => (isInfinite(value) ? 0 : value)

/** Only the observations below a value (`</`), or above it (`>/`), as far as buckets tell (TrimBuckets). */
export function trimmed(given: FloatHistogram, at: number, isUpper: boolean): FloatHistogram {
  const histogram = copied(given)
  const isCustom = hasCustomBuckets(histogram)
  let count = 0
  let sum = 0
  let isChanged = false
  const has = { positive: false, negative: false }
  const keep = (before: number, kept: Kept): number => {
    count += kept.count
    sum += kept.middle * kept.count
    if (before !== kept.count) isChanged = true
    return kept.count
  }
  const side = (name: 'positive' | 'negative'): Buckets => ({
    indexes: histogram[name].indexes,
    counts: (name === 'positive' ? positiveBuckets : negativeBuckets)(histogram).map(bucket => {
      if (bucket.count === 0) return 0
      has[name] = true
      return keep(bucket.count, keptOf(bucket, at, isUpper, name === 'positive', isCustom))
    }),
  })
  const positive = side('positive')
  const negative = side('negative')
  let { zeroCount } = histogram
  if (zeroCount > 0) {
    const kept = keptOfZero(histogram, at, isUpper, has)
    if (zeroCount !== kept.count) isChanged = true
    zeroCount = kept.count
    sum += kept.middle * kept.count
    count += kept.count
  }
  return isChanged ? compacted({ ...histogram, positive, negative, zeroCount, count, sum }) : histogram
}

function keptOf(bucket: Bucket, at: number, isUpper: boolean, isPositive: boolean, isCustom: boolean): Kept {
  const { lower, upper, count } = bucket
  if (isUpper ? upper <= at : lower >= at) return { count, middle: middleOf(lower, upper, isPositive, isCustom) }
  if (!(isUpper ? lower < at : upper > at)) return { count: 0, middle: 0 }
  if (lower === Number.NEGATIVE_INFINITY || upper === Number.POSITIVE_INFINITY)
    return keptOfEndless(bucket, at, isUpper)
  const below = at <= lower ? 0 : at >= upper ? count : count * fractionBelow(bucket, at, isCustom)
  return isUpper
    ? { count: below, middle: middleOf(lower, at, isPositive, isCustom) }
    : { count: count - below, middle: middleOf(at, upper, isPositive, isCustom) }
}

/** A bucket without an end has no known distribution, so it is kept or dropped as a whole where 0 is no natural end. */
function keptOfEndless({ lower, upper, count }: Bucket, at: number, isUpper: boolean): Kept {
  const hasNaturalEnd = upper > 0 && !isInfinite(upper)
  if (lower === Number.NEGATIVE_INFINITY) {
    if (isUpper) {
      if (at >= upper) return { count, middle: 0 }
      if (at > 0 && hasNaturalEnd) return { count: (count * at) / upper, middle: at / 2 }
      return upper <= 0 ? { count, middle: at } : { count: 0, middle: zeroIfInfinite(upper) }
    }
    if (at <= lower) return { count, middle: 0 }
    if (at >= 0 && upper > at && !isInfinite(upper))
      return { count: count * (1 - at / upper), middle: (at + upper) / 2 }
    return { count: 0, middle: zeroIfInfinite(upper) }
  }
  if (!isUpper && at >= lower) return { count, middle: at }
  return { count: 0, middle: zeroIfInfinite(lower) }
}

function keptOfZero(
  { zeroThreshold, zeroCount }: FloatHistogram,
  at: number,
  isUpper: boolean,
  has: { positive: boolean; negative: boolean },
): Kept {
  const upper = has.negative && !has.positive ? 0 : zeroThreshold
  const lower = has.positive && !has.negative ? 0 : -zeroThreshold
  const whole: Kept = { count: zeroCount, middle: (lower + upper) / 2 }
  const none: Kept = { count: 0, middle: 0 }
  if (at <= lower) return isUpper ? none : whole
  if (at >= upper) return isUpper ? whole : none
  return isUpper
    ? { count: zeroCount * ((at - lower) / (upper - lower)), middle: (lower + at) / 2 }
    : { count: zeroCount * ((upper - at) / (upper - lower)), middle: (at + upper) / 2 }
}

/** Arithmetic for custom buckets, geometric for exponential ones; next to infinity the other end. */
function middleOf(lower: number, upper: number, isPositive: boolean, isLinear: boolean): number {
  if (isInfinite(lower)) {
    if (isInfinite(upper)) return 0
    return upper > 0 ? upper / 2 : upper
  }
  if (isInfinite(upper)) return lower
  if (isLinear) return (lower + upper) / 2
  const geometric = Math.sqrt(Math.abs(lower * upper))
  return isPositive ? geometric : -geometric
}
