import { analysisRuns } from '../../kube/resource-types.ts'
import { isCompletedAnalysis } from '../../rollouts/phase.ts'
import type {
  AnalysisMetric,
  AnalysisPhase,
  AnalysisRun,
  AnalysisRunStatus,
  Measurement,
  MetricResult,
  RunSummary,
} from '../../rollouts/rollout.ts'
import { readGoDuration } from '../../values/go-duration.ts'
import { refOf } from '../store/garbage.ts'
import { createMergePatch } from '../store/patches.ts'
import { type Environment, recordEvent, timestamp } from './environment.ts'

const manager = 'rollouts-controller'

export interface Outcome {
  phase: Exclude<AnalysisPhase, 'Pending' | 'Running'>
  value?: string
  message?: string
}

/** What the next measurement of a metric gives; undefined leaves it to the run's annotations. `index` counts from 0. */
export type AnalysisScript = (run: AnalysisRun, metric: AnalysisMetric, index: number) => Outcome | undefined

const prefix = 'playground.kubectl-canary/'

/**
 * One look at an AnalysisRun: measures what is due and judges it by the real limits; only the measurements themselves
 * are scripted (argo-rollouts analysis/analysis.go). Annotations of the run (analysisRunMetadata puts them there):
 * `playground.kubectl-canary/outcome` and `/value`, for one metric `/outcome.METRIC` and `/value.METRIC`.
 */
export function reconcileAnalysisRun(
  environment: Environment,
  ref: { namespace: string; name: string },
  enqueueAfter: (ms: number) => void,
  script?: AnalysisScript,
): void {
  const run = environment.store.find<AnalysisRun>(analysisRuns, ref)
  if (!run || run.metadata.deletionTimestamp || isCompletedAnalysis(run.status?.phase)) return
  const nowMs = environment.timeline.now()
  const now = timestamp(environment)
  const metrics = run.spec.metrics ?? []
  const before = run.status?.metricResults ?? []
  const isEnding = (run.spec.terminate ?? false) || before.some(each => isBad(each.phase) && !each.dryRun)
  const results = metrics.flatMap(metric => {
    const last = before.find(each => each.name === metric.name)
    const dryRun = (run.spec.dryRun ?? []).some(rule => new RegExp(rule.metricName).test(metric.name))
    const measured = isEnding ? last : measure({ run, metric, last, nowMs, now, script, dryRun })
    if (!measured) return isEnding ? [assess(metric, emptyResult(metric, dryRun), true)] : []
    return [assess(metric, measured, isEnding)]
  })
  const status = statusOf(run, results, isEnding, now)
  const dueMs = Math.min(...metrics.map(metric => nextDueMs(run, status, metric, nowMs)))
  if (!isCompletedAnalysis(status.phase) && Number.isFinite(dueMs)) enqueueAfter(Math.max(0, dueMs - nowMs))
  const patch = createMergePatch(run.status ?? {}, status)
  if (patch === undefined) return
  environment.store.patch(analysisRuns, refOf(run), { type: 'merge', body: { status: patch } }, { manager })
  noteCompletion(environment, run, before, status)
}

interface Occasion {
  run: AnalysisRun
  metric: AnalysisMetric
  last: MetricResult | undefined
  nowMs: number
  now: string
  script: AnalysisScript | undefined
  dryRun: boolean
}

function measure(occasion: Occasion): MetricResult | undefined {
  const { run, metric, last, nowMs, now, script, dryRun } = occasion
  const result = last ?? emptyResult(metric, dryRun)
  if (isCompletedAnalysis(result.phase) || isCountReached(metric, result)) return last
  if (!last && nowMs < startMs(run, metric)) return undefined
  if (last && nowMs < (dueAfter(metric, last) ?? 0)) return last
  const index = (result.count ?? 0) + (result.error ?? 0)
  const { phase, value, message } = script?.(run, metric, index) ?? annotated(run, metric)
  const measurement: Measurement = {
    phase,
    ...(value === undefined ? {} : { value }),
    ...(message ? { message } : {}),
    startedAt: now,
    finishedAt: now,
  }
  return counted(result, measurement, phase)
}

const emptyResult = ({ name }: AnalysisMetric, dryRun: boolean): MetricResult => ({
  name,
  ...(dryRun ? { dryRun } : {}),
})

function annotated(run: AnalysisRun, { name }: AnalysisMetric): Outcome {
  const annotation = (key: string) =>
    run.metadata.annotations?.[`${prefix}${key}.${name}`] ?? run.metadata.annotations?.[`${prefix}${key}`]
  const phase = (annotation('outcome') as Outcome['phase'] | undefined) ?? 'Successful'
  const value = annotation('value')
  const message = annotation('message')
  const shown = value ?? (phase === 'Error' ? undefined : '1')
  return { phase, ...(shown === undefined ? {} : { value: shown }), ...(message ? { message } : {}) }
}

function counted(result: MetricResult, measurement: Measurement, phase: Outcome['phase']): MetricResult {
  const count = (field: 'successful' | 'failed' | 'inconclusive' | 'error') => (result[field] ?? 0) + 1
  const measurements = [...(result.measurements ?? []), measurement].slice(-10)
  const { consecutiveError: _error, consecutiveSuccess: _success, ...rest } = result
  if (phase === 'Error') {
    return { ...rest, measurements, error: count('error'), consecutiveError: (result.consecutiveError ?? 0) + 1 }
  }
  const own = phase.toLowerCase() as 'successful' | 'failed' | 'inconclusive'
  return {
    ...rest,
    measurements,
    count: (result.count ?? 0) + 1,
    [own]: count(own),
    ...(phase === 'Successful' ? { consecutiveSuccess: (result.consecutiveSuccess ?? 0) + 1 } : {}),
  }
}

const number = (value: number | string | undefined) =>
  value === undefined ? undefined : Math.trunc(Number(value)) || 0

/** undefined: without end */
function effectiveCount({ count, interval }: AnalysisMetric): number | undefined {
  return number(count) || (interval ? undefined : 1)
}

function isCountReached(metric: AnalysisMetric, result: MetricResult): boolean {
  const count = effectiveCount(metric)
  return count !== undefined && (result.count ?? 0) >= count
}

/** The limit that a metric exceeds, with the phase that follows; errors weigh more than inconclusive, and these more than failures. */
function exceeded(metric: AnalysisMetric, result: MetricResult): { phase: AnalysisPhase; why: string } | undefined {
  const { failed = 0, inconclusive = 0, consecutiveError = 0 } = result
  const errorLimit = number(metric.consecutiveErrorLimit) ?? 4
  const inconclusiveLimit = number(metric.inconclusiveLimit) ?? 0
  const failureLimit = number(metric.failureLimit) ?? 0
  if (consecutiveError > errorLimit) {
    return { phase: 'Error', why: `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${errorLimit})` }
  }
  if (inconclusive > inconclusiveLimit) {
    return { phase: 'Inconclusive', why: `inconclusive (${inconclusive}) > inconclusiveLimit (${inconclusiveLimit})` }
  }
  if (failureLimit >= 0 && failed > failureLimit) {
    return { phase: 'Failed', why: `failed (${failed}) > failureLimit (${failureLimit})` }
  }
  return undefined
}

function assess(metric: AnalysisMetric, result: MetricResult, isEnding: boolean): MetricResult {
  if (isCompletedAnalysis(result.phase)) return result
  const phase = phaseOf(metric, result, isEnding)
  if (phase === result.phase) return result
  const message = result.measurements?.at(-1)?.message
  const { message: _, ...rest } = result
  return { ...rest, phase, ...(message ? { message } : {}) }
}

function phaseOf(metric: AnalysisMetric, result: MetricResult, isEnding: boolean): AnalysisPhase {
  if (!result.measurements?.length) return isEnding ? 'Successful' : 'Pending'
  const limit = exceeded(metric, result)
  if (limit) return limit.phase
  const successLimit = number(metric.consecutiveSuccessLimit) ?? 0
  if (successLimit > 0 && (result.consecutiveSuccess ?? 0) >= successLimit) return 'Successful'
  if (isCountReached(metric, result)) {
    if (successLimit <= 0) return 'Successful'
    return (number(metric.failureLimit) ?? 0) >= 0 ? 'Inconclusive' : 'Failed'
  }
  return isEnding ? 'Successful' : 'Running'
}

const badness: AnalysisPhase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed']
const isBad = (phase: AnalysisPhase | undefined) => phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive'

function statusOf(run: AnalysisRun, results: MetricResult[], isEnding: boolean, now: string): AnalysisRunStatus {
  const metrics = run.spec.metrics ?? []
  const judged = results.filter(each => !each.dryRun)
  const isDone = metrics.every(metric => isCompletedAnalysis(results.find(each => each.name === metric.name)?.phase))
  let worst: MetricResult | undefined
  for (const each of judged) {
    if (isCompletedAnalysis(each.phase) && (!worst || rank(each.phase) > rank(worst.phase))) worst = each
  }
  const phase: AnalysisPhase = isDone || isEnding ? (worst?.phase ?? 'Successful') : 'Running'
  const message = isCompletedAnalysis(phase) ? messageOf(run, worst) : ''
  const completedAt = isCompletedAnalysis(phase) ? { completedAt: now } : {}
  return {
    phase,
    ...(message ? { message } : {}),
    metricResults: results,
    startedAt: run.status?.startedAt ?? now,
    ...completedAt,
    ...(isCompletedAnalysis(phase)
      ? { runSummary: summary(judged), dryRunSummary: summary(results.filter(each => each.dryRun)) }
      : { dryRunSummary: {}, runSummary: {} }),
  }
}

const rank = (phase: AnalysisPhase | undefined) => badness.indexOf(phase ?? 'Successful')

function messageOf(run: AnalysisRun, worst: MetricResult | undefined): string {
  const metric = run.spec.metrics?.find(each => each.name === worst?.name)
  const limit = metric && worst && isBad(worst.phase) ? exceeded(metric, worst) : undefined
  if (!limit || !worst) return run.spec.terminate ? 'Run Terminated' : ''
  const detail = worst.message ? `: "Error Message: ${worst.message}"` : ''
  return `Metric "${worst.name}" assessed ${worst.phase} due to ${limit.why}${detail}`
}

function summary(results: readonly MetricResult[]): RunSummary {
  const count = (phase: AnalysisPhase) => results.filter(each => each.phase === phase).length
  const all = {
    count: results.length,
    successful: count('Successful'),
    failed: count('Failed'),
    inconclusive: count('Inconclusive'),
    error: count('Error'),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value > 0)) as RunSummary
}

function startMs(run: AnalysisRun, { initialDelay }: AnalysisMetric): number {
  const delayMs = readGoDuration(initialDelay) ?? 0
  if (delayMs === 0) return 0
  return run.status?.startedAt ? Date.parse(run.status.startedAt) + delayMs : Number.POSITIVE_INFINITY
}

/** An error is repeated after ten seconds, whatever the interval. */
function dueAfter({ interval }: AnalysisMetric, result: MetricResult): number | undefined {
  const last = result.measurements?.at(-1)
  if (!last) return undefined
  const waitMs = last.phase === 'Error' ? 10_000 : (readGoDuration(interval) ?? 10_000)
  return Date.parse(last.finishedAt ?? '') + waitMs
}

function nextDueMs(run: AnalysisRun, status: AnalysisRunStatus, metric: AnalysisMetric, nowMs: number): number {
  const result = status.metricResults?.find(each => each.name === metric.name)
  if (!result) return startMs({ ...run, status }, metric)
  if (isCompletedAnalysis(result.phase)) return Number.POSITIVE_INFINITY
  return dueAfter(metric, result) ?? nowMs
}

function noteCompletion(
  environment: Environment,
  run: AnalysisRun,
  before: MetricResult[],
  status: AnalysisRunStatus,
): void {
  const say = (phase: AnalysisPhase | undefined, subject: string, reason: string, message = '') => {
    const type = phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal'
    const text = `${subject} Completed. Result: ${phase}${message}`
    recordEvent(environment, run, { type, reason, message: text, component: manager })
  }
  for (const result of status.metricResults ?? []) {
    const was = before.find(each => each.name === result.name)
    if (!isCompletedAnalysis(result.phase) || isCompletedAnalysis(was?.phase)) continue
    say(result.phase, `Metric '${result.name}'`, `Metric${result.phase}`)
  }
  if (isCompletedAnalysis(status.phase)) say(status.phase, 'Analysis', `AnalysisRun${status.phase}`)
}
