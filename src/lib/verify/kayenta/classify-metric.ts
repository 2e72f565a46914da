import { commonLanguageEffect, mannWhitneyShift, type ShiftInterval } from '../../stats/mann-whitney.ts'
import { mean } from '../../stats/outliers.ts'

export type Classification = 'Pass' | 'High' | 'Low' | 'Nodata' | 'NodataFailMetric' | 'Error'

/** How a metric is judged; the names are those of Kayenta's canary configuration. */
export interface MetricRules {
  direction: 'increase' | 'decrease' | 'either'
  nanStrategy: 'remove' | 'replace'
  critical: boolean
  mustHaveData: boolean
  effectSizeMeasure: 'meanRatio' | 'cles'
  /** effects between the two are no deviation: decrease, increase */
  effectSizeThresholds: readonly [number, number]
  criticalThresholds: readonly [number, number]
  /** as a share of the estimated shift */
  tolerance: number
  confidenceLevel: number
}

/** What the judge NetflixACAJudge-v1.0 passes, whatever its classes have for defaults. */
export const judgeRules: MetricRules = {
  direction: 'either',
  nanStrategy: 'remove',
  critical: false,
  mustHaveData: false,
  effectSizeMeasure: 'meanRatio',
  effectSizeThresholds: [1, 1],
  criticalThresholds: [1, 1],
  tolerance: 0.25,
  confidenceLevel: 0.98,
}

export interface MetricClassification {
  classification: Classification
  /** fails the whole canary */
  critical: boolean
  /** the effect size; NaN where it has none */
  deviation: number
  reason?: string
}

/**
 * Compares a metric of two arms by Mann-Whitney, as Kayenta's judge does (spinnaker/kayenta MannWhitneyClassifier; the
 * order of the rules is verify-engine 1.2).
 */
export function classifyMetric(
  experiment: readonly number[],
  control: readonly number[],
  rules: MetricRules,
): MetricClassification {
  if (experiment.length === 0 || control.length === 0) return withoutData(experiment, control, rules)
  if (areEqual(sorted(experiment), sorted(control)) || isConstant([...experiment, ...control])) return pass
  const bothConstant = isConstant(experiment) && isConstant(control)
  const [x, y] = bothConstant ? [spread(experiment), spread(control)] : [experiment, control]
  let interval: ShiftInterval
  try {
    interval = mannWhitneyShift(x, y, rules.confidenceLevel)
  } catch (error) {
    return { classification: 'Error', critical: false, deviation: 1, reason: (error as Error).message }
  }
  const effect = rules.effectSizeMeasure === 'cles' ? commonLanguageEffect(x, y) : meanRatio(experiment, control)
  const classification = deviates(interval, effect, rules)
  return { classification, critical: isCritical(classification, effect, rules), deviation: effect }
}

/** A comparison of the means alone. */
export function classifyByMean(experiment: readonly number[], control: readonly number[]): Classification {
  const difference = mean(experiment) - mean(control)
  return difference > 0 ? 'High' : difference < 0 ? 'Low' : 'Pass'
}

const pass: MetricClassification = { classification: 'Pass', critical: false, deviation: 1 }

function withoutData(
  experiment: readonly number[],
  control: readonly number[],
  { nanStrategy, mustHaveData, critical }: MetricRules,
): MetricClassification {
  if (nanStrategy === 'replace') return pass
  const missing = [...(experiment.length === 0 ? ['experiment'] : []), ...(control.length === 0 ? ['control'] : [])]
  const reason = `no data of ${missing.join(' and ')}`
  if (mustHaveData && !critical) return { classification: 'NodataFailMetric', critical: false, deviation: 1, reason }
  return { classification: 'Nodata', critical, deviation: 1, reason }
}

function deviates({ low, high, estimate }: ShiftInterval, effect: number, rules: MetricRules): Classification {
  const { direction, effectSizeThresholds, tolerance } = rules
  const bound = tolerance * Math.abs(estimate)
  const [decrease, increase] = effectSizeThresholds
  if (direction !== 'decrease' && low > bound && !(effect < increase)) return 'High'
  if (direction !== 'increase' && high < -bound && !(effect > decrease)) return 'Low'
  return 'Pass'
}

function isCritical(classification: Classification, effect: number, rules: MetricRules): boolean {
  const [decrease, increase] = rules.criticalThresholds
  if (!rules.critical) return false
  return (classification === 'High' && !(effect < increase)) || (classification === 'Low' && !(effect > decrease))
}

function meanRatio(experiment: readonly number[], control: readonly number[]): number {
  const [a, b] = [mean(experiment), mean(control)]
  return a === 0 || b === 0 ? Number.NaN : a / b
}

/**
 * Two different constants get spread, without which no test can be made. Kayenta adds Gaussian noise of this size; equally
 * spaced quantities do the same without chance.
 */
function spread(values: readonly number[]): number[] {
  return values.map((value, index) => value * (1 + 1e-5 * ((index + 0.5) / values.length - 0.5)))
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)
const areEqual = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((value, index) => value === b[index])
const isConstant = (values: readonly number[]) => values.every(value => value === values[0])
