import type { AnalysisMetricState, AnalysisPlan, CanaryEvent, ConditionVerdicts, EventObject } from './event.ts'

/** How many measurements of a metric a view can look back on. */
const keptMeasurements = 30

export interface SeenMeasurement {
  /** RFC 3339 */
  time: string
  phase: string
  value?: string
  message?: string
  verdicts?: ConditionVerdicts
}

export interface MetricView extends AnalysisMetricState {
  /** the newest last */
  measurements: readonly SeenMeasurement[]
}

/** An analysis as its events tell it: all that a view needs. */
export interface AnalysisState {
  object?: EventObject
  plan?: AnalysisPlan
  phase: string
  message: string
  metrics: readonly MetricView[]
  warnings: readonly string[]
}

export const initialAnalysisState: AnalysisState = { phase: 'Pending', message: '', metrics: [], warnings: [] }

export function reduceAnalysis(state: AnalysisState, event: CanaryEvent): AnalysisState {
  switch (event.type) {
    case 'analysis.phase': {
      const { phase, message, metric, plan, object } = event
      if (metric !== undefined) return withMetric(state, metric, event.state)
      const metrics = plan ? plan.metrics.map(each => ({ ...each, measurements: [] })) : state.metrics
      return { ...state, ...(object ? { object } : {}), ...(plan ? { plan } : {}), phase, message, metrics }
    }
    case 'analysis.measurement': {
      const { time, phase, value, message, verdicts } = event
      const seen: SeenMeasurement = {
        time,
        phase,
        ...(value === undefined ? {} : { value }),
        ...(message === undefined ? {} : { message }),
        ...(verdicts ? { verdicts } : {}),
      }
      return withMetric(state, event.metric, event.state, seen)
    }
    case 'warning':
      return { ...state, warnings: [...state.warnings, event.message] }
    default:
      return state
  }
}

function withMetric(
  state: AnalysisState,
  name: string,
  now: AnalysisMetricState | undefined,
  seen?: SeenMeasurement,
): AnalysisState {
  const metrics = state.metrics.map(metric => {
    if (metric.name !== name) return metric
    const measurements = seen ? withSeen(metric.measurements, seen) : metric.measurements
    return { ...(now ?? metric), measurements }
  })
  return { ...state, metrics }
}

/** A measurement that goes on, such as a Job, takes the place of what was said about it before. */
function withSeen(measurements: readonly SeenMeasurement[], seen: SeenMeasurement): readonly SeenMeasurement[] {
  const before = measurements.at(-1)?.phase === 'Running' ? measurements.slice(0, -1) : measurements
  return [...before, seen].slice(-keptMeasurements)
}
