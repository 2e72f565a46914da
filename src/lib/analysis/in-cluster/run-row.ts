import { analysisRuns } from '../../kube/resource-types.ts'
import type { RowSource } from '../../rollouts/observe/list.ts'
import { isCompletedAnalysis } from '../../rollouts/phase.ts'
import type { AnalysisRun, MetricResult } from '../../rollouts/rollout.ts'
import { parseTime } from '../../values/human-duration.ts'
import { type RunOwner, runOwner } from './run-owner.ts'

/** What a list shows of one AnalysisRun. */
export interface AnalysisRunRow {
  namespace: string
  name: string
  uid: string
  /** empty before the controller has seen it */
  phase: string
  message: string
  owner?: RunOwner
  /** the metric whose phase became the run's, with the value that it had in the end */
  decidedBy?: { metric: string; value: string }
  metrics: number
  successful: number
  failed: number
  inconclusive: number
  error: number
  /** RFC 3339 */
  createdAt: string
  /** ms since the epoch */
  startedAtMs?: number
  completedAtMs?: number
}

export const analysisRunRows: RowSource<AnalysisRun, AnalysisRunRow> = { type: analysisRuns, row: analysisRunRow }

export function analysisRunRow(run: AnalysisRun): AnalysisRunRow {
  const { metadata, spec, status = {} } = run
  const { phase = '', message = '', metricResults = [] } = status
  const owner = runOwner(run)
  const decidedBy = decidingMetric(run)
  const startedAtMs = parseTime(status.startedAt)
  const completedAtMs = parseTime(status.completedAt)
  const total = (of: 'successful' | 'failed' | 'inconclusive' | 'error') =>
    metricResults.reduce((sum, result) => sum + (result[of] ?? 0), 0)
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    phase,
    message,
    ...(owner ? { owner } : {}),
    ...(decidedBy ? { decidedBy } : {}),
    metrics: spec.metrics?.length ?? 0,
    successful: total('successful'),
    failed: total('failed'),
    inconclusive: total('inconclusive'),
    error: total('error'),
    createdAt: metadata.creationTimestamp ?? '',
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(completedAtMs === undefined ? {} : { completedAtMs }),
  }
}

/**
 * The first metric that ended as badly as the run; of a run that went well, or has not ended, none decided it. (assess-run.ts:
 * of equally bad metrics the first one gives the message, and those in dry-run count for nothing.)
 */
export function decidingMetric({ status }: AnalysisRun): { metric: string; value: string } | undefined {
  const { phase, metricResults = [] } = status ?? {}
  if (!isCompletedAnalysis(phase) || phase === 'Successful') return undefined
  const result = metricResults.find(each => !each.dryRun && each.phase === phase)
  return result && { metric: result.name, value: lastValue(result) }
}

/** Of the last measurement that ended as the metric did; an error has none. */
function lastValue({ measurements = [], phase }: MetricResult): string {
  return measurements.findLast(each => each.phase === phase)?.value ?? measurements.at(-1)?.value ?? ''
}
