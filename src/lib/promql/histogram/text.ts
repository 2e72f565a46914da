import { formatShort } from '../evaluate/number-text.ts'
import { evalProblem } from '../problem.ts'
import { type Bucket, negativeBuckets, positiveBuckets } from './bucket.ts'
import { type FloatHistogram, hasCustomBuckets } from './float-histogram.ts'

/** As count_values and the server's text show a histogram: `{count:4, sum:5, (1,2]:3}`. */
export function histogramText(histogram: FloatHistogram): string {
  const isCustom = hasCustomBuckets(histogram)
  // Division by NaN can leave one; upstream gives up on it.
  if (isCustom && histogram.zeroCount !== 0) throw evalProblem('histograms with custom buckets have no zero bucket')
  const shown = ({ lower, upper, count, index }: Bucket) => {
    const opening = (isCustom ? index === 0 : lower < 0) ? '[' : '('
    const closing = isCustom || upper > 0 ? ']' : ')'
    return `${opening}${formatShort(lower)},${formatShort(upper)}${closing}:${formatShort(count)}`
  }
  const { zeroCount, zeroThreshold } = histogram
  const zero = `[${formatShort(-zeroThreshold)},${formatShort(zeroThreshold)}]:${formatShort(zeroCount)}`
  const isThere = (bucket: Bucket) => bucket.count !== 0
  const parts = [
    `count:${formatShort(histogram.count)}`,
    `sum:${formatShort(histogram.sum)}`,
    ...negativeBuckets(histogram).filter(isThere).reverse().map(shown),
    ...(zeroCount === 0 ? [] : [zero]),
    ...positiveBuckets(histogram).filter(isThere).map(shown),
  ]
  return `{${parts.join(', ')}}`
}
