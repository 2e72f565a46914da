import { isCompletedAnalysis } from '../rollouts/phase.ts'
import type { AnalysisMetric, AnalysisPhase, MetricResult } from '../rollouts/rollout.ts'
import { effectiveCount, limitsOf } from './metric-limits.ts'
import { lastMeasurement } from './metric-results.ts'

/** A limit that a metric has gone beyond, in the controller's words. */
export interface ExceededLimit {
  phase: 'Failed' | 'Inconclusive' | 'Error'
  /** `failed (2) > failureLimit (1)` */
  message: string
}

/** Of several exceeded limits the error's comes before the inconclusive's, and that before the failure's. */
export function exceededLimit(metric: AnalysisMetric, result: MetricResult): ExceededLimit | undefined {
  const limits = limitsOf(metric)
  const { failed = 0, inconclusive = 0, consecutiveError = 0 } = result
  if (consecutiveError > limits.consecutiveError)
    return {
      phase: 'Error',
      message: `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${limits.consecutiveError})`,
    }
  if (inconclusive > limits.inconclusive)
    return {
      phase: 'Inconclusive',
      message: `inconclusive (${inconclusive}) > inconclusiveLimit (${limits.inconclusive})`,
    }
  if (limits.failure >= 0 && failed > limits.failure)
    return { phase: 'Failed', message: `failed (${failed}) > failureLimit (${limits.failure})` }
  return undefined
}

/**
 * The phase of a metric after its latest measurement (argo-rollouts analysis/analysis.go assessMetricStatus). A metric
 * that has ended stays as it is.
 */
export function assessMetric(metric: AnalysisMetric, result: MetricResult, isTerminating: boolean): AnalysisPhase {
  if (result.phase && isCompletedAnalysis(result.phase)) return result.phase
  const last = lastMeasurement(result)
  if (!last) return isTerminating ? 'Successful' : 'Pending'
  if (!isCompletedAnalysis(last.phase)) return 'Running'
  const exceeded = exceededLimit(metric, result)
  if (exceeded) return exceeded.phase
  const limits = limitsOf(metric)
  if (limits.consecutiveSuccess > 0 && (result.consecutiveSuccess ?? 0) >= limits.consecutiveSuccess)
    return 'Successful'
  const count = effectiveCount(metric)
  if (count !== undefined && (result.count ?? 0) >= count) return phaseAtCount(metric)
  return isTerminating ? 'Successful' : 'Running'
}

/** All measurements are taken: where successes in a row were asked for they have not come. */
function phaseAtCount(metric: AnalysisMetric): AnalysisPhase {
  const { failure, consecutiveSuccess } = limitsOf(metric)
  if (consecutiveSuccess === 0) return 'Successful'
  return failure >= 0 ? 'Inconclusive' : 'Failed'
}
