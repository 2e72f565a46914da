import type { CanaryStep, Rollout } from './rollout.ts'

export interface CurrentStep {
  /** status.currentStepIndex, 0 where it is missing; may be beyond the last step */
  index: number
  /** absent when all steps are done */
  step?: CanaryStep
}

/** The steps of a canary; empty for everything else. */
export function stepsOf(rollout: Rollout): readonly CanaryStep[] {
  return rollout.spec.strategy?.canary?.steps ?? []
}

export function stepCount(rollout: Rollout): number {
  return stepsOf(rollout).length
}

/**
 * Where a canary is in its steps; undefined when it has none.
 * Follows argo-rollouts utils/replicaset/canary.go, GetCurrentCanaryStep.
 */
export function currentStep(rollout: Rollout): CurrentStep | undefined {
  const steps = stepsOf(rollout)
  if (steps.length === 0) return undefined
  const index = rollout.status?.currentStepIndex ?? 0
  const step = steps[index]
  return step === undefined ? { index } : { index, step }
}

/** `2/7`, as upstream writes it (the index as it is, also beyond the end); empty without steps or without an index. */
export function stepLabel(rollout: Rollout): string {
  const index = rollout.status?.currentStepIndex
  const count = stepCount(rollout)
  return index === undefined || index === null || count === 0 ? '' : `${index}/${count}`
}

/** Weight that means all traffic: 100, unless the traffic router counts otherwise. */
export function maxWeight(rollout: Rollout): number {
  return rollout.spec.strategy?.canary?.trafficRouting?.maxTrafficWeight ?? 100
}

/**
 * Weight that the steps ask for now: the last setWeight up to the current step, 0 before the first and after an abort,
 * the maximum when there is no current step.
 * Follows argo-rollouts utils/replicaset/canary.go, GetCurrentSetWeight.
 */
export function setWeight(rollout: Rollout): number {
  if (rollout.status?.abort) return 0
  const current = currentStep(rollout)
  if (!current?.step) return maxWeight(rollout)
  return setWeightAt(rollout, current.index)
}

/** Weight that holds during step `index`: the last setWeight at or before it, else 0. */
export function setWeightAt(rollout: Rollout, index: number): number {
  const steps = stepsOf(rollout)
  for (let at = Math.min(index, steps.length - 1); at >= 0; at--) {
    const weight = steps[at]?.setWeight
    if (weight !== undefined && weight !== null) return weight
  }
  return 0
}

/**
 * Share of the traffic that the canary gets, as far as the status tells: by pods without traffic routing (integer
 * division, so it is the pods' share, not a measurement), as the router was told with it.
 * Follows argo-rollouts pkg/kubectl-argo-rollouts/info/rollout_info.go.
 *
 * @param canaryAvailable available replicas of the ReplicaSet tagged canary; undefined where there is none
 */
export function actualWeight(rollout: Rollout, canaryAvailable: number | undefined): number {
  const { status } = rollout
  if (!currentStep(rollout)?.step) return maxWeight(rollout)
  const available = status?.availableReplicas ?? 0
  if (available <= 0) return 0
  if (!rollout.spec.strategy?.canary?.trafficRouting) {
    return canaryAvailable === undefined ? 0 : Math.trunc((canaryAvailable * maxWeight(rollout)) / available)
  }
  const weights = status?.canary?.weights
  return weights ? (weights.canary?.weight ?? 0) : setWeight(rollout)
}

/**
 * One line about a step: `setWeight: 20`, `pause`, `pause: 10m`, `setCanaryScale{replicas: 3}`, `plugin: org/name`.
 * Follows argo-rollouts utils/rollout/rolloututil.go, CanaryStepString.
 */
export function stepText(step: CanaryStep): string {
  if (step.setWeight !== undefined) return `setWeight: ${step.setWeight}`
  if (step.pause) {
    const duration = step.pause.duration
    return duration === undefined ? 'pause' : `pause: ${duration}`
  }
  if (step.experiment) return 'experiment'
  if (step.analysis) return 'analysis'
  const scale = step.setCanaryScale
  if (scale?.weight !== undefined) return `setCanaryScale{weight: ${scale.weight}}`
  if (scale?.matchTrafficWeight) return 'setCanaryScale{matchTrafficWeight: true}'
  if (scale?.replicas !== undefined) return `setCanaryScale{replicas: ${scale.replicas}}`
  if (step.plugin) return `plugin: ${step.plugin.name ?? ''}`
  if (step.setHeaderRoute) return `setHeaderRoute: ${step.setHeaderRoute.name ?? ''}`
  if (step.setMirrorRoute) return `setMirrorRoute: ${step.setMirrorRoute.name ?? ''}`
  return 'invalid'
}

/** What a step runs, for people: {@link stepText} and the templates of an analysis or experiment. */
export function stepDescription(step: CanaryStep): string {
  const text = stepText(step)
  const names =
    text === 'analysis'
      ? (step.analysis?.templates ?? []).map(template => template.templateName)
      : text === 'experiment'
        ? (step.experiment?.templates ?? []).map(template => template.name)
        : []
  return names.length > 0 ? `${text}: ${names.join(', ')}` : text
}
