import { desiredReplicas } from '../../../rollouts/phase.ts'
import type { Rollout, RolloutStatus } from '../../../rollouts/rollout.ts'
import { currentStep, stepCount } from '../../../rollouts/steps.ts'
import { findCondition, withCondition, withoutCondition } from '../conditions.ts'
import { timestamp } from '../environment.ts'
import { available, hashOf, hasScaleDownDeadline, isSaturated, revisionOf, total } from './replica-sets.ts'
import { blueGreenOf, canaryOf, progressDeadlineMs } from './strategy.ts'
import { type ControlledStatus, isPaused, note, type Sync } from './sync.ts'

type Facts = Parameters<typeof withCondition>[1]

/** Wordings and order: argo-rollouts utils/conditions/conditions.go and rollout/sync.go, calculateRolloutConditions. */
export function withConditions(sync: Sync, status: ControlledStatus): ControlledStatus {
  const { rollout } = sync
  const now = timestamp(sync.environment)
  let conditions = status.conditions ?? []
  const set = (facts: Facts) => {
    const before = conditions
    conditions = withCondition(conditions, facts, now)
    return findCondition(before, facts.type) !== findCondition(conditions, facts.type)
  }
  const isAborted = sync.pause.isAborted(rollout)
  const isHealthy = healthy(rollout, status)

  let becameUnhealthy = false
  if (!isPaused(sync) && isHealthy) set(condition('Healthy', 'True', 'RolloutHealthy', 'Rollout is healthy'))
  else if (findCondition(rollout.status.conditions, 'Healthy')) {
    becameUnhealthy = set(condition('Healthy', 'False', 'RolloutHealthy', 'Rollout is not healthy'))
  }

  if (isAborted) {
    const cause = sync.pause.abortMessage
    const message = `Rollout aborted update to revision ${revisionOf(rollout)}${cause ? `: ${cause}` : ''}`
    if (set(condition('Progressing', 'False', 'RolloutAborted', message)))
      note(sync, 'Warning', 'RolloutAborted', message)
  } else {
    conditions = withProgress(sync, { ...status, conditions }, { isHealthy, becameUnhealthy, now })
  }

  const isAvailable = serves(sync, status)
  const availability = isAvailable ? 'Rollout has minimum availability' : 'Rollout does not have minimum availability'
  set(condition('Available', isAvailable ? 'True' : 'False', 'AvailableReason', availability))
  conditions = withReplicaFailure(sync, conditions, now)

  const isCompleted = Boolean(status.stableRS) && status.stableRS === status.currentPodHash
  const changed = set(condition('Completed', isCompleted ? 'True' : 'False', 'RolloutCompleted', 'RolloutCompleted'))
  if (changed && !isCompleted) {
    const message = `Rollout not completed, started update to revision ${revisionOf(rollout)} (${status.currentPodHash})`
    note(sync, 'Normal', 'RolloutNotCompleted', message)
  }
  return { ...status, conditions }
}

const condition = (type: string, status: 'True' | 'False' | 'Unknown', reason: string, message: string): Facts => ({
  type,
  status,
  reason,
  message,
})

interface Health {
  isHealthy: boolean
  becameUnhealthy: boolean
  now: string
}

function withProgress(sync: Sync, status: ControlledStatus, { isHealthy, becameUnhealthy, now }: Health) {
  const { rollout, newRS } = sync
  const conditions = status.conditions ?? []
  const subject = newRS ? `ReplicaSet "${newRS.metadata.name}"` : `Rollout "${rollout.metadata.name}"`
  if (isHealthy) {
    const message = `ReplicaSet "${newRS?.metadata.name ?? ''}" has successfully progressed.`
    return withCondition(conditions, condition('Progressing', 'True', 'NewReplicaSetAvailable', message), now)
  }
  if (hasProgressed(rollout, status) || becameUnhealthy) {
    const isStableAgain = status.stableRS === status.currentPodHash && becameUnhealthy
    const facts = isStableAgain
      ? condition('Progressing', 'True', 'ReplicaSetNotAvailable', 'Rollout does not have minimum availability')
      : condition('Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`)
    // Progress moves lastUpdateTime even when nothing else of the condition changes: the deadline counts from it.
    const current = findCondition(rollout.status.conditions, 'Progressing')
    const since = (current?.status === 'True' && current.lastTransitionTime) || now
    const rest = withoutCondition(conditions, 'Progressing')
    return [...rest, { ...facts, lastTransitionTime: since, lastUpdateTime: now }]
  }
  if (!isIndefinite(sync) && !isAwaitingScaleDown(sync) && hasTimedOut(sync, status)) {
    const message = `${subject} has timed out progressing.`
    if (rollout.spec.progressDeadlineAbort && !sync.pause.isAborted(rollout)) {
      sync.pause.abort(message)
      note(sync, 'Warning', 'RolloutAborted', message)
    }
    return withCondition(conditions, condition('Progressing', 'False', 'ProgressDeadlineExceeded', message), now)
  }
  return conditions
}

/** All replicas updated, available and served, nothing old left (conditions.RolloutHealthy). */
function healthy(rollout: Rollout, status: RolloutStatus): boolean {
  const replicas = desiredReplicas(rollout)
  const isObserved = rollout.status?.observedGeneration === String(rollout.metadata.generation ?? 0)
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    isObserved &&
    isStrategyDone(rollout, status)
  )
}

function isStrategyDone(rollout: Rollout, status: RolloutStatus): boolean {
  const blueGreen = blueGreenOf(rollout)
  if (blueGreen) {
    const { activeSelector, previewSelector } = status.blueGreen ?? {}
    return (
      activeSelector === status.currentPodHash &&
      (!blueGreen.previewService || previewSelector === status.currentPodHash)
    )
  }
  const steps = stepCount(rollout)
  const areStepsDone = steps === 0 || status.currentStepIndex === undefined || status.currentStepIndex === steps
  const isStable = Boolean(status.stableRS) && status.stableRS === status.currentPodHash
  return areStepsDone && isStable && (status.replicas ?? 0) === desiredReplicas(rollout)
}

/** Whether the new status shows any step forward against the one on record (conditions.RolloutProgressing). */
function hasProgressed(rollout: Rollout, next: RolloutStatus): boolean {
  const last: RolloutStatus = rollout.status ?? {}
  const old = (status: RolloutStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0)
  const bySelectors =
    (last.blueGreen?.activeSelector ?? '') !== (next.blueGreen?.activeSelector ?? '') ||
    (last.blueGreen?.previewSelector ?? '') !== (next.blueGreen?.previewSelector ?? '')
  const bySteps =
    (next.stableRS ?? '') !== (last.stableRS ?? '') ||
    (next.currentStepIndex !== undefined &&
      last.currentStepIndex !== undefined &&
      next.currentStepIndex !== last.currentStepIndex) ||
    (next.currentStepHash ?? '') !== (last.currentStepHash ?? '')
  return (
    (next.updatedReplicas ?? 0) !== (last.updatedReplicas ?? 0) ||
    old(next) < old(last) ||
    (next.readyReplicas ?? 0) > (last.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (last.availableReplicas ?? 0) ||
    (blueGreenOf(rollout) !== undefined && bySelectors) ||
    (canaryOf(rollout) !== undefined && bySteps)
  )
}

/** Steps that may take any time do not count against the deadline. */
function isIndefinite({ rollout }: Sync): boolean {
  const step = currentStep(rollout)?.step
  if (step?.experiment || step?.analysis || step?.pause) return true
  return findCondition(rollout.status.conditions, 'Paused')?.status === 'True'
}

const isAwaitingScaleDown = ({ otherRSs }: Sync) => otherRSs.some(hasScaleDownDeadline)

function hasTimedOut(sync: Sync, status: RolloutStatus): boolean {
  const progressing = findCondition(status.conditions, 'Progressing')
  if (!progressing || progressing.reason === 'RolloutAborted' || progressing.reason === 'RolloutPaused') return false
  if (progressing.reason === 'ProgressDeadlineExceeded') return true
  const since = Date.parse(progressing.lastUpdateTime ?? '')
  return since + progressDeadlineMs(sync.rollout) < sync.environment.timeline.now()
}

/** Looks again when the deadline will have passed, if one is running (requeueStuckRollout). */
export function watchDeadline(sync: Sync): void {
  const { rollout, environment } = sync
  const progressing = findCondition(rollout.status.conditions, 'Progressing')
  if (!progressing || progressing.reason === 'ProgressDeadlineExceeded') return
  if (healthy(rollout, rollout.status) || isPaused(sync) || rollout.status.abort || isIndefinite(sync)) return
  const since = Date.parse(progressing.lastUpdateTime ?? '')
  sync.enqueueAfter(Math.max(0, since + progressDeadlineMs(rollout) - environment.timeline.now()) + 1000)
}

function serves({ rollout, allRSs }: Sync, status: RolloutStatus): boolean {
  const replicas = desiredReplicas(rollout)
  if (!blueGreenOf(rollout)) return canaryOf(rollout) !== undefined && total(allRSs, available) >= replicas
  const active = status.blueGreen?.activeSelector
  return isSaturated(
    replicas,
    allRSs.find(each => active !== undefined && hashOf(each) === active),
  )
}

/** A ReplicaSet that cannot create its pods says so in a condition, which the rollout repeats. */
function withReplicaFailure(
  { newRS, allRSs }: Sync,
  conditions: NonNullable<RolloutStatus['conditions']>,
  now: string,
) {
  const failures = [newRS, ...allRSs].flatMap(each => findCondition(each?.status?.conditions, 'ReplicaFailure') ?? [])
  const failure = failures[0]
  if (!failure) return withoutCondition(conditions, 'ReplicaFailure')
  const { status, reason = '', message = '' } = failure
  return withCondition(
    conditions,
    { type: 'ReplicaFailure', status, reason, message },
    failure.lastTransitionTime ?? now,
  )
}
