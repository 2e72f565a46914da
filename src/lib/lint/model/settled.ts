import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import type { MetricModel } from './metric-model.ts'
import { fill, placeholdersOf } from './templated-text.ts'

type SettledField =
  | 'interval'
  | 'initialDelay'
  | 'count'
  | 'failureLimit'
  | 'inconclusiveLimit'
  | 'consecutiveErrorLimit'
  | 'consecutiveSuccessLimit'

/**
 * Fields of a metric with the defaults of arguments in place; undefined when one of them depends on an argument that has
 * none, so that nothing can be said yet.
 */
export function settled(
  metric: MetricModel,
  ...fields: SettledField[]
): Pick<AnalysisMetric, SettledField> | undefined {
  const found: Record<string, unknown> = {}
  for (const field of fields) {
    const value = metric.metric[field]
    if (value === undefined) continue
    const text = typeof value === 'string' ? withDefaults(value, metric.defaults) : value
    if (text === undefined) return undefined
    found[field] = text
  }
  return found as Pick<AnalysisMetric, SettledField>
}

/** A text with the defaults of its arguments; undefined when one has none. */
export function withDefaults(text: string, defaults: ReadonlyMap<string, string>): string | undefined {
  const { list } = placeholdersOf(text)
  if (list.length === 0) return text
  const values = list.map(({ argument = '' }) => defaults.get(argument))
  if (values.includes(undefined)) return undefined
  return fill(text, list, values as string[]).text
}
