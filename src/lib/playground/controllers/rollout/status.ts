import type { ReplicaSet } from '../../../kube/core-objects.ts'
import { desiredReplicas } from '../../../rollouts/phase.ts'
import { stepCount } from '../../../rollouts/steps.ts'
import { selectorText } from '../../store/selectors.ts'
import { withoutCondition } from '../conditions.ts'
import { stepHash } from './pod-template-hash.ts'
import { isThresholdMet } from './replica-counts.ts'
import { actual, available, hashOf, hasScaleDownDeadline, ready, revisionOf, total, wanted } from './replica-sets.ts'
import { blueGreenOf, canaryOf } from './strategy.ts'
import { type ControlledStatus, note, type Sync } from './sync.ts'
import { hashOfTemplate } from './versions.ts'

/** What both strategies report alike (calculateBaseStatus). */
export function baseStatus(sync: Sync): ControlledStatus {
  const { rollout, newRS, allRSs } = sync
  const before = rollout.status
  const currentPodHash = newRS ? hashOf(newRS) : hashOfTemplate(rollout)
  return {
    ...sync.newStatus,
    currentPodHash,
    replicas: total(allRSs, actual),
    updatedReplicas: actual(newRS),
    readyReplicas: total(allRSs, ready),
    ...(before.collisionCount ? { collisionCount: before.collisionCount } : {}),
    conditions: withoutCondition(before.conditions, 'InvalidSpec'),
    promoteFull: Boolean(before.promoteFull),
    ...(before.stableRS ? { stableRS: before.stableRS } : {}),
  }
}

const rolloutSelector = (sync: Sync): string => selectorText(sync.rollout.spec.selector)

/** The counts and the selector that a scaler sees while no single version is active. */
export function scalerView(sync: Sync): Pick<ControlledStatus, 'HPAReplicas' | 'availableReplicas' | 'selector'> {
  return {
    HPAReplicas: total(sync.allRSs, actual),
    availableReplicas: total(sync.allRSs, available),
    selector: rolloutSelector(sync),
  }
}

export function areStepsChanged({ rollout }: Sync): boolean {
  const steps = canaryOf(rollout)?.steps
  return !rollout.status.currentStepHash || rollout.status.currentStepHash !== stepHash(steps)
}

export function isTemplateChanged({ rollout, newRS }: Sync): boolean {
  const { currentPodHash } = rollout.status
  return Boolean(currentPodHash) && currentPodHash !== (newRS ? hashOf(newRS) : hashOfTemplate(rollout))
}

/** Starts an update from the beginning (resetRolloutStatus). */
export function resetStatus(sync: Sync, status: ControlledStatus): void {
  sync.pause.clear()
  sync.pause.removeAbort()
  if (sync.rollout.spec.restartAt) status.restartedAt = sync.rollout.spec.restartAt
  status.promoteFull = false
  const { weights, stablePingPong } = status.canary ?? {}
  status.canary = { ...(weights ? { weights } : {}), ...(stablePingPong ? { stablePingPong } : {}) }
  const { activeSelector, previewSelector } = status.blueGreen ?? {}
  status.blueGreen = { ...(activeSelector ? { activeSelector } : {}), ...(previewSelector ? { previewSelector } : {}) }
  if (stepCount(sync.rollout) > 0) status.currentStepIndex = 0
  else delete status.currentStepIndex
}

/** Whether the new version is older than the stable one by fewer revisions than spec.rollbackWindow allows. */
export function isWithinRollbackWindow({ rollout, newRS, stableRS, allRSs }: Sync): boolean {
  const revisions = (rollout.spec as { rollbackWindow?: { revisions?: number } }).rollbackWindow?.revisions ?? 0
  const born = (each: ReplicaSet) => Date.parse(each.metadata.creationTimestamp ?? '')
  if (!newRS || !stableRS || revisions <= 0 || born(newRS) >= born(stableRS)) return false
  const between = allRSs.filter(each => born(each) < born(stableRS) && born(newRS) < born(each))
  return between.length < revisions
}

/** Why the new version becomes the stable one now; undefined while it does not (shouldFullPromote). */
export function promotionReason(sync: Sync, status: ControlledStatus): string | undefined {
  const { rollout, newRS, stableRS } = sync
  if (!stableRS) return 'Initial deploy'
  return canaryOf(rollout) ? canaryPromotion(sync, newRS) : blueGreenPromotion(sync, status)
}

function canaryPromotion(sync: Sync, newRS: ReplicaSet | undefined): string | undefined {
  const { rollout } = sync
  if (sync.pause.isAborted(rollout) || !newRS) return undefined
  const replicas = desiredReplicas(rollout)
  if (available(newRS) < replicas && !isThresholdMet(rollout, newRS, replicas)) return undefined
  if (rollout.status.promoteFull) return 'Full promotion requested'
  if (isWithinRollbackWindow(sync)) return 'Rollback within window'
  const steps = stepCount(rollout)
  const isDone = steps === 0 || (rollout.status.currentStepIndex ?? 0) === steps
  return isDone ? `Completed all ${steps} canary steps` : undefined
}

function blueGreenPromotion(sync: Sync, status: ControlledStatus): string | undefined {
  const { rollout, newRS } = sync
  const active = status.blueGreen?.activeSelector
  if (!active) return 'Initial deploy'
  if (active !== status.currentPodHash) return undefined
  if (rollout.status.promoteFull) return 'Full promotion requested'
  if (isWithinRollbackWindow(sync)) return 'Rollback within window'
  if (sync.pause.isAborted(rollout)) return undefined
  if (blueGreenOf(rollout)?.postPromotionAnalysis) {
    if (hasScaleDownDeadline(newRS)) return `Rollback to '${newRS?.metadata.name}' within scaleDownDelay`
    if (sync.runs.post?.status?.phase !== 'Successful') return undefined
  }
  return 'Completed blue-green update'
}

/** Makes the new version the stable one (promoteStable). */
export function promoteStable(sync: Sync, status: ControlledStatus, reason: string): void {
  const { rollout } = sync
  sync.pause.clear()
  sync.pause.removeAbort()
  status.promoteFull = false
  if (status.blueGreen) delete status.blueGreen.scaleUpPreviewCheckPoint
  const steps = stepCount(rollout)
  if (canaryOf(rollout)) {
    if (steps > 0) status.currentStepIndex = steps
    else delete status.currentStepIndex
  }
  const hash = status.currentPodHash ?? ''
  if (status.stableRS === hash) return
  const canary = canaryOf(rollout)
  if (canary?.pingPong) {
    const next = rollout.status.canary?.stablePingPong === 'ping' ? 'pong' : 'ping'
    status.canary = { ...status.canary, stablePingPong: next }
  }
  status.stableRS = hash
  const message = `Rollout completed update to revision ${revisionOf(rollout)} (${hash}): ${reason}`
  note(sync, 'Normal', 'RolloutCompleted', message)
}

export const isActive = (replicaSet: ReplicaSet | undefined): boolean => wanted(replicaSet) > 0
