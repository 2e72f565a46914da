import { isCompletedAnalysis } from '../rollouts/phase.ts'
import type { Measurement, MetricResult } from '../rollouts/rollout.ts'
import type { EngineRun } from './analysis.ts'

export function resultOf(run: EngineRun, metricName: string): MetricResult | undefined {
  return run.status?.metricResults?.find(result => result.name === metricName)
}

export function lastMeasurement(result: MetricResult | undefined): Measurement | undefined {
  return result?.measurements?.at(-1)
}

/**
 * Whether no more measurements are begun: termination was asked for, or a metric that counts has ended badly, which
 * cancels its siblings (argo-rollouts utils/analysis/helpers.go IsTerminating).
 */
export function isTerminating(run: EngineRun): boolean {
  if (run.spec.terminate) return true
  return (run.status?.metricResults ?? []).some(
    ({ dryRun, phase }) => !dryRun && isCompletedAnalysis(phase) && phase !== 'Successful',
  )
}

/** The results with one replaced, or added at the end. */
export function withResult(results: readonly MetricResult[], result: MetricResult): MetricResult[] {
  const index = results.findIndex(each => each.name === result.name)
  return index < 0 ? [...results, result] : results.with(index, result)
}
