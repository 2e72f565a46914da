import { rangeEnvironment } from '../../expr/condition.ts'
import { environmentTypes } from '../../expr/environment.ts'
import { compile, run } from '../../expr/expr.ts'
import { Instant, typeName } from '../../expr/go/values.ts'
import { Failure } from '../../values/failure.ts'
import type { ControllerVersion } from '../analysis.ts'
import { AnalysisError } from '../analysis-error.ts'
import { metricDurationMs } from '../metric-duration.ts'
import { MeasurementError } from './measurement-error.ts'
import type { PrometheusMetric } from './prometheus-metric.ts'

/** ms since 1970, and ms */
export interface QueryRange {
  startMs: number
  endMs: number
  stepMs: number
}

/**
 * When a rangeQuery asks about. Its expressions know `isNaN` and `isInf` beside the language's own, and have to yield a
 * time (argo-rollouts utils/evaluate EvalTime, prometheus.go executeQuery).
 *
 * @param nowMs the clock of `now()`
 * @throws MeasurementError
 */
export function queryRange(
  { start = '', end = '', step = '' }: NonNullable<PrometheusMetric['rangeQuery']>,
  version: ControllerVersion,
  nowMs: number,
): QueryRange {
  return {
    startMs: timeOf('start', start, version, nowMs),
    endMs: timeOf('end', end, version, nowMs),
    stepMs: durationOf(step),
  }
}

function timeOf(field: 'start' | 'end', expression: string, version: ControllerVersion, nowMs: number): number {
  const problem = (why: string) => new MeasurementError(`failed to parse rangeQuery.${field} as time: ${why}`)
  const environment = rangeEnvironment()
  const program = compile(expression, environmentTypes(environment), version === '1.9' ? '1.15' : '1.17')
  if (program.kind === 'compile-error') throw problem(program.message)
  const outcome = run(program, environment, () => nowMs)
  if (outcome.kind === 'runtime-error') throw problem(outcome.message)
  if (!(outcome.value instanceof Instant)) throw problem(`expected time.Time, but got ${typeName(outcome.value)}`)
  const { nanos } = outcome.value
  return Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1e6
}

function durationOf(step: string): number {
  try {
    return metricDurationMs(step)
  } catch (error) {
    if (!(error instanceof AnalysisError || error instanceof Failure)) throw error
    throw new MeasurementError(`failed to parse rangeQuery.step as duration: ${error.message}`)
  }
}
