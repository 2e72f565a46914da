import { evaluateCondition } from '../expr/condition.ts'
import { Dictionary, Slice, type Value } from '../expr/go/values.ts'
import type { AnalysisMetric } from '../rollouts/rollout.ts'
import type { ControllerVersion } from './analysis.ts'
import type { Measured } from './record-measurement.ts'

/**
 * The verdict of a metric's conditions on a provider's result, ready to be recorded. A condition that cannot be evaluated
 * leaves no value behind (argo-rollouts utils/evaluate/evaluate.go and the providers' use of it).
 *
 * @param value how the provider writes the result
 * @param nowMs the clock of `now()`
 */
export function judge(
  result: Value,
  value: string,
  metric: AnalysisMetric,
  version: ControllerVersion,
  nowMs: number,
): Measured {
  const { successCondition = '', failureCondition = '' } = metric
  const dialect = version === '1.9' ? '1.15' : '1.17'
  const { phase, error } = evaluateCondition(result, successCondition, failureCondition, dialect, () => nowMs)
  if (!error) return { phase, value }
  if (version === '1.9') return { phase, message: error.message }
  const cause = isNilOrEmpty(result)
    ? 'metric result is nil or empty: no data returned from the metric provider'
    : error.message
  return { phase, message: `could not evaluate ${error.field} "${metric[error.field] ?? ''}": ${cause}` }
}

const isNilOrEmpty = (result: Value) =>
  result === null ||
  (result instanceof Slice && result.items.length === 0) ||
  (result instanceof Dictionary && result.isNil)
