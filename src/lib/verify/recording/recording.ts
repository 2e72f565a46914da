import type { VerificationSpec } from '../spec/verification.ts'

export type Arm = 'canary' | 'stable'

/** Everything that a verification saw (FORMATS 2). Step t is the instant `start + t * stepSeconds`. */
export interface Recording {
  id: string
  spec: VerificationSpec
  /** RFC 3339 */
  start: string
  stepSeconds: number
  lookbackSteps: number
  pods: RecordedPod[]
  series: RecordedSeries[]
  logs: RecordedLog[]
  templates: RecordedTemplate[]
  /** the last step; undefined when the recording breaks off */
  endStep: number | undefined
  warnings: string[]
}

export interface RecordedPod {
  pod: string
  arm: Arm
  /** the first step at which it is Ready */
  readyStep: number
  /** the first step without it */
  goneStep: number | null
  /** its new container is Ready */
  restarts: { step: number }[]
}

/** Raw samples by step: cumulative counters, or gauges for the part `value`; `delta` are increases of a group of pods. */
export interface RecordedSeries {
  metric: string
  part: 'bad' | 'good' | 'total' | 'bucket' | 'count' | 'value'
  le?: string
  /** one of pod, or arm with group */
  pod?: string
  arm?: Arm
  group?: string
  kind: 'samples' | 'delta'
  from: number
  values: (number | null)[]
}

export interface RecordedLog {
  pod: string
  step: number
  time?: string
  line: string
}

export interface RecordedTemplate {
  hash: string
  text: string
  severity: string
  pod: string
  step: number
  count: number
}
