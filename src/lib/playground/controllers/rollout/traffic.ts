import { desiredReplicas, isFullyPromoted } from '../../../rollouts/phase.ts'
import type { WeightDestination } from '../../../rollouts/rollout.ts'
import { maxWeight, setWeight, setWeightAt, stepCount } from '../../../rollouts/steps.ts'
import { isEqual } from '../../store/json.ts'
import { isAtCounts, isThresholdMet, weightOfSteps } from './replica-counts.ts'
import { available, hashOf } from './replica-sets.ts'
import { pointAt } from './services.ts'
import { canaryOf } from './strategy.ts'
import { note, type Sync } from './sync.ts'

/**
 * What a traffic router is told, and what is recorded of it in status.canary.weights. The router itself is not
 * simulated: it takes every weight at once (argo-rollouts rollout/trafficrouting.go, reconcileTrafficRouting).
 */
export function routeTraffic(sync: Sync): void {
  const { rollout, newRS, stableRS, newStatus } = sync
  const canary = canaryOf(rollout)
  if (!canary?.trafficRouting) {
    if (newStatus.canary) delete newStatus.canary.weights
    return
  }
  const max = maxWeight(rollout)
  const weight = desiredTraffic(sync)
  if (!carries(sync, max - weight)) return
  const additional = experimentWeights(sync)
  const stableWeight = max - weight - additional.reduce((sum, each) => sum + each.weight, 0)
  const weights = {
    canary: destination(weight, hashOf(newRS), canary.canaryService),
    stable: destination(stableWeight, hashOf(stableRS), canary.stableService),
    ...(additional.length > 0 ? { additional } : {}),
  }
  const before = rollout.status.canary?.weights
  if (isEqual({ ...before, verified: undefined }, weights)) return
  newStatus.canary = { ...newStatus.canary, weights }
  const change = before === undefined ? `to ${weight}` : `from ${before.canary.weight} to ${weight}`
  const isNew = before?.canary.weight !== weight
  note(sync, 'Normal', 'TrafficWeightUpdated', `Traffic weight updated ${isNew ? change : ''}`)
}

const destination = (weight: number, podTemplateHash: string, serviceName?: string): WeightDestination => ({
  weight,
  ...(podTemplateHash ? { podTemplateHash } : {}),
  ...(serviceName ? { serviceName } : {}),
})

function desiredTraffic(sync: Sync): number {
  const { rollout, newRS, stableRS } = sync
  const { status } = rollout
  const canary = canaryOf(rollout)
  if (isFullyPromoted(rollout) || (!status.stableRS && !status.currentPodHash)) return 0
  if (sync.pause.isAborted(rollout)) {
    const weight = canary?.dynamicStableScale ? weightOfAbort(sync) : 0
    if (weight === 0) pointAt(sync, canary?.canaryService, stableRS, false)
    return weight
  }
  if (available(newRS) === 0) return 0
  if (status.promoteFull) {
    if (!canary?.dynamicStableScale) return status.canary?.weights?.canary.weight ?? 0
    return Math.trunc((maxWeight(rollout) * available(newRS)) / desiredReplicas(rollout))
  }
  const index = status.currentStepIndex
  if (stepCount(rollout) === 0) return 0
  if (!isAtCounts(rollout, sync, undefined)) return index === undefined ? 0 : setWeightAt(rollout, index - 1)
  return setWeight(rollout)
}

/** With dynamicStableScale traffic goes back only as fast as stable pods come back. */
function weightOfAbort(sync: Sync): number {
  const { rollout, stableRS } = sync
  const replicas = desiredReplicas(rollout)
  if (!stableRS || replicas === 0) return 0
  const max = maxWeight(rollout)
  const wantedWeight = weightOfSteps(rollout, sync)
  const possible = Math.max(0, max - Math.trunc((max * available(stableRS)) / replicas))
  const current = rollout.status.canary?.weights?.canary.weight
  if (current === undefined) return Math.max(possible, wantedWeight)
  if (wantedWeight <= 0) return Math.min(possible, current)
  return max - possible < max - wantedWeight ? current : Math.min(wantedWeight, current)
}

/** Whether the stable version has the pods for this share. */
function carries({ rollout, stableRS }: Sync, weight: number): boolean {
  if (!stableRS) return false
  const needed = Math.trunc((weight * desiredReplicas(rollout)) / maxWeight(rollout))
  return available(stableRS) >= needed || isThresholdMet(rollout, stableRS, needed)
}

function experimentWeights({ experiment, rollout }: Sync): WeightDestination[] {
  const steps = canaryOf(rollout)?.steps ?? []
  const step = steps[rollout.status.currentStepIndex ?? 0]?.experiment
  if (!step || experiment?.status?.phase !== 'Running') return []
  const templates = (step.templates ?? []) as { name: string; weight?: number }[]
  return templates.flatMap(({ name, weight }) => (weight === undefined ? [] : [{ weight, serviceName: name }]))
}
