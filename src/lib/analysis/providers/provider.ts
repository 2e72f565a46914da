import type { AnalysisMetric, Measurement } from '../../rollouts/rollout.ts'
import type { EngineRun } from '../analysis.ts'
import type { Measured } from '../record-measurement.ts'

export interface MeasurementRequest {
  /** with arguments and secrets in place */
  metric: AnalysisMetric
  run: EngineRun
  /** ms since 1970; on a replay this is a time in the past */
  nowMs: number
  signal: AbortSignal
}

/** One kind of metric source. What goes wrong while measuring is an `Error` measurement, never an exception. */
export interface Provider {
  /** Why it cannot measure this metric at all, in the controller's words; found without asking anybody. */
  problem(metric: AnalysisMetric): string | undefined
  /** What the metric's result says about itself, such as the resolved query. */
  metadata?(metric: AnalysisMetric): Record<string, string> | undefined
  measure(request: MeasurementRequest): Promise<Measured>
  /** Looks after a measurement that was left `Running`; a provider that never leaves one has no need of it. */
  resume?(request: MeasurementRequest, inFlight: Measurement): Promise<Measured>
  terminate?(request: MeasurementRequest, inFlight: Measurement): Promise<Measured>
  /** Resolves when there is something new about a measurement that was left `Running` without a time to resume it at. */
  changed?(run: EngineRun, inFlight: Measurement, signal: AbortSignal): Promise<void>
  /**
   * Takes back whatever measurements have left in other systems, also after Ctrl-C.
   *
   * @returns what could not be taken back, as `job loans/x: why`
   */
  cleanUp?(): Promise<readonly string[]>
}

/** The provider of a metric by the field that is set, such as `web`. */
export type Providers = Readonly<Record<string, Provider>>

export function providerOf(metric: AnalysisMetric, providers: Providers): Provider | undefined {
  const type = Object.keys(metric.provider ?? {}).find(key => metric.provider?.[key] != null)
  return type !== undefined && Object.hasOwn(providers, type) ? providers[type] : undefined
}

/** Why a metric cannot be measured with these providers; undefined when it can. */
export function providerProblem(metric: AnalysisMetric, providers: Providers): string | undefined {
  const provider = providerOf(metric, providers)
  if (provider) return provider.problem(metric)
  // argo-rollouts metricproviders.go: what no provider answers to
  return `no valid provider in metric '${metric.name}'`
}
