import type { ReplicaSet } from '../../../kube/core-objects.ts'
import { desiredReplicas, isFullyPromoted } from '../../../rollouts/phase.ts'
import { currentStep, stepCount, stepText } from '../../../rollouts/steps.ts'
import { reconcileAnalysis } from './analysis.ts'
import { reconcileExperiments } from './experiments.ts'
import { stepHash } from './pod-template-hash.ts'
import { withConditions } from './progress.ts'
import { canaryCounts, hasOwnStable, isAtCounts } from './replica-counts.ts'
import { available, hashOf, hasScaleDownDeadline, revisionOf, total, wanted } from './replica-sets.ts'
import { restartPods } from './restart.ts'
import { countUntilDeadline, dropDeadlines, scale, scaleNewVersion } from './scaling.ts'
import { findService, selectedHash, switchCanaryServices } from './services.ts'
import {
  areStepsChanged,
  baseStatus,
  isActive,
  isTemplateChanged,
  isWithinRollbackWindow,
  promoteStable,
  promotionReason,
  resetStatus,
  scalerView,
} from './status.ts'
import { canaryOf, maxUnavailable, pauseSeconds } from './strategy.ts'
import { type ControlledStatus, isHalted, note, pauseCondition, persistStatus, type Sync } from './sync.ts'
import { routeTraffic } from './traffic.ts'
import { cleanUpHistory, syncRevision } from './versions.ts'

/** One look at a canary (argo-rollouts rollout/canary.go, rolloutCanary). */
export function syncCanary(sync: Sync): void {
  syncRevision(sync)
  if (areStepsChanged(sync) || isTemplateChanged(sync)) {
    syncStatus(sync)
    return
  }
  // Pods that were just evicted make every count wrong: wait for the next look.
  if (restartPods(sync) > 0) return
  cleanUpHistory(sync)
  switchCanaryServices(sync)
  routeTraffic(sync)
  reconcileExperiments(sync)
  reconcileAnalysis(sync)
  if (sync.pause.isAdding) {
    syncStatus(sync)
    return
  }
  if (scaleVersions(sync)) {
    syncStatus(sync)
    return
  }
  pauseAtStep(sync)
  syncStatus(sync)
}

/** Stable first, then new, then the others; true as soon as one was scaled (reconcileCanaryReplicaSets). */
export function scaleVersions(sync: Sync): boolean {
  if (isHalted(sync)) return false
  dropDeadlines(sync)
  if (hasOwnStable(sync) && sync.stableRS) {
    // the weights on record, not the new ones: stable pods leave only after traffic has left them
    const { stable } = canaryCounts(sync.rollout, sync, sync.rollout.status.canary?.weights)
    if (scale(sync, sync.stableRS, stable)) return true
  }
  if (scaleNewVersion(sync)) return true
  return scaleDownOthers(sync)
}

function scaleDownOthers(sync: Sync): boolean {
  const { rollout, allRSs } = sync
  const others = sync.otherRSs.filter(isActive)
  if (others.length === 0) return false
  // Broken pods of old versions go first; they would stand in the way (cleanupUnhealthyReplicas).
  let scaled = 0
  for (const each of others) {
    if (wanted(each) !== available(each) && scale(sync, each, available(each))) scaled += wanted(each) - available(each)
  }
  let spare = total(allRSs, available) - (desiredReplicas(rollout) - maxUnavailable(rollout))
  if (spare <= 0) return scaled > 0
  const kept = { count: 0 }
  for (const each of [...others].sort((one, other) => revisionOf(other) - revisionOf(one))) {
    if (spare <= 0) break
    if (wanted(each) === 0 || (canaryOf(rollout)?.trafficRouting && isReferenced(sync, each))) continue
    const count = countOfOther(sync, each, kept, spare)
    if (count === wanted(each)) continue
    scale(sync, each, count)
    spare -= wanted(each) - count
    scaled += wanted(each) - count
  }
  return scaled > 0
}

function countOfOther(sync: Sync, replicaSet: ReplicaSet, kept: { count: number }, spare: number): number {
  const canary = canaryOf(sync.rollout)
  if (!canary?.trafficRouting) return Math.max(0, wanted(replicaSet) - spare)
  // The version before last is kept for a while once the update is done; one that was skipped gets no traffic.
  const wasStable = isFullyPromoted(sync.rollout) || hasScaleDownDeadline(replicaSet)
  if (!wasStable || canary.dynamicStableScale) return 0
  return countUntilDeadline(sync, replicaSet, kept, wanted(replicaSet))
}

/** Whether traffic may still go to this version (isReplicaSetReferenced). */
export function isReferenced(sync: Sync, replicaSet: ReplicaSet): boolean {
  const { status, spec } = sync.rollout
  const hash = hashOf(replicaSet)
  const { canary, blueGreen } = spec.strategy ?? {}
  const names = canary
    ? [canary.canaryService, canary.stableService]
    : [blueGreen?.activeService, blueGreen?.previewService]
  const weights = status.canary?.weights
  const references = [
    status.stableRS,
    status.currentPodHash,
    status.blueGreen?.activeSelector,
    status.blueGreen?.previewSelector,
    weights?.canary.podTemplateHash,
    weights?.stable.podTemplateHash,
    ...names.map(name => selectedHash(findService(sync, name))),
  ]
  return references.includes(hash)
}

function pauseAtStep(sync: Sync): void {
  const { rollout } = sync
  if (rollout.spec.paused || rollout.status.promoteFull) return
  const pause = currentStep(rollout)?.step?.pause
  if (!pause) return
  const condition = pauseCondition(rollout, 'CanaryPauseStep')
  if (!condition) {
    // controllerPause without the condition: somebody has taken the pause away, so it is over
    if (!rollout.status.controllerPause) sync.pause.add('CanaryPauseStep')
    return
  }
  const seconds = pauseSeconds(pause.duration)
  if (seconds === undefined) return
  const leftMs = Date.parse(condition.startTime) + seconds * 1000 - sync.environment.timeline.now()
  if (leftMs > 0) sync.enqueueAfter(leftMs)
}

function isStepDone(sync: Sync): boolean {
  const { rollout, newStatus } = sync
  if (rollout.spec.paused) return false
  const step = currentStep(rollout)?.step
  if (!step) return false
  if (step.pause) return isPauseDone(sync, pauseSeconds(step.pause.duration))
  if (step.setCanaryScale || step.setWeight !== undefined) {
    const weights = newStatus.canary?.weights
    return isAtCounts(rollout, sync, weights) && (step.setWeight === undefined || weights?.verified !== false)
  }
  if (step.experiment) return sync.experiment?.status?.phase === 'Successful'
  if (step.analysis) return sync.runs.step?.status?.phase === 'Successful'
  // Routes are set at once, and a plugin is taken as done at once: it is not simulated.
  return Boolean(step.setHeaderRoute || step.setMirrorRoute || step.plugin)
}

function isPauseDone({ rollout, environment }: Sync, seconds: number | undefined): boolean {
  const condition = pauseCondition(rollout, 'CanaryPauseStep')
  if (!condition) return Boolean(rollout.status.controllerPause)
  return seconds !== undefined && environment.timeline.now() >= Date.parse(condition.startTime) + seconds * 1000
}

/** Advances the step, promotes or aborts, and writes the status (syncRolloutStatusCanary). */
function syncStatus(sync: Sync): void {
  const { rollout } = sync
  const { status } = rollout
  const steps = stepCount(rollout)
  const next: ControlledStatus = {
    ...baseStatus(sync),
    ...scalerView(sync),
    currentStepHash: stepHash(canaryOf(rollout)?.steps),
  }
  if (status.canary?.stablePingPong) next.canary = { ...next.canary, stablePingPong: status.canary.stablePingPong }

  if (areStepsChanged(sync) || isTemplateChanged(sync)) {
    resetStatus(sync, next)
    skipStepsOnRollback(sync, next)
    persistStatus(sync, withConditions(sync, next))
    return
  }
  let index = steps > 0 ? (status.currentStepIndex ?? 0) : undefined
  if (status.promoteFull || isWithinRollbackWindow(sync)) {
    sync.pause.clear()
    sync.pause.removeAbort()
    if (steps > 0) index = steps
  }
  const reason = promotionReason(sync, next)
  if (reason !== undefined) {
    promoteStable(sync, next, reason)
    persistStatus(sync, withConditions(sync, next))
    return
  }
  if (sync.pause.isAborted(rollout)) {
    if (steps > 0) next.currentStepIndex = next.stableRS === next.currentPodHash ? steps : 0
    persistStatus(sync, withConditions(sync, next))
    return
  }
  const step = currentStep(rollout)?.step
  if (step && index !== undefined && isStepDone(sync)) {
    index += 1
    if (next.canary) delete next.canary.currentStepAnalysisRunStatus
    const message = `Rollout step ${index}/${steps} completed (${stepText(step)})`
    note(sync, 'Normal', 'RolloutStepCompleted', message)
    sync.pause.remove('CanaryPauseStep')
  }
  if (index !== undefined) next.currentStepIndex = index
  persistStatus(sync, withConditions(sync, next))
}

function skipStepsOnRollback(sync: Sync, next: ControlledStatus): void {
  const { rollout, newRS } = sync
  const steps = stepCount(rollout)
  if (!newRS || steps === 0) return
  if (rollout.status.stableRS === hashOf(newRS)) {
    note(sync, 'Normal', 'SkipSteps', 'Rollback to stable ReplicaSets')
    next.currentStepIndex = steps
  } else if (isWithinRollbackWindow(sync) && isActive(newRS)) {
    note(sync, 'Normal', 'SkipSteps', 'Rollback to active ReplicaSets within RollbackWindow')
    next.currentStepIndex = steps
  }
}
