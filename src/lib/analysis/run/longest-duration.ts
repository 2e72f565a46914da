import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { metricDurationMs } from '../metric-duration.ts'
import { effectiveCount, limitsOf } from '../metric-limits.ts'
import { metricProblem } from '../validate.ts'

/** After an error the controller measures again this much later, whatever the interval is (argo-rollouts analysis.go). */
const retryMs = 10_000

export interface LongestDuration {
  /** without errors; absent: no end is known */
  longestMs?: number
  /** what errors can add at most */
  errorsMs?: number
  /** metrics that never end by themselves */
  endless: string[]
  /** metrics that take as long as something outside does */
  unbounded: string[]
}

/**
 * How long a run takes at most, not counting the time in which queries are answered. Between two measurements that count
 * there can be as many errors as the limit tolerates. A run ends when all its metrics have, those in dry-run included.
 *
 * @param metrics with their arguments resolved; invalid ones end a run at once, and take no time
 */
export function longestDuration(metrics: readonly AnalysisMetric[]): LongestDuration {
  const valid = metrics.filter(metric => metricProblem(metric) === undefined)
  const names = (which: (metric: AnalysisMetric) => boolean) => valid.filter(which).map(metric => metric.name)
  const endless = names(metric => effectiveCount(metric) === undefined)
  const unbounded = names(metric => metric.provider?.job != null || metric.provider?.kayenta != null)
  if (endless.length > 0 || unbounded.length > 0) return { endless, unbounded }
  const each = valid.map(metric => ({ longestMs: withoutErrors(metric), withErrorsMs: withErrors(metric) }))
  const longestMs = Math.max(0, ...each.map(one => one.longestMs))
  const withErrorsMs = Math.max(0, ...each.map(one => one.withErrorsMs))
  return { longestMs, errorsMs: Math.max(0, withErrorsMs - longestMs), endless, unbounded }
}

function withoutErrors(metric: AnalysisMetric): number {
  const count = Math.max(1, effectiveCount(metric) ?? 1)
  const delayMs = metric.initialDelay ? metricDurationMs(metric.initialDelay) : 0
  return Math.max(0, delayMs) + (count - 1) * intervalMs(metric)
}

/** The last of too many errors in a row ends the metric, so each measurement that counts can have `limit` before it. */
function withErrors(metric: AnalysisMetric): number {
  const count = Math.max(1, effectiveCount(metric) ?? 1)
  return withoutErrors(metric) + count * Math.max(0, limitsOf(metric).consecutiveError) * retryMs
}

const intervalMs = ({ interval }: AnalysisMetric) => (interval ? Math.max(0, metricDurationMs(interval)) : retryMs)
