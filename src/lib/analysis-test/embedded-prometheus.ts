import type { ControllerVersion } from '../analysis/analysis.ts'
import { judge } from '../analysis/judge.ts'
import type { Measured } from '../analysis/record-measurement.ts'
import { rangeEnvironment } from '../expr/condition.ts'
import { environmentTypes, toValue } from '../expr/environment.ts'
import { compile, run } from '../expr/expr.ts'
import { Instant, typeName } from '../expr/go/values.ts'
import { formatFixed } from '../promql/evaluate/number-text.ts'
import { evaluateInstant, evaluateRange } from '../promql/promql.ts'
import type { Storage } from '../promql/storage/memory-storage.ts'
import type { QueryResult } from '../promql/value.ts'
import type { AnalysisMetric } from '../rollouts/rollout.ts'
import { readGoDuration } from '../values/go-duration.ts'
import type { Answerer, Verdict } from './answerer.ts'
import type { PromqlReader } from './input-series.ts'

/** A `prometheus` metric, as far as a test looks at it: there is no address to reach. */
interface PrometheusMetric {
  query?: string
  timeout?: number
  rangeQuery?: { start?: string; end?: string; step?: string }
}

export interface EmbeddedPrometheus {
  reader: PromqlReader
  storage: Storage
  /** the step of a subquery that names none */
  stepMs: number
  version: ControllerVersion
}

const prometheus = (metric: AnalysisMetric) => (metric.provider?.prometheus ?? {}) as PrometheusMetric

/**
 * The provider `prometheus` on series in memory: the server's answers and the controller's use of them (argo-rollouts
 * metricproviders/prometheus/prometheus.go), with no server between.
 */
export function embeddedPrometheus(options: EmbeddedPrometheus): Answerer {
  return {
    problem: metric =>
      (prometheus(metric).timeout ?? 0) < 0 ? 'prometheus timeout should not be negative' : undefined,
    metadata: metric => ({ ResolvedPrometheusQuery: prometheus(metric).query ?? '' }),
    answer: ({ metric, nowMs }) => answerTo(metric, nowMs, options),
  }
}

function answerTo(metric: AnalysisMetric, nowMs: number, options: EmbeddedPrometheus): Verdict {
  const { reader, storage, stepMs: defaultStepMs, version } = options
  const { query: text = '', rangeQuery } = prometheus(metric)
  const query = reader.query(text)
  if (query.kind === 'promql-error') return error(`bad_data: invalid parameter "query": ${query.message}`)
  const range = rangeQuery && rangeOf(rangeQuery, version, nowMs)
  if (range && 'problem' in range) return error(range.problem)
  const answer = range
    ? evaluateRange(query, storage, range, { defaultStepMs })
    : evaluateInstant(query, storage, nowMs, { defaultStepMs })
  if ('kind' in answer)
    return error(answer.stage === 'parse' ? `bad_data: ${answer.message}` : `execution: ${answer.message}`)
  return asked => judged(answer, asked, version, nowMs)
}

const errorOf = (message: string): Measured => ({ phase: 'Error', message })
const error = (message: string): Verdict => {
  const measured = errorOf(message)
  return () => measured
}

/** The labels are dropped, and a matrix is one list of numbers. */
function judged(answer: QueryResult, metric: AnalysisMetric, version: ControllerVersion, nowMs: number): Measured {
  switch (answer.type) {
    case 'scalar':
      return judge(answer.value, formatFixed(answer.value), metric, version, nowMs)
    case 'string':
      return errorOf('unexpected value type "string"')
    case 'vector':
      return judgedList(
        answer.samples.map(({ value }) => value),
        metric,
        version,
        nowMs,
      )
    case 'matrix':
      return judgedList(
        answer.series.flatMap(({ points }) => points.map(({ value }) => value)),
        metric,
        version,
        nowMs,
      )
  }
}

export function judgedList(
  values: readonly number[],
  metric: AnalysisMetric,
  version: ControllerVersion,
  nowMs: number,
): Measured {
  const text = `[${values.map(formatFixed).join(',')}]`
  return judge(toValue(Float64Array.from(values)), text, metric, version, nowMs)
}

function rangeOf(
  { start = '', end = '', step = '' }: NonNullable<PrometheusMetric['rangeQuery']>,
  version: ControllerVersion,
  nowMs: number,
): { startMs: number; endMs: number; stepMs: number } | { problem: string } {
  const from = timeOf(start, version, nowMs)
  if (typeof from === 'string') return { problem: `failed to parse rangeQuery.start as time: ${from}` }
  const to = timeOf(end, version, nowMs)
  if (typeof to === 'string') return { problem: `failed to parse rangeQuery.end as time: ${to}` }
  const stepMs = readGoDuration(step)
  if (stepMs === undefined)
    return { problem: `failed to parse rangeQuery.step as duration: time: invalid duration "${step}"` }
  return { startMs: from, endMs: to, stepMs }
}

/** Milliseconds since 1970 of an expression that yields a time, or why it does not. */
function timeOf(expression: string, version: ControllerVersion, nowMs: number): number | string {
  const environment = rangeEnvironment()
  const program = compile(expression, environmentTypes(environment), version === '1.9' ? '1.15' : '1.17')
  if (program.kind === 'compile-error') return program.message
  const outcome = run(program, environment, () => nowMs)
  if (outcome.kind === 'runtime-error') return outcome.message
  if (!(outcome.value instanceof Instant)) return `expected time.Time, but got ${typeName(outcome.value)}`
  return Number(outcome.value.nanos / 1_000_000n)
}
