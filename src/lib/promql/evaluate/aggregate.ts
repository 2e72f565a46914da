import { type Labels, metadataLabels } from '../labels/labels.ts'
import { goQuote } from '../labels/quote.ts'
import { evalProblem } from '../problem.ts'
import type { Aggregate } from '../syntax/ast.ts'
import type { StepSeries, VectorSample } from '../value.ts'
import { compensatedMean, compensatedSum, quantile } from './compensated.ts'
import { formatFixed, formatShort } from './number-text.ts'
import { StepBuilder } from './step-builder.ts'

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

const reductions: Readonly<Record<string, (values: readonly number[], parameter: number) => number>> = {
  sum: compensatedSum,
  avg: compensatedMean,
  count: values => values.length,
  group: () => 1,
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
    else groups.set(labels.key, { labels, series: [series] })
  }
  const counts = isRanking ? countsOf(parameters) : []
  const reduce = reductions[expr.operator]
  for (let step = 0; step < steps; step++)
    for (const { labels, series } of groups.values()) {
      const samples = series.flatMap((each): VectorSample[] => {
        const value = each.values[step]
        return value === undefined ? [] : [{ labels: each.labels, value }]
      })
      if (samples.length === 0) continue
      if (isRanking)
        for (const sample of ranked(samples, expr.operator === 'topk').slice(0, Math.max(0, counts[step] ?? 0)))
          builder.add(step, sample.labels, sample.value)
      else if (reduce) {
        const values = samples.map(sample => sample.value)
        builder.add(step, labels, reduce(values, parameters[step] ?? Number.NaN))
      }
    }
  return builder.result()
}

function ranked(samples: readonly VectorSample[], descending: boolean): VectorSample[] {
  return [...samples].sort((a, b) => {
    if (Number.isNaN(a.value) || Number.isNaN(b.value))
      return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value))
    return descending ? b.value - a.value || 0 : a.value - b.value || 0
  })
}

/** How many to keep at each step; every step is checked before any is evaluated (rangeEvalAgg). */
function countsOf(parameters: readonly (number | undefined)[]): number[] {
  const numbers = parameters.map(each => each ?? Number.NaN)
  if (numbers.some(Number.isNaN)) throw evalProblem('Parameter value is NaN')
  const least = Math.min(...minMax(numbers))
  const most = Math.max(...minMax(numbers))
  if (most < 1) return numbers.map(() => 0)
  if (least <= -(2 ** 63)) throw evalProblem(`Scalar value ${formatShort(least)} underflows int64`)
  if (most >= 2 ** 63) throw evalProblem(`Scalar value ${formatShort(most)} overflows int64`)
  return numbers.map(Math.trunc)
}

function minMax(numbers: readonly number[]): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const each of numbers) {
    least = Math.min(least, each)
    most = Math.max(most, each)
  }
  return [least, most]
}

function countValues(expr: Aggregate, input: readonly StepSeries[], steps: number): StepSeries[] {
  const label = expr.param?.kind === 'string' ? expr.param.value : ''
  if (label === '') throw evalProblem(`invalid label name ${goQuote(label)}`)
  const labelsOf = groupLabelsOf(expr, label)
  const builder = new StepBuilder(steps)
  for (let step = 0; step < steps; step++) {
    const counts = new Map<string, { labels: Labels; count: number }>()
    for (const series of input) {
      const value = series.values[step]
      if (value === undefined) continue
      const labels = labelsOf(series.labels.with(label, formatFixed(value)))
      const known = counts.get(labels.key)
      if (known) known.count++
      else counts.set(labels.key, { labels, count: 1 })
    }
    for (const { labels, count } of counts.values()) builder.add(step, labels, count)
  }
  return builder.result()
}
