import { byCreation, byName, byRevisionDescending, isOwnedBy, orderedBy, podHashOf, revisionOf } from '../ownership.ts'
import type { AnalysisMetric, AnalysisRun, Measurement, MetricResult } from '../rollout.ts'
import { type InfoMeta, infoMeta } from './info-meta.ts'

/** How often each kind of measurement occurred. */
export interface MeasurementCounts {
  successful: number
  failed: number
  inconclusive: number
  error: number
}

export interface MetricInfo extends MeasurementCounts {
  name: string
  /** empty before the first measurement */
  phase: string
  message?: string
  dryRun?: true
  /** Go duration */
  interval?: string
  /** measurements that the metric is meant to take; absent: it goes on until stopped, or takes one (no interval) */
  count?: number
  successCondition?: string
  failureCondition?: string
  /** failures that are tolerated; negative: any number */
  failureLimit: number
  inconclusiveLimit: number
  consecutiveErrorLimit: number
  /** further failures until the metric fails; absent where any number is tolerated */
  failuresLeft?: number
  inconclusiveLeft?: number
  /** further errors in a row until the metric ends in Error */
  errorsLeft?: number
  /** what the controller has kept, oldest first */
  measurements: Measurement[]
}

export interface AnalysisJobInfo {
  name: string
  namespace: string
  metric: string
  status: string
  /** RFC 3339 */
  startedAt?: string
}

export interface AnalysisRunInfo extends InfoMeta, MeasurementCounts {
  revision: number
  podHash: string
  /** empty before the controller has seen it */
  status: string
  message?: string
  /** what started it: `Step | Background | PrePromotion | PostPromotion`, where the labels say */
  type?: string
  stepIndex?: number
  metrics: MetricInfo[]
  /** Jobs that its measurements ran */
  jobs: AnalysisJobInfo[]
  /** only name, status and message are known, from the status of the experiment that runs it */
  notLoaded?: true
}

/**
 * The AnalysisRuns that `ownerUid` owns: newest revision first, oldest first within one. The sums include metrics in
 * dry-run. Follows argo-rollouts info/analysis_info.go.
 */
export function analysisRunInfos(runs: readonly AnalysisRun[], ownerUid: string | undefined): AnalysisRunInfo[] {
  return runs
    .filter(run => isOwnedBy(run, ownerUid))
    .sort(orderedBy(byRevisionDescending, byCreation, (a, b) => byName(b, a)))
    .map(analysisRunInfo)
}

export function analysisRunInfo(run: AnalysisRun): AnalysisRunInfo {
  const results = run.status?.metricResults ?? []
  const labels = run.metadata.labels ?? {}
  const stepIndex = labels['step-index']
  const total = (of: keyof MeasurementCounts) => results.reduce((sum, result) => sum + (result[of] ?? 0), 0)
  return {
    ...infoMeta(run),
    revision: revisionOf(run),
    podHash: podHashOf(run),
    status: run.status?.phase ?? '',
    ...(run.status?.message ? { message: run.status.message } : {}),
    ...(labels['rollout-type'] ? { type: labels['rollout-type'] } : {}),
    ...(stepIndex !== undefined && /^\d+$/.test(stepIndex) ? { stepIndex: Number(stepIndex) } : {}),
    successful: total('successful'),
    failed: total('failed'),
    inconclusive: total('inconclusive'),
    error: total('error'),
    metrics: metricInfos(run.spec.metrics ?? [], results),
    jobs: results.flatMap(result => jobsOf(result, run.metadata.namespace ?? '')),
  }
}

function metricInfos(metrics: readonly AnalysisMetric[], results: readonly MetricResult[]): MetricInfo[] {
  const byMetric = new Map(results.map(result => [result.name, result]))
  const known = new Set(metrics.map(metric => metric.name))
  // A name with a placeholder is resolved in the result only, so a result may have no metric of its name.
  const others = results.filter(result => !known.has(result.name))
  return [
    ...metrics.map(metric => metricInfo(metric, byMetric.get(metric.name))),
    ...others.map(result => metricInfo({ name: result.name }, result)),
  ]
}

function metricInfo(metric: AnalysisMetric, result: MetricResult | undefined): MetricInfo {
  const { name, interval, successCondition, failureCondition } = metric
  const count = limitNumber(metric.count)
  const failureLimit = limitNumber(metric.failureLimit) ?? 0
  const inconclusiveLimit = limitNumber(metric.inconclusiveLimit) ?? 0
  const consecutiveErrorLimit = limitNumber(metric.consecutiveErrorLimit) ?? 4
  const left = (limit: number, used: number | undefined) => (limit < 0 ? undefined : Math.max(0, limit - (used ?? 0)))
  const optional = {
    message: result?.message || undefined,
    dryRun: result?.dryRun ? (true as const) : undefined,
    interval,
    count: count || undefined,
    successCondition: successCondition || undefined,
    failureCondition: failureCondition || undefined,
    failuresLeft: left(failureLimit, result?.failed),
    inconclusiveLeft: left(inconclusiveLimit, result?.inconclusive),
    errorsLeft: left(consecutiveErrorLimit, result?.consecutiveError),
  }
  return {
    name,
    phase: result?.phase ?? '',
    successful: result?.successful ?? 0,
    failed: result?.failed ?? 0,
    inconclusive: result?.inconclusive ?? 0,
    error: result?.error ?? 0,
    failureLimit,
    inconclusiveLimit,
    consecutiveErrorLimit,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    measurements: result?.measurements ?? [],
  }
}

/** A limit as the controller reads it: text that is no number is 0 (argo-rollouts analysis_types.go). */
function limitNumber(value: number | string | undefined): number | undefined {
  if (value === undefined || typeof value === 'number') return value
  return /^[+-]?\d+$/.test(value) ? Number(value) : 0
}

function jobsOf(result: MetricResult, namespace: string): AnalysisJobInfo[] {
  return (result.measurements ?? []).flatMap(({ metadata, phase, startedAt }) => {
    const name = metadata?.['job-name']
    if (!name) return []
    return [
      {
        name,
        namespace: metadata['job-namespace'] || namespace,
        metric: result.name,
        status: phase ?? '',
        ...(startedAt ? { startedAt } : {}),
      },
    ]
  })
}
