import { bucketFraction, bucketQuantile } from '../functions/classic-histogram.ts'
import { labelJoin, labelReplace } from '../functions/label-functions.ts'
import { dateFunctions, mathFunctions } from '../functions/math-functions.ts'
import { type RangeFunction, rangeFunctions, type Window } from '../functions/range-functions.ts'
import { sortSeries } from '../functions/sort.ts'
import { Labels } from '../labels/labels.ts'
import { evalProblem } from '../problem.ts'
import type { Storage } from '../storage/memory-storage.ts'
import {
  type Binary,
  type Call,
  type Expr,
  type MatrixSelector,
  type Subquery,
  setOperators,
  type TimeModifiers,
  type VectorSelector,
  withoutParens,
} from '../syntax/ast.ts'
import { typeOf } from '../syntax/check-types.ts'
import type { SeriesData, StepSeries } from '../value.ts'
import { absentLabels } from './absent.ts'
import { aggregate } from './aggregate.ts'
import { calculate, setOperation, vectorOperation, vectorWithScalar } from './binary.ts'
import { bucketsByStep } from './buckets.ts'
import { type DurationContext, resolveSeconds } from './durations.ts'
import { allowedExtension, type Frame, timesOf } from './frame.ts'
import type { SampleBudget } from './sample-budget.ts'
import { extendedSamples, sampleAt, samplesIn, smoothedAt } from './selection.ts'
import { relabelled, StepBuilder } from './step-builder.ts'

export interface Settings extends DurationContext {
  storage: Storage
  /** Of the whole query: what `@ start()` and `@ end()` mean. */
  startMs: number
  endMs: number
  lookbackMs: number
  defaultStepMs: number
  budget: SampleBudget
}

/** Evaluates expressions at all steps of a frame at once, as promql/engine.go does. Scalars are one series without labels. */
export class Evaluator {
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  evaluate(expr: Expr, frame: Frame): StepSeries[] {
    if (frame.steps <= 0) return []
    this.#settings.budget.spend(frame.steps)
    const result = this.#evaluate(expr, frame)
    this.#settings.budget.spend(result.length * frame.steps)
    return result
  }

  #evaluate(expr: Expr, frame: Frame): StepSeries[] {
    switch (expr.kind) {
      case 'number':
        return [{ labels: Labels.empty, values: new Array<number>(frame.steps).fill(expr.value) }]
      case 'paren':
        return this.#evaluate(expr.expr, frame)
      case 'unary': {
        const series = this.evaluate(expr.expr, frame)
        if (expr.operator === '+') return series
        return relabelled(
          series,
          frame.steps,
          labels => labels.withoutName(),
          value => -value,
        )
      }
      case 'vector-selector':
        return this.#selected(expr, frame)
      case 'aggregate': {
        const parameter = expr.param && expr.param.kind !== 'string' ? this.scalar(expr.param, frame) : []
        return aggregate(expr, this.evaluate(expr.expr, frame), parameter, frame.steps)
      }
      case 'binary':
        return this.#binary(expr, frame)
      case 'call':
        return this.#call(expr, frame)
      default:
        throw evalProblem(`a ${expr.kind} has no value here`)
    }
  }

  scalar(expr: Expr, frame: Frame): (number | undefined)[] {
    return this.evaluate(expr, frame)[0]?.values ?? []
  }

  /** The raw samples of a range at one time: the answer of an instant query for it. */
  rangeAt(expr: MatrixSelector | Subquery, frame: Frame): { labels: Labels; timesMs: number[]; values: number[] }[] {
    return this.#ranges(expr, frame).series.flatMap(({ data, window }) => {
      const shown = window(frame.startMs)
      const { timesMs, values } = shown.extension ? extendedSamples(shown) : shown
      return values.length === 0 ? [] : [{ labels: data.labels, timesMs: [...timesMs], values: [...values] }]
    })
  }

  #offsetMs(modifiers: TimeModifiers): number {
    return modifiers.offset
      ? Math.trunc(resolveSeconds(modifiers.offset, this.#settings, true) * 1000 + signedTiny(modifiers))
      : 0
  }

  /** The time that a selector looks at when it is evaluated at another. */
  #reference(modifiers: TimeModifiers): (timeMs: number) => number {
    const offsetMs = this.#offsetMs(modifiers)
    const { at } = modifiers
    if (!at) return timeMs => timeMs - offsetMs
    const fixed = at.kind === 'time' ? at.timeMs : at.kind === 'start' ? this.#settings.startMs : this.#settings.endMs
    return () => fixed - offsetMs
  }

  #selected(expr: VectorSelector, frame: Frame): StepSeries[] {
    const pick =
      expr.extension === 'smoothed'
        ? smoothedAt
        : (data: SeriesData, timeMs: number, lookbackMs: number) => sampleAt(data, timeMs, lookbackMs)?.value
    return this.#perSample(expr, frame, pick)
  }

  #perSample(
    expr: VectorSelector,
    frame: Frame,
    pick: (data: SeriesData, timeMs: number, lookbackMs: number) => number | undefined,
  ): StepSeries[] {
    const reference = this.#reference(expr)
    const { storage, lookbackMs } = this.#settings
    const found: StepSeries[] = []
    for (const data of storage.select(expr.matchers, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
      const values = timesOf(frame).map(timeMs => pick(data, reference(timeMs), lookbackMs))
      if (values.some(value => value !== undefined)) found.push({ labels: data.labels, values })
    }
    return found
  }

  #ranges(
    expr: MatrixSelector | Subquery,
    frame: Frame,
  ): { series: { data: SeriesData; window: (timeMs: number) => Window }[] } {
    const modifiers = expr.kind === 'subquery' ? expr : expr.vector
    const reference = this.#reference(modifiers)
    const rangeSeconds = resolveSeconds(expr.range, this.#settings, false)
    const rangeMs = Math.trunc(rangeSeconds * 1000 + 1e-6)
    const extension = expr.kind === 'matrix-selector' ? expr.vector.extension : undefined
    const before = extension ? this.#settings.lookbackMs : 0
    const after = extension === 'smoothed' ? this.#settings.lookbackMs : 0
    const all =
      expr.kind === 'subquery'
        ? this.#subquerySeries(expr, frame, reference, rangeMs)
        : this.#settings.storage.select(expr.vector.matchers, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
    const series = all.map(data => ({
      data,
      window: (timeMs: number): Window => {
        const endMs = reference(timeMs)
        const startMs = endMs - rangeMs
        const samples = samplesIn(data, startMs - before, endMs + after)
        this.#settings.budget.spend(samples.values.length + 1)
        return { ...samples, startMs, endMs, rangeSeconds, nowMs: timeMs, ...(extension ? { extension } : {}) }
      },
    }))
    return { series }
  }

  /** The inner expression at every multiple of the step that any window of the frame contains. */
  #subquerySeries(expr: Subquery, frame: Frame, reference: (timeMs: number) => number, rangeMs: number): SeriesData[] {
    const stepMs = expr.step
      ? Math.trunc(resolveSeconds(expr.step, this.#settings, false) * 1000 + 1e-6)
      : this.#settings.defaultStepMs
    if (stepMs <= 0) return []
    const first = reference(frame.startMs) - rangeMs
    let startMs = stepMs * Math.trunc(first / stepMs)
    if (startMs <= first) startMs += stepMs
    const endMs = reference(frame.startMs + (frame.steps - 1) * frame.stepMs)
    const steps = Math.floor((endMs - startMs) / stepMs) + 1
    const inner: Frame = { startMs, stepMs, steps }
    return this.evaluate(expr.expr, inner).map(({ labels, values }) => {
      const timesMs: number[] = []
      const present: number[] = []
      for (const [step, value] of values.entries()) {
        if (value === undefined) continue
        timesMs.push(startMs + step * stepMs)
        present.push(value)
      }
      return { labels, timesMs, values: present }
    })
  }

  #binary(expr: Binary, frame: Frame): StepSeries[] {
    const isScalar = [typeOf(expr.left) === 'scalar', typeOf(expr.right) === 'scalar'] as const
    const left = this.evaluate(expr.left, frame)
    const right = this.evaluate(expr.right, frame)
    if (isScalar[0] && isScalar[1]) {
      const values = (left[0]?.values ?? []).map((value, step) =>
        calculate(expr.operator, value ?? Number.NaN, right[0]?.values[step] ?? Number.NaN),
      )
      return [{ labels: Labels.empty, values }]
    }
    if (isScalar[1]) return vectorWithScalar(expr, left, right[0]?.values ?? [], false, frame.steps)
    if (isScalar[0]) return vectorWithScalar(expr, right, left[0]?.values ?? [], true, frame.steps)
    if (setOperators.has(expr.operator)) return setOperation(expr, left, right, frame.steps)
    return vectorOperation(expr, left, right, frame.steps)
  }

  #call(expr: Call, frame: Frame): StepSeries[] {
    const range = rangeFunctions[expr.name]
    if (range) return this.#rangeCall(expr, range, frame)
    const [first, second, third] = expr.args
    const { steps } = frame
    const seconds = () => timesOf(frame).map(timeMs => timeMs / 1000)
    const nameless = (labels: Labels) => labels.withoutName()
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
    if (math) {
      const parameters = expr.args.slice(1).map(arg => this.scalar(arg, frame))
      const series = this.evaluate(first, frame)
      // Bounds that contradict each other leave nothing.
      const isEmpty = (low: number, high: number) => expr.name === 'clamp' && high < low
      return relabelled(series, steps, nameless, (value, step) => {
        const given = parameters.map(each => each[step] ?? Number.NaN)
        return isEmpty(given[0] ?? 0, given[1] ?? 0) ? undefined : math(value, given)
      })
    }
    switch (expr.name) {
      case 'vector':
        return this.evaluate(first, frame)
      case 'scalar':
        return [{ labels: Labels.empty, values: this.#onlyValues(this.evaluate(first, frame), steps) }]
      case 'timestamp':
        return this.#timestamp(first, frame)
      case 'sort':
      case 'sort_desc':
        return sortSeries(this.evaluate(first, frame), steps, expr.name === 'sort_desc')
      case 'absent': {
        const present = this.evaluate(first, frame)
        return this.#absent(
          first,
          timesOf(frame).map((_, step) => present.some(each => each.values[step] !== undefined)),
        )
      }
      case 'label_replace':
        return labelReplace(this.evaluate(first, frame), expr.args, steps)
      case 'label_join':
        return labelJoin(this.evaluate(first, frame), expr.args, steps)
      case 'histogram_quantile': {
        if (!second) break
        const q = this.scalar(first, frame)
        return bucketsByStep(this.evaluate(second, frame), steps, (buckets, step) =>
          bucketQuantile(q[step] ?? Number.NaN, buckets),
        )
      }
      case 'histogram_fraction': {
        if (!second || !third) break
        const [lower, upper] = [this.scalar(first, frame), this.scalar(second, frame)]
        return bucketsByStep(this.evaluate(third, frame), steps, (buckets, step) =>
          bucketFraction(lower[step] ?? Number.NaN, upper[step] ?? Number.NaN, buckets),
        )
      }
      // Of native histograms, which a float is not: nothing comes out.
      case 'histogram_avg':
      case 'histogram_count':
      case 'histogram_sum':
      case 'histogram_stddev':
      case 'histogram_stdvar':
        this.evaluate(first, frame)
        return []
    }
    throw evalProblem(`function ${expr.name} cannot be evaluated`)
  }

  #rangeCall(expr: Call, apply: RangeFunction, frame: Frame): StepSeries[] {
    const index = expr.args.findIndex(arg => typeOf(arg) === 'matrix')
    const arg = withoutParens(expr.args[index] ?? expr)
    if (arg.kind !== 'matrix-selector' && arg.kind !== 'subquery')
      throw evalProblem(`function ${expr.name} needs a range`)
    const ranges = this.#ranges(arg, frame)
    const parameters = expr.args.filter((_, each) => each !== index).map(each => this.scalar(each, frame))
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
    for (const { data, window } of ranges.series) {
      const labels = keepsName ? data.labels : data.labels.withoutName()
      for (const [step, timeMs] of times.entries()) {
        const samples = window(timeMs)
        if (samples.values.length === 0) continue
        found[step] = true
        if (isAbsent) continue
        const value = apply(
          samples,
          parameters.map(each => each[step] ?? Number.NaN),
        )
        if (value !== undefined) builder.add(step, labels, value)
      }
    }
    return isAbsent ? this.#absent(arg, found) : builder.result()
  }

  #absent(arg: Expr, found: readonly boolean[]): StepSeries[] {
    if (found.every(Boolean)) return []
    return [{ labels: absentLabels(arg), values: found.map(each => (each ? undefined : 1)) }]
  }

  #onlyValues(series: readonly StepSeries[], steps: number): number[] {
    return Array.from({ length: steps }, (_, step) => {
      const values = series.flatMap(each => each.values[step] ?? [])
      return values.length === 1 ? (values[0] ?? Number.NaN) : Number.NaN
    })
  }

  #timestamp(arg: Expr, frame: Frame): StepSeries[] {
    const inner = withoutParens(arg)
    const nameless = (labels: Labels) => labels.withoutName()
    if (inner.kind === 'vector-selector') {
      const series = this.#perSample(
        inner,
        frame,
        (data, timeMs, lookbackMs) => sampleAt(data, timeMs, lookbackMs)?.timeMs,
      )
      return relabelled(series, frame.steps, nameless, timeMs => timeMs / 1000)
    }
    const times = timesOf(frame)
    return relabelled(this.evaluate(arg, frame), frame.steps, nameless, (_, step) => (times[step] ?? 0) / 1000)
  }
}

/** Half a nanosecond towards the sign, so that 0.1 s is 100 ms and not 99. */
function signedTiny(modifiers: TimeModifiers): number {
  return modifiers.offset?.kind === 'number' && modifiers.offset.value < 0 ? -1e-6 : 1e-6
}
