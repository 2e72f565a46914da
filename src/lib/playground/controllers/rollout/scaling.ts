import type { ReplicaSet } from '../../../kube/core-objects.ts'
import { replicaSets } from '../../../kube/resource-types.ts'
import { desiredReplicas } from '../../../rollouts/phase.ts'
import { refOf } from '../../store/garbage.ts'
import { secondsText } from '../environment.ts'
import { newVersionCount } from './replica-counts.ts'
import {
  available,
  desiredReplicasAnnotation,
  hasScaleDownDeadline,
  revisionOf,
  scaleDownDeadlineAnnotation,
  scaleDownInMs,
  wanted,
} from './replica-sets.ts'
import { abortScaleDownDelay, canaryOf, scaleDownDelayMs, scaleDownRevisionLimit } from './strategy.ts'
import { manager, note, type Sync } from './sync.ts'

/** Sets the number of pods and what the rollout wanted in all; true if the number changed (scaleReplicaSet). */
export function scale(sync: Sync, replicaSet: ReplicaSet, count: number): boolean {
  const { environment, rollout } = sync
  const desired = String(desiredReplicas(rollout))
  const before = wanted(replicaSet)
  const isAnnotated = replicaSet.metadata.annotations?.[desiredReplicasAnnotation] === desired
  if (before === count && isAnnotated) return false
  const dropsDeadline = count === 0 && hasScaleDownDeadline(replicaSet) && !isDelayedByAbort(sync)
  const annotations = {
    [desiredReplicasAnnotation]: desired,
    ...(dropsDeadline ? { [scaleDownDeadlineAnnotation]: null } : {}),
  }
  const body = { metadata: { annotations }, spec: { replicas: count } }
  environment.store.patch(replicaSets, refOf(replicaSet), { type: 'merge', body }, { manager })
  if (before === count) return false
  const { name } = replicaSet.metadata
  const way = before < count ? 'up' : 'down'
  const message = `Scaled ${way} ReplicaSet ${name} (revision ${revisionOf(replicaSet)}) from ${before} to ${count}`
  note(sync, 'Normal', 'ScalingReplicaSet', message)
  return true
}

/** Brings the new version to its count; after an abort its pods may stay for a while first (reconcileNewReplicaSet). */
export function scaleNewVersion(sync: Sync): boolean {
  const { newRS, stableRS, rollout } = sync
  if (!newRS) return false
  let count = newVersionCount(rollout, sync, sync.newStatus.canary?.weights)
  if (isDelayedByAbort(sync)) {
    const leftMs = scaleDownInMs(newRS, sync.environment.timeline.now())
    if (leftMs !== undefined && leftMs > 0) {
      sync.enqueueAfter(leftMs)
      return false
    }
    if (leftMs === undefined) {
      // the clock starts once the stable version carries everything
      if (available(stableRS) === desiredReplicas(rollout))
        delayScaleDown(sync, newRS, abortScaleDownDelay(rollout).ms ?? 0)
      return false
    }
    count = 0
  }
  return scale(sync, newRS, count)
}

/** Whether the pods of an aborted version stay up for abortScaleDownDelaySeconds (shouldDelayScaleDownOnAbort). */
function isDelayedByAbort({ rollout, pause, stableRS }: Sync): boolean {
  const canary = canaryOf(rollout)
  if (!pause.isAborted(rollout) || !stableRS || (canary && !canary.trafficRouting)) return false
  const { ms, isSet } = abortScaleDownDelay(rollout)
  return ms !== undefined && (!canary?.dynamicStableScale || isSet)
}

/** Notes on the ReplicaSet when its pods may go. */
function delayScaleDown({ environment, enqueueAfter }: Sync, replicaSet: ReplicaSet, delayMs: number): void {
  if (delayMs === 0) return
  const deadline = secondsText(environment.timeline.now() + delayMs)
  const body = { metadata: { annotations: { [scaleDownDeadlineAnnotation]: deadline } } }
  environment.store.patch(replicaSets, refOf(replicaSet), { type: 'merge', body }, { manager })
  enqueueAfter(delayMs)
}

/** The new and the stable version are in use (again): no deadline applies to them. */
export function dropDeadlines(sync: Sync): void {
  const inUse = [isDelayedByAbort(sync) ? undefined : sync.newRS, sync.stableRS]
  for (const each of inUse) {
    if (!each || !hasScaleDownDeadline(each)) continue
    const body = { metadata: { annotations: { [scaleDownDeadlineAnnotation]: null } } }
    sync.environment.store.patch(replicaSets, refOf(each), { type: 'merge', body }, { manager })
  }
}

/**
 * Pods that an old version keeps for now: those it has until its deadline, none after it or beyond
 * scaleDownDelayRevisionLimit (scaleDownDelayHelper). `kept` counts the versions that are kept.
 */
export function countUntilDeadline(sync: Sync, replicaSet: ReplicaSet, kept: { count: number }, full: number): number {
  const limit = scaleDownRevisionLimit(sync.rollout)
  const leftMs = scaleDownInMs(replicaSet, sync.environment.timeline.now())
  if (leftMs === undefined) {
    if (kept.count >= limit) return 0
    kept.count += 1
    delayScaleDown(sync, replicaSet, scaleDownDelayMs(sync.rollout))
    return wanted(replicaSet)
  }
  kept.count += 1
  if (kept.count > limit || leftMs <= 0) return 0
  sync.enqueueAfter(leftMs)
  return full
}
