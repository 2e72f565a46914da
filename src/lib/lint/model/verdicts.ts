import type { ControllerVersion } from '../../analysis/analysis.ts'
import { judge } from '../../analysis/judge.ts'
import type { Measured } from '../../analysis/record-measurement.ts'
import { conditionEnvironment, phaseOf } from '../../expr/condition.ts'
import { toValue } from '../../expr/environment.ts'
import { run } from '../../expr/expr.ts'
import type { MetricModel } from './metric-model.ts'

/**
 * What the controller would make of a result of the type that the provider returns: both conditions are evaluated on it,
 * with stand-ins for arguments that have no default. Undefined when there is no condition or one does not compile.
 */
export function verdictOn(metric: MetricModel, result: unknown, version: ControllerVersion): Measured | undefined {
  const { conditions, compiler } = metric
  if (conditions.length === 0) return undefined
  const key = `${keyOf(metric, version)} ${sampleText(result)}`
  if (!compiler.verdicts.has(key)) compiler.verdicts.set(key, evaluated(metric, result, version))
  return compiler.verdicts.get(key)
}

const keys = new WeakMap<MetricModel, string>()

/** Metrics with the same conditions judge alike. */
function keyOf(metric: MetricModel, version: ControllerVersion): string {
  let key = keys.get(metric)
  if (key === undefined) {
    key = metric.conditions.map(condition => `${condition.field} ${condition.compiled(version).filled.text}`).join(' ')
    keys.set(metric, key)
  }
  return `${version} ${key}`
}

const sampleText = (result: unknown) => (result instanceof Float64Array ? `[${result.join(' ')}]` : String(result))

function evaluated(
  { conditions, name }: MetricModel,
  result: unknown,
  version: ControllerVersion,
): Measured | undefined {
  const texts: Record<string, string> = {}
  const outcomes: Record<string, boolean> = {}
  const environment = conditionEnvironment(toValue(result))
  for (const condition of conditions) {
    const { result: program, filled } = condition.compiled(version)
    if (program === undefined) return undefined
    texts[condition.field] = filled.text
    // nil has a type of its own, for which the condition is compiled anew below
    const outcome = result === null ? undefined : run(program, environment, () => 0)
    if (outcome?.kind === 'value' && typeof outcome.value === 'boolean') outcomes[condition.field] = outcome.value
  }
  if (Object.keys(outcomes).length === conditions.length)
    return { phase: phaseOf(outcomes.successCondition, outcomes.failureCondition), value: '' }
  // in the controller's words
  return judge(toValue(result), '', { name, ...texts }, version, 0)
}

/** A vector as a Prometheus provider hands it over. */
export const vector = (...values: number[]): Float64Array => Float64Array.from(values)
