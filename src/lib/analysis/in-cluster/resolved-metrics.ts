import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import type { AnalysisRunSpec, Argument } from '../analysis.ts'
import { AnalysisError } from '../analysis-error.ts'
import { resolveMetric } from '../placeholders.ts'
import { dryRunMetrics } from '../validate.ts'

/** Metrics as people should see them: arguments in place, secrets hidden; one that cannot be resolved is as written. */
export function resolvedMetrics({ metrics = [], args = [] }: AnalysisRunSpec): AnalysisMetric[] {
  const shown = args.map((arg: Argument) => (arg.valueFrom?.secretKeyRef ? { name: arg.name, value: '*****' } : arg))
  // what has no value yet stays a placeholder
  const given = shown.map(arg => ({ ...arg, value: arg.value ?? `{{args.${arg.name}}}` }))
  return metrics.map(metric => unlessWrong(() => resolveMetric(metric, given), metric))
}

/** The names of those that only run dry; none where a rule is wrong, which ends the run. */
export function dryRunNames({ dryRun = [] }: AnalysisRunSpec, metrics: readonly AnalysisMetric[]): Set<string> {
  return unlessWrong(() => dryRunMetrics(dryRun, metrics), new Set())
}

function unlessWrong<T>(work: () => T, otherwise: T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof AnalysisError) return otherwise
    throw error
  }
}
