import type { Window } from '../functions/window.ts'
import { multiplied } from '../histogram/float-histogram.ts'
import { Labels, metricName } from '../labels/labels.ts'
import { evalProblem } from '../problem.ts'
import type { Storage } from '../storage/memory-storage.ts'
import {
  type Binary,
  type Expr,
  type MatrixSelector,
  type Subquery,
  setOperators,
  type TimeModifiers,
  type VectorSelector,
} from '../syntax/ast.ts'
import { typeOf } from '../syntax/check-types.ts'
import { isStepInvariant } from '../syntax/step-invariant.ts'
import { isHistogram, type SampleValue, type SeriesData, type StepSeries } from '../value.ts'
import { aggregate } from './aggregate.ts'
import type { Annotations, Notes } from './annotations.ts'
import { setOperation, vectorOperation, vectorWithScalar } from './binary.ts'
import { evaluateCall } from './calls.ts'
import { type DurationContext, resolveSeconds } from './durations.ts'
import { type Frame, timesOf } from './frame.ts'
import { ReadingOrder, statisticsOf } from './histogram-statistics.ts'
import { calculate } from './operate.ts'
import type { SampleBudget } from './sample-budget.ts'
import { extendedSamples, sampleAt, samplesIn } from './selection.ts'
import { smoothedAt } from './smoothed.ts'
import { relabelled } from './step-builder.ts'

export interface Settings extends DurationContext {
  storage: Storage
  /** Of the whole query: what `@ start()` and `@ end()` mean. */
  startMs: number
  endMs: number
  lookbackMs: number
  defaultStepMs: number
  budget: SampleBudget
  annotations: Annotations
  /** Selectors whose histograms are read for their counts and sums only. */
  withoutBuckets: ReadonlySet<VectorSelector>
}

/** A series of a range, and what it shows at a time. */
export interface RangeSeries {
  data: SeriesData
  window: (timeMs: number) => Window
}

/** Evaluates expressions at all steps of a frame at once, as promql/engine.go does. Scalars are one series without labels. */
export class Evaluator {
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  get annotations(): Annotations {
    return this.#settings.annotations
  }

  evaluate(expr: Expr, frame: Frame): StepSeries[] {
    const { steps } = frame
    if (steps <= 0) return []
    this.#settings.budget.spend(steps)
    const isOnce = frame.isRange && expr.kind !== 'number' && isStepInvariant(expr)
    const result = isOnce ? this.#once(expr, frame) : this.#evaluate(expr, frame)
    this.#settings.budget.spend(result.length * steps)
    return result
  }

  #once(expr: Expr, frame: Frame): StepSeries[] {
    const found = this.#evaluate(expr, { ...frame, steps: 1, isRange: false })
    this.#settings.budget.spend(found.length * frame.steps)
    return found.map(({ labels, values }) => ({
      labels,
      values: new Array<SampleValue | undefined>(frame.steps).fill(values[0]),
    }))
  }

  #evaluate(expr: Expr, frame: Frame): StepSeries[] {
    const { annotations } = this.#settings
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
          value => (isHistogram(value) ? multiplied(value, -1) : -value),
        )
      }
      case 'vector-selector':
        return this.#selected(expr, frame)
      case 'aggregate': {
        const parameter = expr.param && typeOf(expr.param) !== 'string' ? this.scalar(expr.param, frame) : []
        return aggregate(expr, this.evaluate(expr.expr, frame), parameter, frame.steps, annotations)
      }
      case 'binary':
        return this.#binary(expr, frame)
      case 'call':
        return evaluateCall(this, expr, frame)
      default:
        throw evalProblem(`a ${expr.kind} has no value here`)
    }
  }

  /** The numbers of a scalar at each step. */
  scalar(expr: Expr, frame: Frame): number[] {
    const values = this.evaluate(expr, frame)[0]?.values ?? []
    return values.map(value => (typeof value === 'number' ? value : Number.NaN))
  }

  /** The raw samples of a range at one time: the answer of an instant query for it. */
  rangeAt(
    expr: MatrixSelector | Subquery,
    frame: Frame,
  ): { labels: Labels; samples: { timeMs: number; value: SampleValue }[] }[] {
    return this.ranges(expr, frame).flatMap(({ data, window }) => {
      const shown = window(frame.startMs)
      const { histograms, histogramTimesMs } = shown
      if (shown.extension && histograms.length > 0)
        throw evalProblem(`${shown.extension} modifier is not supported with histograms`)
      const { timesMs, values } = shown.extension ? extendedSamples(shown) : shown
      const samples = [
        ...values.map((value, index) => ({ timeMs: timesMs[index] ?? 0, value })),
        ...histograms.map((value, index) => ({ timeMs: histogramTimesMs[index] ?? 0, value })),
      ]
      return samples.length === 0 ? [] : [{ labels: data.labels, samples: samples.sort((a, b) => a.timeMs - b.timeMs) }]
    })
  }

  #offsetMs(modifiers: TimeModifiers): number {
    return modifiers.offset
      ? Math.trunc(resolveSeconds(modifiers.offset, this.#settings, true) * 1000 + signedTiny(modifiers))
      : 0
  }

  /** What `@` means in this query. */
  fixedTimeMs(at: NonNullable<TimeModifiers['at']>): number {
    if (at.kind === 'time') return at.timeMs
    return at.kind === 'start' ? this.#settings.startMs : this.#settings.endMs
  }

  /** The time that a selector looks at when it is evaluated at another. */
  #reference(modifiers: TimeModifiers): (timeMs: number) => number {
    const offsetMs = this.#offsetMs(modifiers)
    const { at } = modifiers
    if (!at) return timeMs => timeMs - offsetMs
    const fixed = this.fixedTimeMs(at)
    return () => fixed - offsetMs
  }

  /** Series, with the order in which they are read where hints depend on it. */
  #select(selector: VectorSelector): readonly { data: SeriesData; order?: ReadingOrder }[] {
    const { storage, withoutBuckets } = this.#settings
    const found = storage.select(selector.matchers, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
    if (!withoutBuckets.has(selector)) return found.map(data => ({ data }))
    return found.map(data => {
      const statistics = statisticsOf(data)
      return statistics === data ? { data } : { data: statistics, order: new ReadingOrder(data) }
    })
  }

  #selected(expr: VectorSelector, frame: Frame): StepSeries[] {
    if (expr.extension !== 'smoothed')
      return this.perSample(expr, frame, (data, timeMs, lookbackMs, order) => {
        order?.readTo(timeMs, lookbackMs - 1)
        const sample = sampleAt(data, timeMs, lookbackMs)
        return order && isHistogram(sample?.value) ? order.asRead(sample.timeMs, sample.value) : sample?.value
      })
    const notesOf = (data: SeriesData): Notes => ({
      annotations: this.annotations,
      span: expr.span,
      metric: data.labels.get(metricName),
    })
    return this.perSample(expr, frame, (data, timeMs, lookbackMs) =>
      smoothedAt(data, timeMs, lookbackMs, notesOf(data)),
    )
  }

  /** What `pick` finds in each selected series at each step. */
  perSample(
    expr: VectorSelector,
    frame: Frame,
    pick: (data: SeriesData, timeMs: number, lookbackMs: number, order?: ReadingOrder) => SampleValue | undefined,
  ): StepSeries[] {
    const reference = this.#reference(expr)
    const { lookbackMs } = this.#settings
    const found: StepSeries[] = []
    for (const { data, order } of this.#select(expr)) {
      const values = timesOf(frame).map(timeMs => pick(data, reference(timeMs), lookbackMs, order))
      if (values.some(value => value !== undefined)) found.push({ labels: data.labels, values })
    }
    return found
  }

  ranges(expr: MatrixSelector | Subquery, frame: Frame): RangeSeries[] {
    const modifiers = expr.kind === 'subquery' ? expr : expr.vector
    const reference = this.#reference(modifiers)
    const rangeSeconds = resolveSeconds(expr.range, this.#settings, false)
    const rangeMs = Math.trunc(rangeSeconds * 1000 + 1e-6)
    const extension = expr.kind === 'matrix-selector' ? expr.vector.extension : undefined
    const before = extension ? this.#settings.lookbackMs : 0
    const after = extension === 'smoothed' ? this.#settings.lookbackMs : 0
    const all =
      expr.kind === 'subquery'
        ? this.#subquerySeries(expr, frame, reference, rangeMs).map(data => ({ data }))
        : this.#select(expr.vector)
    const bufferMs = rangeMs + before + after
    return all.map(({ data, order }: { data: SeriesData; order?: ReadingOrder }) => ({
      data,
      window: (timeMs: number): Window => {
        const endMs = reference(timeMs)
        const startMs = endMs - rangeMs
        const samples = samplesIn(data, startMs - before, endMs + after)
        if (order) {
          const isFirst = timeMs === frame.startMs
          // The storage leaves out what lies at the very start of the first range.
          order.readTo(endMs + after, isFirst ? bufferMs - 1 : Math.min(bufferMs, frame.stepMs))
          const { histogramTimesMs } = samples
          samples.histograms = samples.histograms.map((each, at) => order.asRead(histogramTimesMs[at] ?? 0, each))
        }
        this.#settings.budget.spend(samples.values.length + 1)
        for (const { positive, negative } of samples.histograms)
          this.#settings.budget.spend(20 + 2 * (positive.indexes.length + negative.indexes.length))
        return { ...samples, startMs, endMs, rangeSeconds, nowMs: timeMs, ...(extension ? { extension } : {}) }
      },
    }))
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
    const inner: Frame = { startMs, stepMs, steps, isRange: startMs !== endMs }
    return this.evaluate(expr.expr, inner).map(({ labels, values }) => {
      const timesMs: number[] = []
      const present: SampleValue[] = []
      for (const [step, value] of values.entries()) {
        if (value === undefined) continue
        timesMs.push(startMs + step * stepMs)
        // A hint is about the sample before, which the subquery may not have shown (evalSubquery).
        const isHinted = isHistogram(value) && (value.hint === 'reset' || value.hint === 'not_reset')
        present.push(isHinted ? { ...value, hint: 'unknown' } : value)
      }
      return { labels, timesMs, values: present }
    })
  }

  #binary(expr: Binary, frame: Frame): StepSeries[] {
    const isScalar = [typeOf(expr.left) === 'scalar', typeOf(expr.right) === 'scalar'] as const
    const { steps } = frame
    if (isScalar[0] && isScalar[1]) {
      const [left, right] = [this.scalar(expr.left, frame), this.scalar(expr.right, frame)]
      const values = left.map((value, step) => calculate(expr.operator, value, right[step] ?? Number.NaN))
      return [{ labels: Labels.empty, values }]
    }
    const left = this.evaluate(expr.left, frame)
    const right = this.evaluate(expr.right, frame)
    if (isScalar[1]) return vectorWithScalar(expr, left, right[0]?.values ?? [], false, steps, this.annotations)
    if (isScalar[0]) return vectorWithScalar(expr, right, left[0]?.values ?? [], true, steps, this.annotations)
    if (setOperators.has(expr.operator)) return setOperation(expr, left, right, steps)
    return vectorOperation(expr, left, right, steps, this.annotations)
  }
}

/** Half a nanosecond towards the sign, so that 0.1 s is 100 ms and not 99. */
function signedTiny(modifiers: TimeModifiers): number {
  return modifiers.offset?.kind === 'number' && modifiers.offset.value < 0 ? -1e-6 : 1e-6
}
