import type { AnalysisMetricState } from '../../events/event.ts'
import { isCompletedAnalysis } from '../../rollouts/phase.ts'
import type { AnalysisMetric, MetricResult } from '../../rollouts/rollout.ts'
import { effectiveCount, limitsOf } from '../metric-limits.ts'

/** The field of the metric's provider that is set; of a plugin also its name: `plugin argoproj-labs/sample`. */
export function providerName(metric: AnalysisMetric): string {
  const { provider = {} } = metric
  const type = Object.keys(provider).find(key => provider[key] != null) ?? ''
  if (type !== 'plugin') return type
  return `plugin ${Object.keys(provider.plugin as object).join(', ')}`
}

/**
 * How a metric stands, for events and views.
 *
 * @param metric with its arguments resolved and its secrets hidden
 * @param nextAt RFC 3339, where it is known
 */
export function metricState(
  metric: AnalysisMetric,
  result: MetricResult | undefined,
  more: { isDryRun: boolean; nextAt?: string | undefined },
): AnalysisMetricState {
  const { name, successCondition, failureCondition, interval, initialDelay } = metric
  const plannedCount = effectiveCount(metric)
  const query = queryOf(metric)
  const phase = result?.phase ?? 'Pending'
  const counts = {
    count: result?.count ?? 0,
    successful: result?.successful ?? 0,
    failed: result?.failed ?? 0,
    inconclusive: result?.inconclusive ?? 0,
    error: result?.error ?? 0,
    consecutiveError: result?.consecutiveError ?? 0,
    consecutiveSuccess: result?.consecutiveSuccess ?? 0,
  }
  return {
    name,
    phase,
    ...(result?.message ? { message: result.message } : {}),
    provider: providerName(metric),
    ...(query ? { query } : {}),
    ...(more.isDryRun ? { dryRun: true as const } : {}),
    ...(successCondition ? { successCondition } : {}),
    ...(failureCondition ? { failureCondition } : {}),
    ...(interval ? { interval } : {}),
    ...(initialDelay ? { initialDelay } : {}),
    ...(plannedCount === undefined ? {} : { plannedCount }),
    counts,
    limits: limitsOf(metric),
    ...(more.nextAt && !isCompletedAnalysis(phase) ? { nextAt: more.nextAt } : {}),
  }
}

/** What is asked or done, where that can be said in a text: a query, a request, the containers of a Job. */
function queryOf(metric: AnalysisMetric): string | undefined {
  const { provider = {} } = metric
  const config = provider[Object.keys(provider).find(key => provider[key] != null) ?? '']
  if (typeof config !== 'object' || config === null) return undefined
  const { query, queries, url, method, body, jsonBody, spec, canaryConfigName } = config as Record<string, unknown>
  if (typeof query === 'string') return query.trim()
  if (typeof url === 'string') {
    const line = `${typeof method === 'string' && method !== '' ? method : 'GET'} ${url}`
    const content = typeof body === 'string' && body !== '' ? body : jsonBody == null ? '' : JSON.stringify(jsonBody)
    return content === '' ? line : `${line}\n${content}`
  }
  if (typeof queries === 'object' && queries !== null)
    return Object.entries(queries)
      .map(([name, text]) => `${name}: ${text}`)
      .join('; ')
  if (typeof canaryConfigName === 'string') return canaryConfigName
  return containersOf(spec as JobSpec | undefined)
}

interface JobSpec {
  template?: { spec?: { containers?: { image?: string; command?: string[]; args?: string[] }[] } }
}

/** `busybox sh -c "exit 1"`, a line for each container of a Job. */
function containersOf(spec: JobSpec | undefined): string | undefined {
  const words = (spec?.template?.spec?.containers ?? []).map(({ image = '', command = [], args = [] }) =>
    [image, ...command, ...args].map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' '),
  )
  return words.length === 0 ? undefined : words.join('\n')
}
