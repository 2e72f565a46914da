import { parseGoDuration } from '../../values/go-duration.ts'
import {
  type Direction,
  type GuardSpec,
  kindOf,
  type MetricKind,
  type MetricSpec,
  type Sensitivity,
  type VerificationSpec,
} from './verification.ts'

/** A Verification with every default filled in; times in steps. */
export interface Settings {
  stepSeconds: number
  /** length of the analysis window */
  durationSteps: number
  minDurationSteps: number
  maxDurationSteps: number
  warmupSteps: number
  lookbackSteps: number
  earlyPass: boolean
  onInconclusive: 'stop' | 'pass' | 'fail' | 'extend'
  failOnNoAnalysis: boolean
  failIfAnyMetricInNoAnalysis: boolean
  /** alpha: how often a canary that is no different may fail, all metrics together */
  falseAlarmRate: number
  sensitivity: Sensitivity
  metrics: MetricSettings[]
  guards: GuardSpec[]
}

export interface MetricSettings {
  name: string
  kind: MetricKind
  direction: Direction
  /** theta0: ratios up to it are harmless */
  tolerance: number
  /** theta1: an early pass proves that the ratio is below it */
  passWithin: number
  /** absolute */
  floor: number
  /** a_k; those of all metrics sum to one */
  weight: number
  /** alpha' */
  toleranceAlarmRate: number
  /** beta */
  falsePassRate: number
  /** undefined: as the data say, see engine/early-pass.ts */
  required: boolean | undefined
  optional: boolean
  /** the ratio that a run has to be able to see */
  mustDetect: number | undefined
}

/** Tolerance and pass limit by sensitivity: of ratios, and in standard deviations for gauges that may be negative. */
export const sensitivities: Readonly<Record<Sensitivity, { tolerance: number; passWithin: number; signed: number }>> = {
  High: { tolerance: 1.05, passWithin: 1.25, signed: 0.5 },
  Medium: { tolerance: 1.2, passWithin: 1.5, signed: 1 },
  Low: { tolerance: 1.5, passWithin: 2, signed: 2 },
}

const defaultMustDetect = { errors: 2, latency: 1.5 }

/**
 * @param stepSeconds the scrape interval found in the data, unless the spec has one
 * @throws Failure for a bad duration
 */
export function settingsOf(spec: VerificationSpec, stepSeconds: number): Settings {
  const steps = (text: string | undefined, fallback: string) =>
    Math.ceil(parseGoDuration(text ?? fallback) / 1000 / stepSeconds)
  const { sensitivity = 'Medium', metrics = [] } = spec
  const durationSteps = steps(spec.duration, '10m')
  const weights = metrics.map(each => each.weight ?? (each.critical ? 2 : 1))
  const total = weights.reduce((sum, each) => sum + each, 0)
  return {
    stepSeconds,
    durationSteps,
    minDurationSteps: steps(spec.minDuration, '5m'),
    maxDurationSteps: Math.max(durationSteps, steps(spec.maxDuration, '30m')),
    warmupSteps: steps(spec.warmup, '60s'),
    lookbackSteps: steps(spec.lookback, '60m'),
    earlyPass: spec.earlyPass ?? true,
    onInconclusive: spec.onInconclusive ?? 'stop',
    failOnNoAnalysis: spec.failOnNoAnalysis ?? true,
    failIfAnyMetricInNoAnalysis: spec.failIfAnyCustomMetricInNoAnalysis ?? true,
    falseAlarmRate: spec.falseAlarmRate ?? 0.01,
    sensitivity,
    metrics: metrics.map((metric, index) => metricSettings(metric, (weights[index] ?? 0) / total, spec)),
    guards: spec.guards ?? [],
  }
}

function metricSettings(metric: MetricSpec, weight: number, spec: VerificationSpec): MetricSettings {
  const kind = kindOf(metric)
  const { tolerance, passWithin } = sensitivities[metric.sensitivity ?? spec.sensitivity ?? 'Medium']
  const { errors, latency } = { ...defaultMustDetect, ...spec.mustDetect }
  const mustDetect = metric.mustDetect ?? (kind === 'ratio' ? errors : kind === 'histogram' ? latency : undefined)
  return {
    name: metric.name,
    kind,
    direction: metric.direction ?? 'increase',
    tolerance: metric.tolerance ?? tolerance,
    passWithin: Math.max(metric.passWithin ?? passWithin, metric.tolerance ?? tolerance),
    floor: metric.floor ?? 0,
    weight,
    toleranceAlarmRate: metric.toleranceAlarmRate ?? spec.toleranceAlarmRate ?? 0.1,
    falsePassRate: metric.falsePassRate ?? spec.falsePassRate ?? 0.05,
    required: metric.required,
    optional: metric.optional ?? false,
    mustDetect,
  }
}
