import type { EngineRun } from '../../../analysis/analysis.ts'

interface TimeToLive {
  secondsAfterCompletion?: number
  secondsAfterFailure?: number
  secondsAfterSuccess?: number
}

/**
 * When a run that has ended is deleted, in ms since 1970; undefined: it stays. Failure means Failed alone
 * (argo-rollouts analysis/controller.go, maybeGarbageCollectAnalysisRun).
 */
export function deletionDueMs({ spec, status }: EngineRun): number | undefined {
  const { ttlStrategy } = spec as { ttlStrategy?: TimeToLive }
  if (!ttlStrategy || !status?.completedAt) return undefined
  const { secondsAfterCompletion, secondsAfterFailure, secondsAfterSuccess } = ttlStrategy
  const ofPhase = { Failed: secondsAfterFailure, Successful: secondsAfterSuccess }[status.phase as string]
  const seconds = ofPhase ?? secondsAfterCompletion
  return seconds === undefined ? undefined : Date.parse(status.completedAt) + seconds * 1000
}
