/** Version of every document of ours (FORMATS: they change only by addition). */
export const apiVersion = 'kubectl-canary/v1'

export interface EventObject {
  kind: string
  namespace?: string
  name: string
  uid?: string
}

interface EventOf<T extends string> {
  apiVersion: typeof apiVersion
  kind: 'Event'
  /** RFC 3339 with milliseconds */
  time: string
  type: T
  object?: EventObject
}

export type RolloutPhaseEvent = EventOf<'rollout.phase'> & { phase: string; message: string }
export type RolloutStepEvent = EventOf<'rollout.step'> & { step: number; steps: number; text: string }
export type RolloutWeightEvent = EventOf<'rollout.weight'> & { setWeight: number; actualWeight: number }
export type PodPhaseEvent = EventOf<'pod.phase'> & {
  status: string
  ready: string
  restarts: number
  revision?: number
}
export type AnalysisMeasurementEvent = EventOf<'analysis.measurement'> & {
  metric: string
  phase: string
  value?: string
  message?: string
}
export type AnalysisPhaseEvent = EventOf<'analysis.phase'> & { phase: string; message: string }
export type ActionEvent = EventOf<'action'> & { action: string; requests: unknown[]; reason?: string }
export type WarningEvent = EventOf<'warning'> & { message: string }
export type EndEvent = EventOf<'end'> & { outcome: string; exitCode: number; message: string }

/** One line of `-o ndjson`; the live view, reports and exit code are computed from these alone. */
export type CanaryEvent =
  | RolloutPhaseEvent
  | RolloutStepEvent
  | RolloutWeightEvent
  | PodPhaseEvent
  | AnalysisMeasurementEvent
  | AnalysisPhaseEvent
  | ActionEvent
  | WarningEvent
  | EndEvent
