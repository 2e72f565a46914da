import { labelJoin, labelReplace } from '../functions/label-functions.ts'
import { dateFunctions, mathFunctions } from '../functions/math-functions.ts'
import { rangeFunctions } from '../functions/range-functions.ts'
import { sortSeries } from '../functions/sort.ts'
import type { RangeFunction } from '../functions/window.ts'
import type { FloatHistogram } from '../histogram/float-histogram.ts'
import { histogramVariance } from '../histogram/statistics.ts'
import { Labels, metricName } from '../labels/labels.ts'
import { goQuote } from '../labels/quote.ts'
import { evalProblem } from '../problem.ts'
import { type Call, type Expr, withoutParens } from '../syntax/ast.ts'
import { typeOf } from '../syntax/check-types.ts'
import { isHistogram, type StepSeries } from '../value.ts'
import { absentLabels } from './absent.ts'
import type { Notes } from './annotations.ts'
import { histogramFractions, histogramQuantiles } from './buckets.ts'
import type { Evaluator } from './evaluator.ts'
import { allowedExtension, type Frame, timesOf } from './frame.ts'
import { sampleAt } from './selection.ts'
import { relabelled, StepBuilder } from './step-builder.ts'

const ofHistogram: Readonly<Record<string, (histogram: FloatHistogram) => number>> = {
  histogram_avg: ({ sum, count }) => sum / count,
  histogram_count: ({ count }) => count,
  histogram_sum: ({ sum }) => sum,
  histogram_stddev: histogram => Math.sqrt(histogramVariance(histogram)),
  histogram_stdvar: histogramVariance,
}

const nameless = (labels: Labels) => labels.withoutName()
const spanOf = (expr: Expr | undefined, otherwise: Expr) => withoutParens(expr ?? otherwise).span

/** A function at all steps of a frame. */
export function evaluateCall(evaluator: Evaluator, expr: Call, frame: Frame): StepSeries[] {
  const range = rangeFunctions[expr.name]
  if (range) return rangeCall(evaluator, expr, range, frame)
  const [first, second, third] = expr.args
  const { steps } = frame
  const seconds = () => timesOf(frame).map(timeMs => timeMs / 1000)
  const { annotations } = evaluator
  switch (expr.name) {
    case 'time':
      return [{ labels: Labels.empty, values: seconds() }]
    case 'pi':
      return [{ labels: Labels.empty, values: new Array<number>(steps).fill(Math.PI) }]
  }
  const math = mathFunctions[expr.name]
  if (!first) {
    if (!math || !dateFunctions.has(expr.name)) throw evalProblem(`function ${expr.name} needs an argument`)
    return [{ labels: Labels.empty, values: seconds().map(value => math(value, [])) }]
  }
  if (math) return mathCall(evaluator, expr, first, frame)
  const histogram = ofHistogram[expr.name]
  if (histogram)
    return relabelled(evaluator.evaluate(first, frame), steps, nameless, value =>
      isHistogram(value) ? histogram(value) : undefined,
    )
  switch (expr.name) {
    case 'vector':
      return evaluator.evaluate(first, frame)
    case 'scalar':
      return [{ labels: Labels.empty, values: onlyValues(evaluator.evaluate(first, frame), steps) }]
    case 'timestamp':
      return timestamp(evaluator, first, frame)
    case 'sort':
    case 'sort_desc': {
      const series = evaluator.evaluate(first, frame)
      const text = 'sort is ineffective for range queries since results are always ordered by labels'
      if (frame.isRange) annotations.warn(text, expr.span)
      return sortSeries(series, steps, expr.name === 'sort_desc')
    }
    case 'absent': {
      const present = evaluator.evaluate(first, frame)
      const isThere = timesOf(frame).map((_, step) => present.some(each => each.values[step] !== undefined))
      return absent(withoutParens(first), isThere)
    }
    case 'label_replace':
      return labelReplace(evaluator.evaluate(first, frame), expr.args, steps)
    case 'label_join':
      return labelJoin(evaluator.evaluate(first, frame), expr.args, steps)
    case 'histogram_quantile': {
      if (!second) break
      const q = evaluator.scalar(first, frame)
      const spans = [spanOf(first, expr), spanOf(second, expr)] as const
      return histogramQuantiles(q, evaluator.evaluate(second, frame), frame, spans, annotations)
    }
    case 'histogram_fraction': {
      if (!second || !third) break
      const [lower, upper] = [evaluator.scalar(first, frame), evaluator.scalar(second, frame)]
      const series = evaluator.evaluate(third, frame)
      return histogramFractions(lower, upper, series, frame, spanOf(third, expr), annotations)
    }
  }
  throw evalProblem(`function ${expr.name} cannot be evaluated`)
}

/** Functions of floats, which leave histograms out. */
function mathCall(evaluator: Evaluator, expr: Call, first: Expr, frame: Frame): StepSeries[] {
  const math = mathFunctions[expr.name]
  if (!math) throw evalProblem(`function ${expr.name} cannot be evaluated`)
  const series = evaluator.evaluate(first, frame)
  const parameters = expr.args.slice(1).map(arg => evaluator.scalar(arg, frame))
  // Bounds that contradict each other leave nothing.
  const isEmpty = (low: number, high: number) => expr.name === 'clamp' && high < low
  return relabelled(series, frame.steps, nameless, (value, step) => {
    if (isHistogram(value)) return undefined
    const given = parameters.map(each => each[step] ?? Number.NaN)
    return isEmpty(given[0] ?? 0, given[1] ?? 0) ? undefined : math(value, given)
  })
}

const counterName = /_(?:total|sum|count|bucket)$/

function rangeCall(evaluator: Evaluator, expr: Call, apply: RangeFunction, frame: Frame): StepSeries[] {
  const index = expr.args.findIndex(arg => typeOf(arg) === 'matrix')
  const arg = withoutParens(expr.args[index] ?? expr)
  if (arg.kind !== 'matrix-selector' && arg.kind !== 'subquery')
    throw evalProblem(`function ${expr.name} needs a range`)
  const ranges = evaluator.ranges(arg, frame)
  const parameters = expr.args.filter((_, each) => each !== index).map(each => evaluator.scalar(each, frame))
  const extension = arg.kind === 'matrix-selector' ? arg.vector.extension : undefined
  if (extension && !allowedExtension[extension].includes(expr.name)) {
    const allowed = allowedExtension[extension].join(', ')
    throw evalProblem(`${extension} modifier can only be used with: ${allowed} - not with ${expr.name}`)
  }
  const times = timesOf(frame)
  const keepsName = expr.name === 'last_over_time' || expr.name === 'first_over_time'
  const isAbsent = expr.name === 'absent_over_time'
  const found = times.map(() => false)
  const builder = new StepBuilder(frame.steps)
  // Upstream puts a selector without a position in the place of a subquery.
  const span = index === 0 && arg.kind === 'subquery' ? { start: 0, end: 0 } : spanOf(expr.args[0], expr)
  for (const { data, window } of ranges) {
    const labels = keepsName ? data.labels : data.labels.withoutName()
    const metric = data.labels.get(metricName)
    const notes: Notes = { annotations: evaluator.annotations, span, metric }
    let hasFloat = false
    for (const [step, timeMs] of times.entries()) {
      const samples = window(timeMs)
      if (samples.values.length === 0 && samples.histograms.length === 0) continue
      found[step] = true
      if (isAbsent) continue
      const given = parameters.map(each => each[step] ?? Number.NaN)
      const value = apply(samples, given, notes)
      if (value === undefined) continue
      hasFloat ||= !isHistogram(value)
      builder.add(step, labels, value)
    }
    const isRate = expr.name === 'rate' || expr.name === 'increase'
    if (isRate && hasFloat && metric !== '' && !counterName.test(metric)) noteNoCounter(notes)
  }
  return isAbsent ? absent(arg, found) : builder.result()
}

function noteNoCounter({ annotations, span, metric }: Notes): void {
  const text = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket'
  annotations.info(`${text}: ${goQuote(metric)}`, span)
}

function absent(arg: Expr, found: readonly boolean[]): StepSeries[] {
  if (found.every(Boolean)) return []
  return [{ labels: absentLabels(arg), values: found.map(each => (each ? undefined : 1)) }]
}

/** The one float of each step, or NaN. */
function onlyValues(series: readonly StepSeries[], steps: number): number[] {
  return Array.from({ length: steps }, (_, step) => {
    const values = series.map(each => each.values[step]).filter(value => typeof value === 'number')
    return values.length === 1 ? (values[0] ?? Number.NaN) : Number.NaN
  })
}

function timestamp(evaluator: Evaluator, arg: Expr, frame: Frame): StepSeries[] {
  const inner = withoutParens(arg)
  if (inner.kind === 'vector-selector') {
    const found = evaluator.perSample(inner, frame, (data, timeMs, lookbackMs) => {
      const sampleMs = sampleAt(data, timeMs, lookbackMs)?.timeMs
      // With @ the server looks at that time and forgets the offset, but has only read what the offset left.
      const atMs = inner.at && evaluator.fixedTimeMs(inner.at)
      if (atMs === undefined) return sampleMs
      const seenMs = sampleAt(data, Math.min(atMs, timeMs), lookbackMs)?.timeMs
      return seenMs !== undefined && seenMs > atMs - lookbackMs ? seenMs : undefined
    })
    return relabelled(found, frame.steps, nameless, timeMs => Number(timeMs) / 1000)
  }
  const times = timesOf(frame)
  const series = evaluator.evaluate(arg, frame)
  return relabelled(series, frame.steps, nameless, (_, step) => (times[step] ?? 0) / 1000)
}
