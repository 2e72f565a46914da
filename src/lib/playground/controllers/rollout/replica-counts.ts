import type { ReplicaSet } from '../../../kube/core-objects.ts'
import { desiredReplicas } from '../../../rollouts/phase.ts'
import type { Rollout } from '../../../rollouts/rollout.ts'
import { maxWeight, setWeight, stepsOf } from '../../../rollouts/steps.ts'
import { actual, available, total, wanted } from './replica-sets.ts'
import { abortScaleDownDelay, blueGreenOf, canaryOf, maxSurge, maxUnavailable } from './strategy.ts'

/** How many pods each version shall have. */
export interface Counts {
  canary: number
  stable: number
}

export interface Versions {
  newRS: ReplicaSet | undefined
  stableRS: ReplicaSet | undefined
  /** neither new nor stable */
  otherRSs: readonly ReplicaSet[]
}

type Weights = NonNullable<NonNullable<Rollout['status']>['canary']>['weights']

/** What a canary's pods are divided by now: by the weight alone, or by the traffic router's rules. */
export function canaryCounts(rollout: Rollout, versions: Versions, weights: Weights): Counts {
  return canaryOf(rollout)?.trafficRouting
    ? routedCounts(rollout, versions, weights)
    : unroutedCounts(rollout, versions)
}

/** Whether a stable version exists beside the new one. */
export function hasOwnStable({ newRS, stableRS }: Versions): boolean {
  return stableRS !== undefined && stableRS.metadata.name !== newRS?.metadata.name
}

/**
 * Without a traffic router the weight is approximated by pods, as far as maxSurge and maxUnavailable allow in one step:
 * first up (stable before canary), then down, and never while a third version still has pods.
 * Follows argo-rollouts utils/replicaset/canary.go, CalculateReplicaCountsForBasicCanary.
 */
export function unroutedCounts(rollout: Rollout, versions: Versions): Counts {
  const { newRS, stableRS, otherRSs } = versions
  const replicas = desiredReplicas(rollout)
  const withStable = hasOwnStable(versions)
  const goal = withStable
    ? nearestCounts(replicas, desiredWeight(rollout, versions), maxWeight(rollout), maxSurge(rollout))
    : { canary: replicas, stable: 0 }
  const now = { canary: wanted(newRS), stable: withStable ? wanted(stableRS) : 0 }
  const limit = replicas + maxSurge(rollout)

  const next = { ...now }
  let free = limit - total(otherRSs, wanted) - now.canary - now.stable
  if (withStable && now.stable < goal.stable && free > 0) {
    next.stable = Math.min(goal.stable, now.stable + free)
    free -= next.stable - now.stable
  }
  if (newRS && now.canary < goal.canary && free > 0) next.canary = Math.min(goal.canary, now.canary + free)
  if (total(otherRSs, wanted) > 0) return next

  // The pods of the version that shrinks need not be available to be counted: broken ones must not block the way out.
  const isGrowing = !newRS || goal.canary >= now.canary
  const minimum = replicas - maxUnavailable(rollout)
  const servable = countForScaleDown(newRS, !isGrowing) + countForScaleDown(stableRS, isGrowing)
  if (servable <= minimum) return next
  const spare = servable - minimum
  if (!isGrowing) {
    next.canary = shrink(newRS, goal.canary, spare, next.canary)
    const [canary, stable] = withinLimits(newRS, stableRS, next.canary, next.stable, limit, minimum)
    return { canary, stable }
  }
  if (!withStable) return next
  next.stable = shrink(stableRS, goal.stable, spare, next.stable)
  const [stable, canary] = withinLimits(stableRS, newRS, next.stable, next.canary, limit, minimum)
  return { canary, stable }
}

/**
 * The pods that come nearest to the weight. With room for surge one more pod than asked for may come nearer; weights
 * between none and all leave each version at least one pod (approximateWeightedCanaryStableReplicaCounts).
 */
export function nearestCounts(replicas: number, weight: number, max: number, surge: number): Counts {
  if (replicas === 0) return { canary: 0, stable: 0 }
  const exact = (replicas * weight) / max
  const [up, down] = [Math.ceil(exact), Math.floor(exact)]
  const mayBeZero = weight === max || weight === 0 || (replicas === 1 && surge === 0)
  const downAllowed = (pods: number) => !isHalf(pods * (weight / max)) && (down !== 0 || mayBeZero)
  const options: [canary: number, total: number][] = []
  if (up < replicas || mayBeZero) options.push([up, replicas])
  if (downAllowed(replicas)) options.push([down, replicas])
  if (surge > 0) {
    options.push([up, replicas + 1])
    if (downAllowed(replicas + 1)) options.push([down, replicas + 1])
  }
  const offBy = ([canary, all]: [number, number]) => Math.abs((canary * max) / all - weight)
  let best = options[0] ?? [0, replicas]
  for (const option of options) if (offBy(option) < offBy(best)) best = option
  return { canary: best[0], stable: best[1] - best[0] }
}

const isHalf = (value: number) => value - Math.trunc(value) === 0.5

/**
 * With a traffic router the stable version keeps all its pods (unless dynamicStableScale), and the canary gets what
 * setCanaryScale or the weight asks for (CalculateReplicaCountsForTrafficRoutedCanary).
 */
export function routedCounts(rollout: Rollout, versions: Versions, weights: Weights): Counts {
  const replicas = desiredReplicas(rollout)
  const max = maxWeight(rollout)
  const scale = isMidUpdate(rollout) ? canaryScale(rollout) : undefined
  const weight = scale?.replicas !== undefined ? 0 : desiredWeight(rollout, versions)
  const canary = scale?.replicas ?? atLeastMinimum(rollout, share(replicas, weight, max))
  if (!canaryOf(rollout)?.dynamicStableScale) return { canary, stable: replicas }
  const stable = Math.max(share(replicas, max - weight, max), weights ? share(replicas, weights.stable.weight, max) : 0)
  const stillServed = weights && rollout.status?.abort ? share(replicas, weights.canary.weight, max) : 0
  return {
    canary: atLeastMinimum(rollout, Math.max(canary, stillServed)),
    stable: atLeastMinimum(rollout, stable),
  }
}

const share = (replicas: number, weight: number, max: number) => Math.ceil((weight * replicas) / max)

function atLeastMinimum(rollout: Rollout, count: number): number {
  const { minPodsPerReplicaSet = 0, trafficRouting } = canaryOf(rollout) ?? {}
  return count === 0 || !trafficRouting ? count : Math.max(count, minPodsPerReplicaSet)
}

function isMidUpdate({ status = {} }: Rollout): boolean {
  return !status.promoteFull && Boolean(status.stableRS) && status.currentPodHash !== status.stableRS
}

function desiredWeight(rollout: Rollout, versions: Versions): number {
  if (!isMidUpdate(rollout)) return maxWeight(rollout)
  const weight = canaryScale(rollout)?.weight
  return weight ?? weightOfSteps(rollout, versions)
}

/** An aborted canary whose stable version was scaled down goes back step by step (GetDesiredCanaryWeight). */
export function weightOfSteps(rollout: Rollout, { newRS, stableRS }: Versions): number {
  if (!rollout.status?.abort || !canaryOf(rollout)?.dynamicStableScale || !newRS || !stableRS) return setWeight(rollout)
  const replicas = desiredReplicas(rollout)
  const serving = Math.max(replicas - available(stableRS), available(newRS))
  const lower = stepsOf(rollout)
    .map(step => step.setWeight)
    .filter(weight => weight !== undefined && share(replicas, weight, maxWeight(rollout)) < serving)
  return lower.at(-1) ?? 0
}

/** The setCanaryScale in force, if any (UseSetCanaryScale). */
function canaryScale(rollout: Rollout): { replicas?: number; weight?: number } | undefined {
  if (!canaryOf(rollout)?.trafficRouting) return undefined
  if (rollout.status?.abort && abortScaleDownDelay(rollout).ms !== undefined) return undefined
  const steps = stepsOf(rollout)
  const index = rollout.status?.currentStepIndex ?? 0
  if (index >= steps.length) return undefined
  const scale = steps.slice(0, index + 1).findLast(step => step.setCanaryScale)?.setCanaryScale
  return scale?.matchTrafficWeight ? undefined : scale
}

function countForScaleDown(replicaSet: ReplicaSet | undefined, ignoreAvailability: boolean): number {
  if (!replicaSet) return 0
  return ignoreAvailability || wanted(replicaSet) < available(replicaSet) ? wanted(replicaSet) : available(replicaSet)
}

function shrink(replicaSet: ReplicaSet | undefined, goal: number, by: number, otherwise: number): number {
  return wanted(replicaSet) > goal ? Math.max(goal, wanted(replicaSet) - by) : otherwise
}

/** Takes back what would exceed maxSurge, without falling below the pods that have to serve (adjustReplicaWithinLimits). */
function withinLimits(
  draining: ReplicaSet | undefined,
  other: ReplicaSet | undefined,
  drainingCount: number,
  otherCount: number,
  limit: number,
  minimum: number,
): [draining: number, other: number] {
  if (!other) return [drainingCount, otherCount]
  const over = () => Math.max(0, otherCount + drainingCount - limit)
  otherCount -= over()
  const serving = (draining ? Math.min(available(draining), drainingCount) : 0) + Math.min(available(other), otherCount)
  const lost = Math.max(0, available(other) - otherCount)
  otherCount += Math.min(lost, Math.max(0, minimum - serving))
  return [drainingCount - over(), otherCount]
}

/** Whether the pods are as the current step wants them (AtDesiredReplicaCountsForCanary). */
export function isAtCounts(rollout: Rollout, versions: Versions, weights: Weights): boolean {
  const goal = canaryCounts(rollout, versions, weights)
  const canary = canaryOf(rollout)
  if (!isThresholdMet(rollout, versions.newRS, goal.canary)) return false
  const { stableRS, otherRSs } = versions
  const isCreated = wanted(stableRS) === goal.stable && actual(stableRS) === goal.stable && stableRS !== undefined
  if ((!canary?.trafficRouting || !canary.dynamicStableScale) && !isCreated) return false
  return canary?.trafficRouting !== undefined || total(otherRSs, available) === 0
}

/** Enough available pods to go on: all of them, or replicaProgressThreshold. */
export function isThresholdMet(rollout: Rollout, replicaSet: ReplicaSet | undefined, goal: number): boolean {
  const { type, value = -1 } = canaryOf(rollout)?.replicaProgressThreshold ?? {}
  if (!replicaSet || value < 0) {
    return replicaSet !== undefined && wanted(replicaSet) === goal && available(replicaSet) === goal
  }
  if (type !== 'Percent') return available(replicaSet) >= value
  return goal === 0 || (available(replicaSet) / goal) * 100 >= value - 1e-10
}

/** Pods that the new version shall have now, whatever the strategy (NewRSNewReplicas). */
export function newVersionCount(
  rollout: Rollout,
  versions: Versions & { allRSs: readonly ReplicaSet[] },
  weights: Weights,
): number {
  const blueGreen = blueGreenOf(rollout)
  if (!blueGreen) return canaryCounts(rollout, versions, weights).canary
  const replicas = desiredReplicas(rollout)
  const { status = {} } = rollout
  const preview = blueGreen.previewReplicaCount
  const hash = (each: ReplicaSet | undefined) => each?.metadata.labels?.['rollouts-pod-template-hash']
  const active = versions.allRSs.find(each => hash(each) === status.blueGreen?.activeSelector)
  if (preview === undefined || !active || active.metadata.name === versions.newRS?.metadata.name) return replicas
  if (status.promoteFull) return replicas
  if (hash(versions.newRS) !== status.currentPodHash) return preview
  const isPaused = rollout.spec.paused || (status.pauseConditions?.length ?? 0) > 0
  return !isPaused && status.blueGreen?.scaleUpPreviewCheckPoint ? replicas : preview
}
