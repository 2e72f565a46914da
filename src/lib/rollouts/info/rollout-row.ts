import { revisionOf } from '../ownership.ts'
import { isIndefinitePause, isPaused, pausedSinceMs, pauseEndsAtMs } from '../pause.ts'
import { desiredReplicas, rolloutPhase } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import { setWeight, stepLabel } from '../steps.ts'
import { strategyOf } from './info.ts'

/** What a list shows of one rollout: small values only, so that the object can be dropped. */
export interface RolloutRow {
  namespace: string
  name: string
  uid: string
  /** `Canary | BlueGreen | unknown` */
  strategy: string
  phase: string
  message: string
  /** `2/7`, or `-` */
  step: string
  /** number as text, or `-` outside canary */
  weight: string
  desired: number
  current: number
  updated: number
  ready: number
  available: number
  revision: number
  /** RFC 3339 */
  createdAt: string
  images: string[]
  /** names of the analysis runs that the status says are not over */
  analyses: string[]
  /** ms since the epoch; unknown for a manual pause */
  pausedSinceMs?: number
  /** ms since the epoch; absent for a pause that somebody has to end */
  pauseEndsAtMs?: number
  pausedIndefinitely?: true
}

/**
 * The row of a rollout, from the object alone (so a rollout of a workloadRef has no image here).
 * Cells follow argo-rollouts pkg/kubectl-argo-rollouts/cmd/list/rollout_info.go.
 */
export function rolloutRow(rollout: Rollout): RolloutRow {
  const { metadata, spec, status } = rollout
  const { phase, message } = rolloutPhase(rollout)
  const since = pausedSinceMs(rollout)
  const endsAt = pauseEndsAtMs(rollout)
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    strategy: strategyOf(rollout) ?? 'unknown',
    phase,
    message,
    step: stepLabel(rollout) || '-',
    weight: spec.strategy?.canary ? String(setWeight(rollout)) : '-',
    desired: desiredReplicas(rollout),
    current: status?.replicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    revision: revisionOf(rollout),
    createdAt: metadata.creationTimestamp ?? '',
    images: (spec.template?.spec?.containers ?? []).map(container => container.image ?? ''),
    analyses: runningAnalyses(rollout),
    ...(since === undefined ? {} : { pausedSinceMs: since }),
    ...(endsAt === undefined ? {} : { pauseEndsAtMs: endsAt }),
    ...(isPaused(rollout) && isIndefinitePause(rollout) ? { pausedIndefinitely: true as const } : {}),
  }
}

function runningAnalyses({ status }: Rollout): string[] {
  const runs = [
    status?.canary?.currentStepAnalysisRunStatus,
    status?.canary?.currentBackgroundAnalysisRunStatus,
    status?.blueGreen?.prePromotionAnalysisRunStatus,
    status?.blueGreen?.postPromotionAnalysisRunStatus,
  ]
  return runs.flatMap(run => (run && (run.status === 'Running' || run.status === 'Pending') ? [run.name] : []))
}
