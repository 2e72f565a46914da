import { toValue } from '../../expr/environment.ts'
import { decodeJson } from '../../expr/go/json-decode.ts'
import type { Value } from '../../expr/go/values.ts'
import { Problem } from '../../expr/problem.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import type { ControllerVersion } from '../analysis.ts'

const numberText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/**
 * What the conditions were given, read back from how a provider has written it; undefined where the text does not tell
 * (argo-rollouts metricproviders: each writes its values in its own way).
 */
export function resultOfValue(
  metric: AnalysisMetric,
  value: string,
  version: ControllerVersion,
): { result: Value } | undefined {
  const { provider = {} } = metric
  if (provider.prometheus != null) return wrap(samples(value))
  if (provider.newRelic != null || provider.skywalking != null) return wrap(json(value))
  if (provider.web == null) return undefined
  // up to 1.9 what is no JSON is Successful, and the conditions are not asked
  return wrap(json(value)) ?? (version === '1.9' ? undefined : { result: toValue(value) })
}

/** A Prometheus value as the controller writes it: `10` (scalar), `[0.98,NaN,+Inf]` (vector), or undefined. */
export function samples(text: string): Value | undefined {
  const list = /^\s*\[([^[\]]*)\]\s*$/s.exec(text)?.[1]
  if (list === undefined) return sample(text)
  if (list.trim() === '') return toValue(new Float64Array())
  const numbers = list.split(',').map(sample)
  return numbers.every(number => number !== undefined) ? toValue(Float64Array.from(numbers)) : undefined
}

function sample(text: string): number | undefined {
  const trimmed = text.trim()
  if (numberText.test(trimmed)) return Number(trimmed)
  const [, sign, word] = /^([+-]?)(NaN|Inf)$/.exec(trimmed) ?? []
  if (word === 'NaN') return Number.NaN
  if (word === 'Inf') return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return undefined
}

/** As Go's decoder reads it; undefined for what is no JSON to Go. */
export function json(text: string): Value | undefined {
  try {
    return decodeJson(text)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

const wrap = (result: Value | undefined) => (result === undefined ? undefined : { result })
