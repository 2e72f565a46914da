import type { AnalysisMetric } from '../rollouts/rollout.ts'
import type { DryRunRule, RetentionRule } from './analysis.ts'
import { AnalysisError } from './analysis-error.ts'
import { metricDurationMs } from './metric-duration.ts'
import { intValue, limitsOf } from './metric-limits.ts'
import { ruleMatches } from './rule-match.ts'

const providerTypes = [
  'prometheus',
  'kayenta',
  'web',
  'datadog',
  'wavefront',
  'newRelic',
  'job',
  'cloudWatch',
  'graphite',
  'influxdb',
  'skywalking',
]

/**
 * What the controller checks before it measures (argo-rollouts utils/analysis/factory.go ValidateMetrics). Conditions
 * are not among it.
 *
 * @param metrics with their arguments resolved: names are compared after resolution
 * @throws AnalysisError with the first problem, without the prefix `Analysis spec invalid: `
 */
export function validateMetrics(metrics: readonly AnalysisMetric[]): void {
  if (metrics.length === 0) throw new AnalysisError('no metrics specified')
  const names = new Set<string>()
  for (const [index, metric] of metrics.entries()) {
    const problem = names.has(metric.name) ? `duplicate name '${metric.name}'` : metricProblem(metric)
    if (problem !== undefined) throw new AnalysisError(`metrics[${index}]: ${problem}`)
    names.add(metric.name)
  }
}

/** What is wrong with one metric, the first problem in the controller's order; undefined when nothing is. */
export function metricProblem(metric: AnalysisMetric): string | undefined {
  return limitProblem(metric) ?? countProblem(metric) ?? timeProblem(metric) ?? providerProblem(metric)
}

function limitProblem(metric: AnalysisMetric): string | undefined {
  const { failure, inconclusive, consecutiveError, consecutiveSuccess } = limitsOf(metric)
  if (consecutiveSuccess < 0) return 'consecutiveSuccessLimit must be >= 0'
  if (failure < -1) return 'failureLimit must be >= 0, or -1 to be disabled'
  if (consecutiveSuccess === 0 && failure === -1)
    return 'failureLimit and consecutiveSuccessLimit cannot both be disabled'
  if (inconclusive < 0) return 'inconclusiveLimit must be >= 0'
  if (consecutiveError < 0) return 'consecutiveErrorLimit must be >= 0'
  return undefined
}

function countProblem(metric: AnalysisMetric): string | undefined {
  const count = intValue(metric.count)
  const { failure, inconclusive, consecutiveSuccess } = limitsOf(metric)
  if (count > 0) {
    if (failure >= 0 && count < failure + consecutiveSuccess)
      return `count (${count}) must be >= failureLimit + consecutiveSuccessLimit (${failure} + ${consecutiveSuccess}) if both >= 0`
    if (failure < 0 && count < consecutiveSuccess) return 'count must be >= consecutiveSuccessLimit'
    if (count < inconclusive) return 'count must be >= inconclusiveLimit'
  }
  if (count > 1 && !metric.interval) return 'interval must be specified when count > 1'
  return undefined
}

function timeProblem(metric: AnalysisMetric): string | undefined {
  return (
    durationProblem(metric.interval, 'invalid interval string') ??
    durationProblem(metric.initialDelay, 'invalid startDelay string')
  )
}

function durationProblem(text: string | undefined, what: string): string | undefined {
  if (!text) return undefined
  try {
    metricDurationMs(text)
    return undefined
  } catch (error) {
    if (error instanceof AnalysisError) return `${what}: ${error.message}`
    throw error
  }
}

function providerProblem({ provider = {} }: AnalysisMetric): string | undefined {
  const count = providerTypes.filter(type => isSet(provider[type])).length + pluginCount(provider.plugin)
  if (count === 0) return 'no provider specified'
  return count > 1 ? 'multiple providers specified' : undefined
}

const isSet = (value: unknown) => value !== undefined && value !== null
const pluginCount = (plugin: unknown) =>
  typeof plugin === 'object' && plugin !== null ? Object.keys(plugin).length : 0

/**
 * The names of the metrics that only run dry.
 *
 * @throws AnalysisError for a rule that applies to no metric
 */
export function dryRunMetrics(rules: readonly DryRunRule[], metrics: readonly AnalysisMetric[]): Set<string> {
  return new Set(rules.flatMap((rule, index) => matching(rule.metricName, metrics, `dryRun[${index}]`)))
}

/**
 * How many measurements are kept, by metric; the last rule that applies to a metric counts.
 *
 * @throws AnalysisError for a rule that applies to no metric
 */
export function retentionLimits(
  rules: readonly RetentionRule[],
  metrics: readonly AnalysisMetric[],
): Map<string, number> {
  const limits = new Map<string, number>()
  for (const [index, rule] of rules.entries())
    for (const name of matching(rule.metricName, metrics, `measurementRetention[${index}]`))
      limits.set(name, rule.limit ?? 0)
  return limits
}

function matching(rule: string, metrics: readonly AnalysisMetric[], field: string): string[] {
  const names = metrics.map(metric => metric.name).filter(name => ruleMatches(rule, name))
  if (names.length === 0) throw new AnalysisError(`${field}: Rule didn't match any metric name(s)`)
  return names
}
