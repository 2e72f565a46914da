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
  /** what each condition says about the value by itself, where that is known */
  verdicts?: ConditionVerdicts
  /** how the metric stands after it */
  state?: AnalysisMetricState
}
/** Of a run, or of one metric of it. The first one of a run that we execute ourselves has its plan. */
export type AnalysisPhaseEvent = EventOf<'analysis.phase'> & {
  phase: string
  message: string
  metric?: string
  state?: AnalysisMetricState
  plan?: AnalysisPlan
}

export interface ConditionVerdicts {
  success?: 'true' | 'false' | 'error'
  failure?: 'true' | 'false' | 'error'
}

/** Everything that a view shows of a metric. */
export interface AnalysisMetricState {
  name: string
  phase: string
  message?: string
  /** the field that is set, such as `prometheus` */
  provider: string
  /** what is asked, arguments filled in and secrets hidden */
  query?: string
  dryRun?: true
  successCondition?: string
  failureCondition?: string
  /** Go durations */
  interval?: string
  initialDelay?: string
  /** measurements that end the metric; absent: it goes on until it is stopped */
  plannedCount?: number
  counts: MeasurementTally
  limits: MetricLimitNumbers
  /** RFC 3339; absent: nothing more is measured, or it is not known when */
  nextAt?: string
}

export interface MeasurementTally {
  /** those that use up the planned count: all but errors */
  count: number
  successful: number
  failed: number
  inconclusive: number
  error: number
  consecutiveError: number
  consecutiveSuccess: number
}

/** A metric ends when it goes beyond one of the first three, or reaches the last. */
export interface MetricLimitNumbers {
  /** negative: any number is tolerated */
  failure: number
  inconclusive: number
  consecutiveError: number
  /** 0: successes in a row end nothing */
  consecutiveSuccess: number
}

export interface AnalysisPlan {
  /** `live`; `replay`: on history; `once`: every query once */
  mode: 'live' | 'replay' | 'once' | 'dry-run'
  /** what is run, such as `analysistemplate/success-rate-check` */
  source: string
  /** `1.9` or `1.10` */
  controllerVersion: string
  /** RFC 3339; on history a time in the past */
  startsAt: string
  /** the longest that it takes when no measurement errs, in ms; absent: no end is known */
  longestMs?: number
  /** how much errors can add to that at most, in ms (10 s after each error) */
  errorsMs?: number
  /** metrics that never end by themselves */
  endless: string[]
  /** metrics that take as long as something outside does, such as a Job */
  unbounded: string[]
  maxDurationMs?: number
  args: AnalysisArgument[]
  metrics: AnalysisMetricState[]
}

export interface AnalysisArgument {
  name: string
  /** absent: a secret, or not known */
  value?: string
  /** `Secret NAME, key KEY` */
  secret?: string
}
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
