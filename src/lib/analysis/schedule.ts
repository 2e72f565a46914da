import { isCompletedAnalysis } from '../rollouts/phase.ts'
import type { AnalysisMetric, Measurement, MetricResult } from '../rollouts/rollout.ts'
import type { ControllerVersion, EngineRun } from './analysis.ts'
import { metricDurationMs } from './metric-duration.ts'
import { effectiveCount } from './metric-limits.ts'
import { isTerminating, lastMeasurement, resultOf } from './metric-results.ts'
import { millisecondsOf } from './timestamps.ts'

/** After an error, whatever the interval is; and between measurements of a metric that has none. */
const retryMs = 10_000

export type MeasurementAction = 'measure' | 'resume' | 'terminate'

/**
 * What has to be done for a metric now, if anything (argo-rollouts analysis/analysis.go generateMetricTasks). Where
 * upstream asks for "later than the due time" this is due at it: the controller always wakes up a little later.
 *
 * @param metric with its arguments resolved
 */
export function dueAction(
  run: EngineRun,
  metric: AnalysisMetric,
  nowMs: number,
  version: ControllerVersion,
): MeasurementAction | undefined {
  const result = resultOf(run, metric.name)
  if (isCompletedAnalysis(result?.phase)) return undefined
  const last = lastMeasurement(result)
  const isEnding = isTerminating(run)
  if (last && isInFlight(last)) {
    const isWaiting = (millisecondsOf(last.resumeAt) ?? Number.NEGATIVE_INFINITY) > nowMs
    if (isWaiting && (version === '1.9' || !isEnding)) return undefined
    return isEnding ? 'terminate' : 'resume'
  }
  if (isEnding) return undefined
  const dueMs = nextMeasurementMs(run, metric, result, last)
  return dueMs !== undefined && nowMs >= dueMs ? 'measure' : undefined
}

/**
 * When the run has to be looked at again, in ms since 1970; undefined when nothing is awaited.
 *
 * @param metrics with their arguments resolved
 */
export function nextWakeUpMs(run: EngineRun, metrics: readonly AnalysisMetric[]): number | undefined {
  const times = metrics.flatMap(metric => {
    const result = resultOf(run, metric.name)
    if (isCompletedAnalysis(result?.phase)) return []
    const last = lastMeasurement(result)
    const ms = last && isInFlight(last) ? millisecondsOf(last.resumeAt) : nextMeasurementMs(run, metric, result, last)
    return ms === undefined ? [] : [ms]
  })
  return times.length === 0 ? undefined : Math.min(...times)
}

const isInFlight = ({ finishedAt }: Measurement) => finishedAt === undefined

/** When a new measurement is due: a first one without a delay always is, none when the count is reached. */
function nextMeasurementMs(
  run: EngineRun,
  metric: AnalysisMetric,
  result: MetricResult | undefined,
  last: Measurement | undefined,
): number | undefined {
  if (!last) {
    if (!metric.initialDelay) return Number.NEGATIVE_INFINITY
    const startedMs = millisecondsOf(run.status?.startedAt)
    return startedMs === undefined ? undefined : startedMs + metricDurationMs(metric.initialDelay)
  }
  const count = effectiveCount(metric)
  if (count !== undefined && (result?.count ?? 0) >= count) return undefined
  const waitMs = last.phase === 'Error' || !metric.interval ? retryMs : metricDurationMs(metric.interval)
  return (millisecondsOf(last.finishedAt) ?? 0) + waitMs
}
