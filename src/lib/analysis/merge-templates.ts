import type { AnalysisRunSpec, AnalysisTemplate, AnalysisTemplateSpec, Argument } from './analysis.ts'
import { AnalysisError } from './analysis-error.ts'

/** Namespaced and cluster templates that make one run, each in the order in which they were found. */
export interface FoundTemplates {
  templates: readonly AnalysisTemplate[]
  clusterTemplates: readonly AnalysisTemplate[]
}

/** What the creator of a run adds to its templates. */
export type RunInput = Pick<AnalysisRunSpec, 'args' | 'dryRun' | 'measurementRetention'>

/**
 * The spec of the run that the controller would create from these templates (argo-rollouts utils/analysis/helpers.go
 * NewAnalysisRunFromTemplates). Arguments that no template declares are dropped, as upstream does without a word; see
 * {@link undeclaredArguments}.
 *
 * @throws AnalysisError for metrics, rules or argument values that contradict each other, and unresolved arguments
 */
export function runSpecOf({ templates, clusterTemplates }: FoundTemplates, input: RunInput = {}): AnalysisRunSpec {
  const specs = [...templates, ...clusterTemplates].map(template => template.spec)
  const metrics = specs.flatMap(spec => spec.metrics ?? [])
  refuseDuplicates(
    metrics.map(metric => metric.name),
    name => `two metrics have the same name '${name}'`,
  )
  const dryRun = [...(input.dryRun ?? []), ...specs.flatMap(spec => spec.dryRun ?? [])]
  refuseDuplicates(
    dryRun.map(rule => rule.metricName),
    name => `two Dry-Run metric rules have the same name '${name}'`,
  )
  const retention = [...(input.measurementRetention ?? []), ...specs.flatMap(spec => spec.measurementRetention ?? [])]
  refuseDuplicates(
    retention.map(rule => rule.metricName),
    name => `two Measurement Retention metric rules have the same name '${name}'`,
  )
  const args = mergeArguments(input.args ?? [], declaredArguments(specs))
  return {
    metrics,
    ...(args.length > 0 ? { args } : {}),
    ...(dryRun.length > 0 ? { dryRun } : {}),
    ...(retention.length > 0 ? { measurementRetention: retention } : {}),
  }
}

function refuseDuplicates(names: readonly string[], message: (name: string) => string): void {
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) throw new AnalysisError(message(twice))
}

/**
 * The arguments that templates declare together. The first value of a name counts; an entry without a value gives way to
 * a later one, even if it has a `valueFrom`.
 *
 * @throws AnalysisError for two different values of one name
 */
export function declaredArguments(specs: readonly AnalysisTemplateSpec[]): Argument[] {
  const declared = new Map<string, Argument>()
  for (const arg of specs.flatMap(spec => spec.args ?? [])) {
    const before = declared.get(arg.name)
    if (before?.value !== undefined && arg.value !== undefined && before.value !== arg.value)
      throw new AnalysisError(
        `Argument \`${arg.name}\` specified multiple times with different values: '${before.value}', '${arg.value}'`,
      )
    if (before?.value === undefined) declared.set(arg.name, arg)
  }
  return [...declared.values()]
}

/**
 * The declared arguments with the values that come in.
 *
 * @throws AnalysisError for an argument that has no source in the end
 */
export function mergeArguments(incoming: readonly Argument[], declared: readonly Argument[]): Argument[] {
  const merged = declared.map(arg => incoming.filter(each => each.name === arg.name).reduce(override, arg))
  const unresolved = merged.find(arg => arg.value === undefined && !arg.valueFrom)
  if (unresolved) throw new AnalysisError(`args.${unresolved.name} was not resolved`)
  return merged
}

function override(arg: Argument, { value, valueFrom }: Argument): Argument {
  if (value !== undefined) return { ...arg, value }
  return valueFrom ? { ...arg, valueFrom } : arg
}

/** Names of incoming arguments that no template declares, and that therefore have no effect. */
export function undeclaredArguments(incoming: readonly Argument[], { templates, clusterTemplates }: FoundTemplates) {
  const declared = new Set([...templates, ...clusterTemplates].flatMap(({ spec }) => spec.args ?? []).map(a => a.name))
  return incoming.map(arg => arg.name).filter(name => !declared.has(name))
}
