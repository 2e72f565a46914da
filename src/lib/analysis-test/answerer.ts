import type { MeasurementRequest, Provider } from '../analysis/providers/provider.ts'
import type { Measured } from '../analysis/record-measurement.ts'
import type { AnalysisMetric } from '../rollouts/rollout.ts'

/** What one answer means to a metric; asked again with other conditions, it is still the same answer. */
export type Verdict = (metric: AnalysisMetric) => Measured

/** A provider whose answer can be looked at more than once. */
export interface Answerer {
  problem(metric: AnalysisMetric): string | undefined
  metadata?(metric: AnalysisMetric): Record<string, string>
  answer(request: MeasurementRequest): Verdict
}

/** @param onAnswer sees every answer before it is judged */
export function providerFrom(
  answerer: Answerer,
  onAnswer?: (metric: AnalysisMetric, verdict: Verdict) => void,
): Provider {
  const { metadata } = answerer
  return {
    problem: metric => answerer.problem(metric),
    ...(metadata ? { metadata: metric => metadata(metric) } : {}),
    async measure(request) {
      const verdict = answerer.answer(request)
      onAnswer?.(request.metric, verdict)
      return verdict(request.metric)
    },
  }
}
