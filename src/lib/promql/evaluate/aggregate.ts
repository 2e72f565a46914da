import { compacted, type FloatHistogram } from '../histogram/float-histogram.ts'
import { histogramText } from '../histogram/text.ts'
import { type Labels, metadataLabels, metricName } from '../labels/labels.ts'
import { goQuote } from '../labels/quote.ts'
import { evalProblem } from '../problem.ts'
import { type Aggregate, withoutParens } from '../syntax/ast.ts'
import { isHistogram, type SampleValue, type StepSeries } from '../value.ts'
import {
  type Annotations,
  checkQuantile,
  type Notes,
  noteBoundsReconciled,
  warnHintsCollide,
  warnMixedBuckets,
} from './annotations.ts'
import { compensatedMean, compensatedSum, quantile } from './compensated.ts'
import { histogramMean, histogramSum } from './compensated-histograms.ts'
import { formatFixed, formatShort } from './number-text.ts'
import { ranked } from './ranking.ts'
import { StepBuilder } from './step-builder.ts'

/** One sample of a group, with the labels of its series. */
interface Member {
  labels: Labels
  value: SampleValue
}

function groupLabelsOf({ grouping, without }: Aggregate, extra?: string): (labels: Labels) => Labels {
  const names = new Set(
    without ? [...metadataLabels, ...grouping] : extra === undefined ? grouping : [...grouping, extra],
  )
  return labels => (without ? labels.without(names) : labels.only(names))
}

/** Plain Welford: the aggregations, unlike the range functions, are not compensated. */
function variance(values: readonly number[]): number {
  let mean = 0
  let squares = 0
  for (const [index, value] of values.entries()) {
    const delta = value - mean
    mean += delta / (index + 1)
    squares += delta * (value - mean)
  }
  return squares / values.length
}

const best = (values: readonly number[], isBetter: (a: number, b: number) => boolean) =>
  values.reduce((found, value) => (isBetter(value, found) || Number.isNaN(found) ? value : found))

/** Of floats only. */
const reductions: Readonly<Record<string, (values: readonly number[], parameter: number) => number>> = {
  min: values => best(values, (a, b) => a < b),
  max: values => best(values, (a, b) => a > b),
  stddev: values => Math.sqrt(variance(values)),
  stdvar: variance,
  quantile: (values, q) => quantile(q, values),
}

export function aggregate(
  expr: Aggregate,
  input: readonly StepSeries[],
  parameters: readonly (number | undefined)[],
  steps: number,
  annotations: Annotations,
): StepSeries[] {
  if (expr.operator === 'count_values') return countValues(expr, input, steps)
  const isRanking = expr.operator === 'topk' || expr.operator === 'bottomk'
  const builder = new StepBuilder(steps)
  const labelsOf = groupLabelsOf(expr)
  const groups = new Map<string, { labels: Labels; series: StepSeries[] }>()
  for (const series of input) {
    const labels = labelsOf(series.labels)
    const group = groups.get(labels.key)
    if (group) group.series.push(series)
    else {
      groups.set(labels.key, { labels, series: [series] })
      if (!isRanking) builder.reserve(labels)
    }
  }
  const counts = isRanking ? countsOf(parameters) : []
  if (expr.operator === 'quantile' && expr.param) checkQuantiles(annotations, parameters, expr)
  const { span } = withoutParens(expr.expr)
  const ignore = () =>
    annotations.info(`ignored histogram in ${expr.operator} aggregation`, isRanking ? expr.span : span)
  for (let step = 0; step < steps; step++)
    for (const { labels, series } of groups.values()) {
      const members = series.flatMap((each): Member[] => {
        const value = each.values[step]
        return value === undefined ? [] : [{ labels: each.labels, value }]
      })
      if (members.length === 0) continue
      if (isRanking) {
        const most = Math.max(0, counts[step] ?? 0)
        if (most === 0) continue
        for (const sample of ranked(floatsOf(members, ignore), most, expr.operator === 'topk'))
          builder.add(step, sample.labels, sample.value)
        continue
      }
      const value = reduced(expr, members, parameters[step] ?? Number.NaN, { annotations, span, metric: '' }, ignore)
      if (value !== undefined) builder.add(step, labels, value)
    }
  return builder.result()
}

function floatsOf(members: readonly Member[], ignore: () => void): { labels: Labels; value: number }[] {
  const floats: { labels: Labels; value: number }[] = []
  for (const { labels, value } of members) {
    if (isHistogram(value)) ignore()
    else floats.push({ labels, value })
  }
  return floats
}

function reduced(
  { operator }: Aggregate,
  members: readonly Member[],
  parameter: number,
  notes: Notes,
  ignore: () => void,
): SampleValue | undefined {
  switch (operator) {
    case 'count':
      return members.length
    case 'group':
      return 1
    case 'sum':
    case 'avg':
      return summed(members, operator === 'avg', notes)
  }
  const floats = floatsOf(members, ignore).map(({ value }) => value)
  return floats.length === 0 ? undefined : reductions[operator]?.(floats, parameter)
}

/** Sum or mean; of floats and histograms together there is none. */
function summed(members: readonly Member[], isMean: boolean, notes: Notes): SampleValue | undefined {
  const floats: number[] = []
  const histograms: FloatHistogram[] = []
  for (const { value } of members) {
    if (isHistogram(value)) histograms.push(value)
    else floats.push(value)
  }
  if (histograms.length === 0) return isMean ? compensatedMean(floats) : compensatedSum(floats)
  // A group that begins with a float never looks at its histograms.
  const isLookedAt = isHistogram(members[0]?.value)
  const sum = isLookedAt ? (isMean ? histogramMean(histograms) : histogramSum(histograms)) : undefined
  const failed = sum?.failedAt === undefined ? undefined : histograms[sum.failedAt]
  const failedAt = members.findIndex(({ value }) => value === failed)
  if (failed) warnMixedBuckets({ ...notes, metric: members[failedAt]?.labels.get(metricName) ?? '' })
  if (sum?.boundsReconciled) noteBoundsReconciled(notes, 'aggregation')
  const floatAt = members.findIndex(({ value }) => !isHistogram(value))
  // After the first mismatch nothing more is read, so a float behind it is not seen.
  if (floatAt >= 0 && (failedAt < 0 || floatAt < failedAt)) {
    notes.annotations.warn('encountered a mix of histograms and floats for aggregation', notes.span)
    return undefined
  }
  if (!sum?.histogram) return undefined
  if (sum.hintsCollide) warnHintsCollide(notes, 'aggregation')
  return compacted(sum.histogram)
}

function checkQuantiles(annotations: Annotations, parameters: readonly (number | undefined)[], expr: Aggregate): void {
  const span = expr.param ? withoutParens(expr.param).span : expr.span
  const numbers = parameters.map(each => each ?? Number.NaN)
  const hasNaN = numbers.some(Number.isNaN)
  const [least, most] = minMax(numbers)
  // Where one is NaN, Go's minimum and maximum are too, but for infinities.
  const counts = (extreme: number) => !hasNaN || !Number.isFinite(extreme)
  if (hasNaN) checkQuantile(annotations, Number.NaN, span)
  if (most > 1 && counts(most)) checkQuantile(annotations, most, span)
  if (least < 0 && counts(least)) checkQuantile(annotations, least, span)
}

/** How many to keep at each step; every step is checked before any is evaluated (rangeEvalAgg). */
function countsOf(parameters: readonly (number | undefined)[]): number[] {
  const numbers = parameters.map(each => each ?? Number.NaN)
  if (numbers.some(Number.isNaN)) throw evalProblem('Parameter value is NaN')
  const [least, most] = minMax(numbers)
  if (most < 1) return numbers.map(() => 0)
  if (least <= -(2 ** 63)) throw evalProblem(`Scalar value ${formatShort(least)} underflows int64`)
  if (most >= 2 ** 63) throw evalProblem(`Scalar value ${formatShort(most)} overflows int64`)
  return numbers.map(Math.trunc)
}

/** Without NaN; infinities that do no harm when there is no number. */
function minMax(numbers: readonly number[]): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const each of numbers) {
    if (each < least) least = each
    if (each > most) most = each
  }
  return [least, most]
}

function countValues(expr: Aggregate, input: readonly StepSeries[], steps: number): StepSeries[] {
  const param = expr.param && withoutParens(expr.param)
  const label = param?.kind === 'string' ? param.value : ''
  if (label === '') throw evalProblem(`invalid label name ${goQuote(label)}`)
  const labelsOf = groupLabelsOf(expr, label)
  const builder = new StepBuilder(steps)
  for (let step = 0; step < steps; step++) {
    const counts = new Map<string, { labels: Labels; count: number }>()
    for (const series of input) {
      const value = series.values[step]
      if (value === undefined) continue
      const text = isHistogram(value) ? histogramText(value) : formatFixed(value)
      const labels = labelsOf(series.labels.with(label, text))
      const known = counts.get(labels.key)
      if (known) known.count++
      else counts.set(labels.key, { labels, count: 1 })
    }
    for (const { labels, count } of counts.values()) builder.add(step, labels, count)
  }
  return builder.result()
}
