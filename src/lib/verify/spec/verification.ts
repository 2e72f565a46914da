/** The `spec` of a Verification as users write it (FORMATS 1), as far as the judgement needs it. */
export interface VerificationSpec {
  mode?: 'canary' | 'beforeAfter' | 'auto'
  sensitivity?: Sensitivity
  falseAlarmRate?: number
  toleranceAlarmRate?: number
  falsePassRate?: number
  /** Go durations */
  duration?: string
  minDuration?: string
  earlyPass?: boolean
  startTimeout?: string
  step?: string
  warmup?: string
  lookback?: string
  mustDetect?: { errors?: number; latency?: number }
  onInconclusive?: 'stop' | 'pass' | 'fail' | 'extend'
  maxDuration?: string
  failOnNoAnalysis?: boolean
  failIfAnyCustomMetricInNoAnalysis?: boolean
  metrics?: MetricSpec[]
  guards?: GuardSpec[]
  logs?: { enabled?: boolean; severity?: string; rule?: 'statistical' | 'harness' }
}

export type Sensitivity = 'High' | 'Medium' | 'Low'
export type Direction = 'increase' | 'decrease' | 'either'

export interface MetricSpec {
  name: string
  ratio?: { bad?: string | string[]; good?: string | string[]; total: string | string[] }
  histogram?: string | string[]
  counter?: string | string[]
  gauge?: string
  rate?: { bad: string; total: string }
  provider?: object
  sensitivity?: Sensitivity
  falseAlarmRate?: number
  toleranceAlarmRate?: number
  falsePassRate?: number
  direction?: Direction
  /** the largest ratio canary/stable that is harmless */
  tolerance?: number
  /** an early pass proves that the ratio is below this */
  passWithin?: number
  /** an absolute difference below this is harmless */
  floor?: number
  weight?: number
  critical?: boolean
  required?: boolean
  optional?: boolean
  mustDetect?: number
}

export interface GuardSpec {
  metric: string
  above?: number
  below?: number
  deltaAbove?: number
  ratioAbove?: number
  quantile?: number
  minEvents?: number
  occurrences?: number
  consecutive?: boolean
}

export type MetricKind = 'ratio' | 'histogram' | 'counter' | 'gauge'

export function kindOf(metric: MetricSpec): MetricKind {
  if (metric.histogram !== undefined) return 'histogram'
  if (metric.counter !== undefined) return 'counter'
  if (metric.gauge !== undefined || metric.provider !== undefined) return 'gauge'
  return 'ratio'
}
