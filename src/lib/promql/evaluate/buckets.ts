import { type Bucket, bucketFraction, bucketQuantile } from '../functions/classic-histogram.ts'
import type { FloatHistogram } from '../histogram/float-histogram.ts'
import { histogramFraction, histogramQuantile, type Statistic } from '../histogram/statistics.ts'
import { type Labels, metadataLabels } from '../labels/labels.ts'
import { goQuote } from '../labels/quote.ts'
import type { Span } from '../problem.ts'
import { numberValue } from '../syntax/number-token.ts'
import { isHistogram, type StepSeries } from '../value.ts'
import { type Annotations, checkQuantile, ForcedMonotonicity } from './annotations.ts'
import type { Frame } from './frame.ts'
import { StepBuilder } from './step-builder.ts'

const boundLabel = new Set(['le'])
const dropped = new Set([...metadataLabels, 'le'])

/** The upper bound that an `le` label names (strconv.ParseFloat), or undefined. */
function boundOf(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1
  const word = text.replace(/^[+-]/, '').toLowerCase()
  if (word === 'inf' || word === 'infinity') return sign * Number.POSITIVE_INFINITY
  const value = numberValue(/^\d[\d.e+-]*$|^\.\d/.test(word) ? word.replace(/^0+(?=\d)/, '') : 'no')
  return value === undefined ? undefined : sign * value
}

/** A group of classic buckets, or one native histogram. */
type Distribution = { buckets: readonly Bucket[] } | { histogram: FloatHistogram }

const notes: Readonly<Record<NonNullable<Statistic['note']>, string>> = {
  'nan-result': 'input to histogram_quantile has NaN observations, result is NaN',
  'nan-skew': 'input to histogram_quantile has NaN observations, result is skewed higher',
  'nan-excluded': 'input to histogram_fraction has NaN observations, which are excluded from all fractions',
}

/** Reduces the histograms of each step, classic and native, to one value each (EvalNodeHelper.resetHistograms). */
function byStep(
  series: readonly StepSeries[],
  { steps }: Frame,
  span: Span,
  annotations: Annotations,
  reduce: (distribution: Distribution, step: number) => number,
  endStep: () => void = () => undefined,
): StepSeries[] {
  const classified = series.map(each => {
    const text = each.labels.get('le')
    const bound = boundOf(text)
    const group = each.labels.without(boundLabel).key
    return { ...each, text, bound: Number.isNaN(bound) ? undefined : bound, group, rest: each.labels.without(dropped) }
  })
  const builder = new StepBuilder(steps)
  for (let step = 0; step < steps; step++) {
    const groups = new Map<string, { labels: Labels; buckets: Bucket[] }>()
    const natives: { labels: Labels; histogram: FloatHistogram }[] = []
    for (const { labels, values, text, bound, group, rest } of classified) {
      const value = values[step]
      if (value === undefined) continue
      if (isHistogram(value)) natives.push({ labels, histogram: value })
      else if (bound === undefined)
        annotations.warn(`bucket label "le" is missing or has a malformed value of ${goQuote(text)}`, span)
      else {
        const known = groups.get(group) ?? { labels: rest, buckets: [] }
        known.buckets.push({ upperBound: bound, count: value })
        groups.set(group, known)
      }
    }
    for (const { labels, histogram } of natives)
      if (groups.delete(labels.key)) annotations.warn('vector contains a mix of classic and native histograms', span)
      else builder.add(step, labels.withoutName(), reduce({ histogram }, step))
    for (const { labels, buckets } of groups.values()) builder.add(step, labels, reduce({ buckets }, step))
    endStep()
  }
  return builder.result()
}

function noted({ value, note }: Statistic, span: Span, annotations: Annotations): number {
  if (note) annotations.info(notes[note], span)
  return value
}

/** histogram_quantile; the spans are those of its two arguments. */
export function histogramQuantiles(
  quantiles: readonly number[],
  series: readonly StepSeries[],
  frame: Frame,
  spans: readonly [q: Span, histograms: Span],
  annotations: Annotations,
): StepSeries[] {
  const [qSpan, span] = spans
  for (const q of quantiles) checkQuantile(annotations, q, qSpan)
  const forcing = new ForcedMonotonicity(span)
  const reduce = (distribution: Distribution, step: number): number => {
    const q = quantiles[step] ?? Number.NaN
    if ('histogram' in distribution) return noted(histogramQuantile(q, distribution.histogram), span, annotations)
    const { value, forced } = bucketQuantile(q, distribution.buckets)
    if (forced) forcing.add(forced, frame.startMs + step * frame.stepMs)
    return value
  }
  const result = byStep(series, frame, span, annotations, reduce, () => forcing.endStep())
  forcing.report(annotations)
  return result
}

/** histogram_fraction. */
export function histogramFractions(
  lower: readonly number[],
  upper: readonly number[],
  series: readonly StepSeries[],
  frame: Frame,
  span: Span,
  annotations: Annotations,
): StepSeries[] {
  return byStep(series, frame, span, annotations, (distribution, step) => {
    const [from, to] = [lower[step] ?? Number.NaN, upper[step] ?? Number.NaN]
    return 'histogram' in distribution
      ? noted(histogramFraction(from, to, distribution.histogram), span, annotations)
      : bucketFraction(from, to, distribution.buckets)
  })
}
