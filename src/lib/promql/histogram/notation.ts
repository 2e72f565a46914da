import {
  type Buckets,
  type CounterResetHint,
  customSchema,
  type FloatHistogram,
  floatHistogram,
  hasCustomBuckets,
  noBuckets,
} from './float-histogram.ts'

const decimal = '(?:\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?|\\.\\d+(?:[eE][+-]?\\d+)?|[iI]nf|[nN]a[nN])'
const signed = `[+-]?${decimal}`
const list = `\\[\\s*${signed}(?:\\s+${signed})*\\s*\\]`
const item = new RegExp(
  `^\\s*(?:(sum|count|z_bucket|z_bucket_w):(${signed})|(schema|offset|n_offset):(-?\\d+)|` +
    `(buckets|n_buckets|custom_values):(${list})|counter_reset_hint:(unknown|reset|not_reset|gauge))(?=\\s|$)`,
)

/** A number of promtool's notation. */
export function notatedNumber(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1
  const word = text.replace(/^[+-]/, '').toLowerCase()
  if (word === 'inf') return sign * Number.POSITIVE_INFINITY
  return word === 'nan' ? Number.NaN : sign * Number(word)
}

const bucketsFrom = (offset: number, counts: readonly number[]): Buckets =>
  counts.length === 0 ? noBuckets : { indexes: counts.map((_, index) => offset + index), counts }

/**
 * A histogram in promtool's notation, without its double braces:
 * `schema:1 sum:10 count:8 z_bucket:1 z_bucket_w:0.01 buckets:[2 3] offset:1 n_buckets:[2] n_offset:0
 * counter_reset_hint:gauge custom_values:[5 10]`.
 *
 * @returns the histogram, or what is wrong with it
 */
export function readHistogram(text: string): FloatHistogram | { problem: string } {
  const numbers = new Map<string, number>()
  const lists = new Map<string, number[]>()
  let hint: CounterResetHint = 'unknown'
  for (let rest = text; rest.trim() !== ''; ) {
    const match = rest.match(item)
    if (!match) return { problem: `not a part of a histogram: ${rest.trim()}` }
    const [whole, number, numberText, integer, integerText, listName, listText, hintText] = match
    if (number && numberText) numbers.set(number, notatedNumber(numberText))
    if (integer && integerText) numbers.set(integer, Number(integerText))
    if (listName && listText) lists.set(listName, listText.slice(1, -1).trim().split(/\s+/).map(notatedNumber))
    if (hintText) hint = hintText as CounterResetHint
    rest = rest.slice(whole.length)
  }
  const histogram = floatHistogram({
    hint,
    schema: numbers.get('schema') ?? 0,
    zeroThreshold: numbers.get('z_bucket_w') ?? 0,
    zeroCount: numbers.get('z_bucket') ?? 0,
    count: numbers.get('count') ?? 0,
    sum: numbers.get('sum') ?? 0,
    positive: bucketsFrom(numbers.get('offset') ?? 0, lists.get('buckets') ?? []),
    negative: bucketsFrom(numbers.get('n_offset') ?? 0, lists.get('n_buckets') ?? []),
    customValues: lists.get('custom_values') ?? [],
  })
  const problem = histogramProblem(histogram)
  return problem === undefined ? histogram : { problem }
}

const farthestIndex = 2 ** 20

/** Why a histogram cannot be stored (FloatHistogram.Validate), or undefined. */
export function histogramProblem(histogram: FloatHistogram): string | undefined {
  const { schema, positive, negative, customValues, zeroThreshold, zeroCount, count } = histogram
  if (schema !== customSchema && (schema < -4 || schema > 8)) return `a histogram has no schema ${schema}`
  if (count < 0 || zeroCount < 0) return 'the count of a histogram is below zero'
  if ([...positive.counts, ...negative.counts].some(each => each < 0)) return 'a bucket of a histogram is below zero'
  if (!(zeroThreshold >= 0)) return 'the width of the zero bucket is below zero or no number'
  const indexes = [...positive.indexes, ...negative.indexes]
  if (indexes.some(index => Math.abs(index) > farthestIndex)) return 'the offset of a bucket is out of reach'
  if (!hasCustomBuckets(histogram)) return customValues.length > 0 ? 'custom_values need the schema -53' : undefined
  if (zeroCount !== 0 || zeroThreshold !== 0) return 'a histogram with custom buckets has no zero bucket'
  if (negative.indexes.length > 0) return 'a histogram with custom buckets has no negative buckets'
  const rises = customValues.every((bound, index) => index === 0 || bound > (customValues[index - 1] ?? 0))
  if (!rises || customValues.some(bound => Number.isNaN(bound) || bound === Number.POSITIVE_INFINITY))
    return 'the bounds of custom buckets have to rise and to be finite'
  const isOutside = positive.indexes.some(index => index < 0 || index > customValues.length)
  return isOutside ? 'there are more custom buckets than bounds' : undefined
}
