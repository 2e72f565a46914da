import type { ControllerVersion } from '../../analysis/analysis.ts'
import { judge } from '../../analysis/judge.ts'
import type { Measured } from '../../analysis/record-measurement.ts'
import { toValue } from '../../expr/environment.ts'
import type { MetricModel } from './metric-model.ts'

/**
 * What the controller would make of a result: both conditions are evaluated on it, with stand-ins for arguments that have
 * no default. Undefined when a condition does not compile, or has nothing but arguments in it.
 */
export function verdictOn(metric: MetricModel, result: unknown, version: ControllerVersion): Measured | undefined {
  const { conditions } = metric
  if (conditions.length === 0) return undefined
  const texts: Record<string, string> = {}
  for (const condition of conditions) {
    const { result: program, filled } = condition.compiled(version)
    if (program === undefined) return undefined
    texts[condition.field] = filled.text
  }
  return judge(toValue(result), '', { name: metric.name, ...texts }, version, 0)
}

/** A vector as a Prometheus provider hands it over. */
export const vector = (...values: number[]): Float64Array => Float64Array.from(values)
