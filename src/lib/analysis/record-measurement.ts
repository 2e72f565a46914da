import { isCompletedAnalysis } from '../rollouts/phase.ts'
import type { AnalysisMetric, AnalysisPhase, Measurement, MetricResult } from '../rollouts/rollout.ts'
import type { ControllerVersion } from './analysis.ts'
import type { MeasurementAction } from './schedule.ts'
import { timestamp } from './timestamps.ts'

/** What a provider found out. `Running` is a measurement that goes on; it is asked for again from `resumeAtMs`. */
export interface Measured {
  phase: Exclude<AnalysisPhase, 'Pending'>
  value?: string
  message?: string
  metadata?: Record<string, string>
  resumeAtMs?: number
}

/** Something to do for a metric. The metric carries its arguments and secrets: it is for the provider, not for output. */
export interface MeasurementTask {
  metric: AnalysisMetric
  action: MeasurementAction
  /** the measurement to resume or terminate */
  inFlight?: Measurement
}

export interface TaskResult {
  task: MeasurementTask
  measured: Measured
  /** ms since 1970 */
  startedAtMs: number
  finishedAtMs: number
  /** of the metric's result, kept from the first measurement; providers state the resolved query here */
  metadata?: Record<string, string>
}

export interface Recording {
  isDryRun: boolean
  secrets: readonly string[]
  version: ControllerVersion
}

/**
 * The metric's result with one more measurement in it, or with the one in flight brought up to date. Errors do not use
 * up `count` (argo-rollouts analysis/analysis.go runMeasurements). Upstream hides secrets in the message only.
 */
export function recordMeasurement(
  result: MetricResult | undefined,
  taken: TaskResult,
  { isDryRun, secrets, version }: Recording,
): MetricResult {
  const { task, metadata } = taken
  const measurement = measurementOf(taken, secrets, version)
  const base: MetricResult = result ?? {
    name: task.metric.name,
    phase: 'Running',
    ...(isDryRun ? { dryRun: true } : {}),
    ...(metadata ? { metadata: redactAll(metadata, secrets) } : {}),
  }
  const before = base.measurements ?? []
  const measurements = task.action === 'measure' ? [...before, measurement] : [...before.slice(0, -1), measurement]
  return { ...counted(base, measurement.phase), measurements }
}

function measurementOf(taken: TaskResult, secrets: readonly string[], version: ControllerVersion): Measurement {
  const { task, measured, startedAtMs, finishedAtMs } = taken
  const { phase, value, metadata, resumeAtMs } = measured
  const isEnded = isCompletedAnalysis(phase)
  const message = task.action === 'terminate' && isTermination(phase, version) ? 'Metric Terminated' : measured.message
  return {
    ...task.inFlight,
    phase,
    ...(value ? { value: redact(value, secrets) } : {}),
    ...(message ? { message: redact(message, secrets) } : {}),
    ...(metadata ? { metadata: redactAll(metadata, secrets) } : {}),
    startedAt: task.inFlight?.startedAt ?? timestamp(startedAtMs),
    ...(isEnded ? { finishedAt: timestamp(finishedAtMs) } : {}),
    ...(resumeAtMs === undefined ? {} : { resumeAt: timestamp(resumeAtMs) }),
  }
}

const isTermination = (phase: AnalysisPhase, version: ControllerVersion) =>
  phase === 'Successful' || (version === '1.10' && phase === 'Inconclusive')

function counted(result: MetricResult, phase: AnalysisPhase | undefined): MetricResult {
  const more = (field: 'count' | 'successful' | 'failed' | 'inconclusive' | 'error' | 'consecutiveError') =>
    (result[field] ?? 0) + 1
  const { consecutiveError: _errors, consecutiveSuccess: successes = 0, ...rest } = result
  switch (phase) {
    case 'Successful':
      return { ...rest, count: more('count'), successful: more('successful'), consecutiveSuccess: successes + 1 }
    case 'Failed':
      return { ...rest, count: more('count'), failed: more('failed') }
    case 'Inconclusive':
      return { ...rest, count: more('count'), inconclusive: more('inconclusive') }
    case 'Error':
      return { ...rest, error: more('error'), consecutiveError: more('consecutiveError') }
    default:
      return result
  }
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((all, secret) => (secret === '' ? all : all.replaceAll(secret, '*****')), text)
}

const redactAll = (texts: Record<string, string>, secrets: readonly string[]) =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, redact(text, secrets)]))
