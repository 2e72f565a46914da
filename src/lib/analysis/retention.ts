import type { AnalysisMetric, MetricResult } from '../rollouts/rollout.ts'

const defaultLimit = 10

/**
 * The results with no more than the newest measurements of each metric (argo-rollouts analysis/analysis.go
 * garbageCollectMeasurements). Counters stay. A metric for which no provider can be built is not trimmed.
 *
 * @param limits by metric; 0 is the default of 10
 */
export function trimMeasurements(
  results: readonly MetricResult[],
  metrics: readonly AnalysisMetric[],
  limits: ReadonlyMap<string, number>,
  hasProvider: (metric: AnalysisMetric) => boolean,
): MetricResult[] {
  return results.map(result => {
    const own = limits.get(result.name) ?? 0
    const limit = own > 0 ? own : defaultLimit
    const { measurements = [] } = result
    const metric = metrics.find(each => each.name === result.name)
    if (measurements.length <= limit || !metric || !hasProvider(metric)) return result
    return { ...result, measurements: measurements.slice(-limit) }
  })
}
