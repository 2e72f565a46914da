import { isCompletedAnalysis } from '../rollouts/phase.ts'
import type { AnalysisMetric, AnalysisPhase, AnalysisRunStatus, MetricResult, RunSummary } from '../rollouts/rollout.ts'
import type { EngineRun } from './analysis.ts'
import { assessMetric, type ExceededLimit, exceededLimit } from './assess-metric.ts'
import { isTerminating, lastMeasurement, resultOf, withResult } from './metric-results.ts'
import { timestamp } from './timestamps.ts'

/** From best to worst. */
const badness: AnalysisPhase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed']

const isWorse = (phase: AnalysisPhase, than: AnalysisPhase) => badness.indexOf(phase) > badness.indexOf(than)

/**
 * The run's status after a round of measurements: the phase of every metric, the run's phase and message, both
 * summaries, and the times (argo-rollouts analysis/analysis.go assessRunStatus). Message and completedAt are written
 * only when the phase changes.
 *
 * @param metrics with their arguments resolved
 */
export function assessRun(
  run: EngineRun,
  metrics: readonly AnalysisMetric[],
  dryRun: ReadonlySet<string>,
  nowMs: number,
): AnalysisRunStatus {
  const { status = {} } = run
  const isEnding = isTerminating(run)
  const verdict = new Verdict(run.spec.terminate ? 'Run Terminated' : '')
  const summaries = { run: {} as RunSummary, dryRun: {} as RunSummary }
  let metricResults = status.metricResults ?? []
  for (const metric of metrics) {
    const isDry = dryRun.has(metric.name)
    const summary = isDry ? summaries.dryRun : summaries.run
    summary.count = (summary.count ?? 0) + 1
    const before = resultOf(run, metric.name)
    if (!before) {
      verdict.note(undefined)
      continue
    }
    const assessed = assessResult(metric, before, isEnding)
    const exceeded = isCompletedAnalysis(assessed.phase) ? exceededLimit(metric, assessed) : undefined
    const result = isDry && exceeded ? { ...assessed, message: dryMessage(assessed, exceeded) } : assessed
    metricResults = withResult(metricResults, result)
    verdict.note(isDry ? dryVerdict(result) : result, isDry ? undefined : exceeded)
    if (isCompletedAnalysis(result.phase)) add(summary, exceeded)
  }
  const { phase, message } = verdict.result(isEnding)
  const { message: messageBefore, ...rest } = status
  return {
    ...rest,
    ...(messageBefore !== undefined && phase === status.phase ? { message: messageBefore } : {}),
    startedAt: status.startedAt ?? timestamp(nowMs),
    metricResults,
    ...(summaries.run.count ? { runSummary: summaries.run } : {}),
    dryRunSummary: summaries.dryRun,
    ...(phase === status.phase ? {} : changed(phase, message, nowMs)),
  }
}

function changed(phase: AnalysisPhase, message: string, nowMs: number): AnalysisRunStatus {
  return {
    phase,
    ...(message ? { message } : {}),
    ...(isCompletedAnalysis(phase) ? { completedAt: timestamp(nowMs) } : {}),
  }
}

/** A metric takes its message from the last measurement when its phase changes, and only then. */
function assessResult(metric: AnalysisMetric, result: MetricResult, isEnding: boolean): MetricResult {
  const phase = assessMetric(metric, result, isEnding)
  if (phase === result.phase) return result
  const { message: _before, ...rest } = result
  const message = lastMeasurement(result)?.message
  return { ...rest, phase, ...(message ? { message } : {}) }
}

const dryMessage = ({ phase }: MetricResult, { message }: ExceededLimit) => `Metric assessed ${phase} due to ${message}`

/** However it ended, a dry run is no reason against the run. */
const dryVerdict = (result: MetricResult): MetricResult =>
  isCompletedAnalysis(result.phase) ? { ...result, phase: 'Successful' } : result

/** Metrics are counted by the limit they exceeded; one that ended badly without a limit counts as successful. */
function add(summary: RunSummary, exceeded: ExceededLimit | undefined): void {
  const field = ({ Failed: 'failed', Inconclusive: 'inconclusive', Error: 'error' } as const)[
    exceeded?.phase as ExceededLimit['phase']
  ]
  summary[field ?? 'successful'] = (summary[field ?? 'successful'] ?? 0) + 1
}

/** The worst of the metrics; of equally bad ones the first. */
class Verdict {
  #worst: AnalysisPhase | undefined
  #message: string
  #isEverythingCompleted = true

  constructor(message: string) {
    this.#message = message
  }

  note(result: MetricResult | undefined, exceeded?: ExceededLimit): void {
    if (!result?.phase || !isCompletedAnalysis(result.phase)) {
      this.#isEverythingCompleted = false
      return
    }
    if (this.#worst !== undefined && !isWorse(result.phase, this.#worst)) return
    this.#worst = result.phase
    // without a limit the message of an earlier, less bad metric stays
    if (!exceeded) return
    this.#message = `Metric "${result.name}" assessed ${result.phase} due to ${exceeded.message}`
    if (result.message) this.#message += `: "Error Message: ${result.message}"`
  }

  result(isEnding: boolean): { phase: AnalysisPhase; message: string } {
    if (isEnding) return { phase: this.#worst ?? 'Successful', message: this.#message.trim() }
    if (!this.#isEverythingCompleted || this.#worst === undefined) return { phase: 'Running', message: '' }
    return { phase: this.#worst, message: this.#message.trim() }
  }
}
