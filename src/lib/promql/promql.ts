import { Annotations } from './evaluate/annotations.ts'
import { checkDurations } from './evaluate/check-durations.ts'
import { Evaluator, type Settings } from './evaluate/evaluator.ts'
import type { Frame } from './evaluate/frame.ts'
import { selectorsWithoutBuckets } from './evaluate/histogram-statistics.ts'
import { SampleBudget } from './evaluate/sample-budget.ts'
import type { FloatHistogram } from './histogram/float-histogram.ts'
import { compareLabels, Labels } from './labels/labels.ts'
import { catching, evalProblem, type PromqlError, QueryProblem } from './problem.ts'
import type { Storage } from './storage/memory-storage.ts'
import { type Expr, withoutParens } from './syntax/ast.ts'
import { typeOf } from './syntax/check-types.ts'
import { parseExpression } from './syntax/parse.ts'
import { isHistogram, type MatrixSeries, type QueryResult, type SampleValue, type VectorSample } from './value.ts'

/** A query that is known to be well formed and well typed. */
export interface Query {
  kind: 'query'
  text: string
  expr: Expr
}

export interface EvaluationOptions {
  /** How far back a sample still counts; 5 minutes by default. */
  lookbackMs?: number
  /** The step of a subquery that names none; 1 minute by default. */
  defaultStepMs?: number
  /** Samples and steps that a query may go through before it is given up; 50 million by default, as the server. */
  maxSamples?: number
}

export interface RangeOptions {
  startMs: number
  endMs: number
  stepMs: number
}

/**
 * Reads a query as Prometheus 3.16 does without feature flags. Load this module with `import()`: the grammar is not small.
 *
 * @returns the error as a value, with stage `parse`
 */
export function parsePromql(text: string): Query | PromqlError {
  return catching(text, 'parse', (): Query => ({ kind: 'query', text, expr: parseExpression(text) }))
}

/** A query at one time, as `/api/v1/query` answers. */
export function evaluateInstant(
  query: Query,
  storage: Storage,
  timeMs: number,
  options: EvaluationOptions = {},
): QueryResult | PromqlError {
  return catching(query.text, 'eval', () => {
    const settings = settingsOf(query, storage, { startMs: timeMs, endMs: timeMs, stepMs: 0 }, options)
    checkDurations(query.expr, settings)
    const result = instantResult(query.expr, new Evaluator(settings), {
      startMs: timeMs,
      stepMs: 1,
      steps: 1,
      isRange: false,
    })
    return { ...result, ...settings.annotations.texts(query.text) }
  })
}

type Unannotated =
  | { type: 'scalar'; timeMs: number; value: number }
  | { type: 'string'; timeMs: number; value: string }
  | { type: 'vector'; timeMs: number; samples: VectorSample[] }
  | { type: 'matrix'; series: MatrixSeries[] }

const sorted = (series: readonly MatrixSeries[]) => [...series].sort((a, b) => compareLabels(a.labels, b.labels))

/** A sample as results show it. */
function shown(value: SampleValue): { value: number; histogram?: FloatHistogram } {
  return isHistogram(value) ? { value: Number.NaN, histogram: value } : { value }
}

function instantResult(expr: Expr, evaluator: Evaluator, frame: Frame): Unannotated {
  const inner = withoutParens(expr)
  const timeMs = frame.startMs
  if (inner.kind === 'string') return { type: 'string', timeMs, value: inner.value }
  if (inner.kind === 'matrix-selector' || inner.kind === 'subquery') {
    const series = evaluator.rangeAt(inner, frame).map(({ labels, samples }) => ({
      labels,
      points: samples.map(sample => ({ timeMs: sample.timeMs, ...shown(sample.value) })),
    }))
    return { type: 'matrix', series: sorted(series) }
  }
  if (typeOf(expr) === 'scalar')
    return { type: 'scalar', timeMs, value: evaluator.scalar(expr, frame)[0] ?? Number.NaN }
  const samples = evaluator.evaluate(expr, frame).flatMap(({ labels, values: [value] }): VectorSample[] => {
    return value === undefined ? [] : [{ labels, ...shown(value) }]
  })
  if (new Set(samples.map(sample => sample.labels.key)).size < samples.length)
    throw evalProblem('vector cannot contain metrics with the same labelset')
  return { type: 'vector', timeMs, samples }
}

/** A query at every step from start to end, as `/api/v1/query_range` answers; always a matrix. */
export function evaluateRange(
  query: Query,
  storage: Storage,
  range: RangeOptions,
  options: EvaluationOptions = {},
): QueryResult | PromqlError {
  return catching(query.text, 'eval', (): QueryResult => {
    const type = typeOf(query.expr)
    const documented = type === 'matrix' ? 'range vector' : type
    if (type === 'matrix' || type === 'string')
      throw new QueryProblem(
        'parse',
        `invalid expression type "${documented}" for range query, must be Scalar or instant Vector`,
        query.expr.span,
      )
    if (!(range.stepMs > 0))
      throw new QueryProblem('parse', 'zero or negative query resolution step widths are not accepted')
    const settings = settingsOf(query, storage, range, options)
    checkDurations(query.expr, settings)
    const steps = Math.floor((range.endMs - range.startMs) / range.stepMs) + 1
    const { startMs, endMs, stepMs } = range
    const frame: Frame = { startMs, stepMs, steps, isRange: startMs !== endMs }
    const found = new Evaluator(settings).evaluate(query.expr, frame)
    const series = found.flatMap(({ labels, values }) => {
      const points = values.flatMap((value, step) =>
        value === undefined ? [] : [{ timeMs: range.startMs + step * range.stepMs, ...shown(value) }],
      )
      return points.length > 0 ? [{ labels: type === 'scalar' ? Labels.empty : labels, points }] : []
    })
    return { type: 'matrix', series: sorted(series), ...settings.annotations.texts(query.text) }
  })
}

function settingsOf(query: Query, storage: Storage, range: RangeOptions, options: EvaluationOptions): Settings {
  return {
    query: query.text,
    storage,
    startMs: range.startMs,
    endMs: range.endMs,
    stepSeconds: range.stepMs / 1000,
    rangeSeconds: (range.endMs - range.startMs) / 1000,
    lookbackMs: options.lookbackMs ?? 300_000,
    defaultStepMs: options.defaultStepMs ?? 60_000,
    budget: new SampleBudget(options.maxSamples ?? 50_000_000),
    annotations: new Annotations(),
    withoutBuckets: selectorsWithoutBuckets(query.expr),
  }
}
