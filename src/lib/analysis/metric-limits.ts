import type { AnalysisMetric } from '../rollouts/rollout.ts'

const maxInt64 = 2n ** 63n - 1n
const defaultConsecutiveErrorLimit = 4

/**
 * The number of an int-or-string field. Text that is no integer counts as 0, one beyond 64 bits as the largest
 * (apimachinery intstr.IntValue, which drops the error of strconv.Atoi).
 */
export function intValue(field: number | string | undefined): number {
  if (typeof field !== 'string') return field ?? 0
  if (!/^[+-]?\d+$/.test(field)) return 0
  const value = BigInt(field.replace('+', ''))
  return Number(value > maxInt64 ? maxInt64 : value < -maxInt64 - 1n ? -maxInt64 - 1n : value)
}

/** As {@link intValue}, wrapped to 32 bits as the controller does where it compares with a counter. */
export function int32Value(field: number | string | undefined): number {
  const value = intValue(field)
  return Number.isSafeInteger(value) ? Number(BigInt.asIntN(32, BigInt(value))) : value > 0 ? -1 : 0
}

/**
 * How many completed measurements end the metric; undefined is "goes on until it is stopped". No count means one
 * measurement without an interval, and no end with one. (argo-rollouts analysis_types.go EffectiveCount)
 */
export function effectiveCount(metric: AnalysisMetric): number | undefined {
  if (intValue(metric.count) === 0) return metric.interval ? undefined : 1
  return int32Value(metric.count)
}

export interface MetricLimits {
  /** negative: failures end nothing */
  failure: number
  inconclusive: number
  consecutiveError: number
  /** 0: successes in a row end nothing */
  consecutiveSuccess: number
}

export function limitsOf(metric: AnalysisMetric): MetricLimits {
  return {
    failure: int32Value(metric.failureLimit),
    inconclusive: int32Value(metric.inconclusiveLimit),
    consecutiveError:
      metric.consecutiveErrorLimit === undefined
        ? defaultConsecutiveErrorLimit
        : int32Value(metric.consecutiveErrorLimit),
    consecutiveSuccess: int32Value(metric.consecutiveSuccessLimit),
  }
}
