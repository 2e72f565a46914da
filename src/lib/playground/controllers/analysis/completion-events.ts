import type { EngineRun } from '../../../analysis/analysis.ts'
import { isCompletedAnalysis } from '../../../rollouts/phase.ts'
import type { AnalysisPhase, AnalysisRunStatus } from '../../../rollouts/rollout.ts'
import { type Environment, recordEvent } from '../environment.ts'
import { manager } from '../rollout/sync.ts'

/** Events about the metrics, and the run, that have ended with this status (argo-rollouts analysis/analysis.go). */
export function noteCompletion(environment: Environment, before: EngineRun, status: AnalysisRunStatus): void {
  const say = (phase: AnalysisPhase | undefined, subject: string, reason: string) => {
    const type = phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal'
    const message = `${subject} Completed. Result: ${phase}`
    recordEvent(environment, before, { type, reason, message, component: manager })
  }
  for (const result of status.metricResults ?? []) {
    const was = before.status?.metricResults?.find(each => each.name === result.name)
    if (!isCompletedAnalysis(result.phase) || isCompletedAnalysis(was?.phase)) continue
    say(result.phase, `Metric '${result.name}'`, `Metric${result.phase}`)
  }
  if (isCompletedAnalysis(status.phase)) say(status.phase, 'Analysis', `AnalysisRun${status.phase}`)
}
