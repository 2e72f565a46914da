import type { Rollout } from './rollout.ts'

export interface PhaseAndMessage {
  /** `Healthy | Degraded | Progressing | Paused`, or whatever another controller wrote into status.phase */
  phase: string
  /** may be empty */
  message: string
}

/**
 * What a client shows as the state of a rollout: its spec must have been observed, a removed pause taken note of, and
 * then what the controller wrote, or (controllers before 1.0) what it would have written.
 *
 * Follows argo-rollouts utils/rollout/rolloututil.go, GetRolloutPhase. Its rule about the generation of the referenced
 * workload only ever holds inside the controller; here it applies when the caller has read that workload.
 *
 * @param workloadGeneration metadata.generation of the object that spec.workloadRef names
 */
export function rolloutPhase(rollout: Rollout, workloadGeneration?: number): PhaseAndMessage {
  const status = rollout.status
  if (!isGenerationObserved(rollout)) return progressing('waiting for rollout spec update to be observed')
  if (isUnpausing(rollout)) return progressing('waiting for rollout to unpause')
  if (!isWorkloadObserved(rollout, workloadGeneration)) {
    return progressing('waiting for rollout spec update to be observed for the reference workload')
  }
  if (status?.phase) return { phase: status.phase, message: status.message ?? '' }
  return calculateRolloutPhase(rollout)
}

/**
 * The phase that the controller computes from spec and status; ignores status.phase.
 * Follows argo-rollouts utils/rollout/rolloututil.go, CalculateRolloutPhase.
 */
export function calculateRolloutPhase(rollout: Rollout): PhaseAndMessage {
  const { spec, status = {} } = rollout
  for (const condition of status.conditions ?? []) {
    if (condition.type === 'InvalidSpec') return degraded('InvalidSpec', condition.message)
    if (condition.reason === 'RolloutAborted' || condition.reason === 'ProgressDeadlineExceeded') {
      return degraded(condition.reason, condition.message)
    }
  }
  if (spec.paused) return { phase: 'Paused', message: 'manually paused' }
  const pause = status.pauseConditions?.[0]
  if (pause) return { phase: 'Paused', message: pause.reason ?? '' }
  if (isRestarting(rollout)) return progressing('rollout is restarting')
  const updated = status.updatedReplicas ?? 0
  if (updated < desiredReplicas(rollout)) return progressing('more replicas need to be updated')
  if ((status.availableReplicas ?? 0) < updated) {
    return progressing('updated replicas are still becoming available')
  }
  const waiting = spec.strategy?.blueGreen
    ? blueGreenWaitsFor(rollout)
    : spec.strategy?.canary
      ? canaryWaitsFor(rollout)
      : undefined
  return waiting ? progressing(waiting) : { phase: 'Healthy', message: '' }
}

function blueGreenWaitsFor(rollout: Rollout): string | undefined {
  const { spec, status = {} } = rollout
  const active = status.blueGreen?.activeSelector
  if (!active || active !== (status.currentPodHash ?? '')) return 'active service cutover pending'
  if (isFullyPromoted(rollout)) return undefined
  const analysis = status.blueGreen?.postPromotionAnalysisRunStatus
  return spec.strategy?.blueGreen?.postPromotionAnalysis && !(analysis && isCompletedAnalysis(analysis.status))
    ? 'waiting for analysis to complete'
    : 'waiting for post-promotion verification to complete'
}

function canaryWaitsFor(rollout: Rollout): string | undefined {
  const { spec, status = {} } = rollout
  // With traffic routing old pods stay for the abort; without it they are part of the update.
  const oldOnesCount = !spec.strategy?.canary?.trafficRouting
  if (oldOnesCount && (status.replicas ?? 0) > (status.updatedReplicas ?? 0)) {
    return 'old replicas are pending termination'
  }
  return isFullyPromoted(rollout) ? undefined : 'waiting for all steps to complete'
}

/** Replicas that the spec asks for; Kubernetes' default is 1. */
export function desiredReplicas(rollout: Rollout): number {
  return rollout.spec.replicas ?? 1
}

/** Whether the version in the spec is the stable one: nothing is being rolled out. */
export function isFullyPromoted(rollout: Rollout): boolean {
  const stable = rollout.status?.stableRS
  return stable !== undefined && stable !== '' && stable === rollout.status?.currentPodHash
}

/** Whether pods are still being replaced for spec.restartAt. */
export function isRestarting(rollout: Rollout): boolean {
  const asked = rollout.spec.restartAt
  if (!asked) return false
  const done = rollout.status?.restartedAt
  return !done || Date.parse(done) !== Date.parse(asked)
}

/** Whether the pause conditions were taken away and the controller has not reacted yet. */
export function isUnpausing(rollout: Rollout): boolean {
  return rollout.status?.controllerPause === true && !rollout.status.pauseConditions?.length
}

/** Whether the controller has seen the spec as it is; a value that is no integer (controllers 0.9) counts as seen. */
export function isGenerationObserved(rollout: Rollout): boolean {
  const observed = integer(rollout.status?.observedGeneration, 63)
  return observed === undefined || observed >= (rollout.metadata.generation ?? 0)
}

function isWorkloadObserved(rollout: Rollout, workloadGeneration: number | undefined): boolean {
  if (!rollout.spec.workloadRef || !workloadGeneration) return true
  const observed = integer(rollout.status?.workloadObservedGeneration, 31)
  return observed === undefined || Number(observed) === workloadGeneration
}

/** `text` as strconv.ParseInt reads it at base 10; undefined when it does not fit `bits` and a sign. */
function integer(text: string | undefined, bits: number): bigint | number | undefined {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return undefined
  if (text.length < 10) return Number(text)
  const value = BigInt(text.replace('+', ''))
  const limit = 1n << BigInt(bits)
  return value >= -limit && value < limit ? value : undefined
}

/** Whether an analysis or experiment in this phase is over. */
export function isCompletedAnalysis(phase: string | undefined): boolean {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive'
}

function progressing(message: string): PhaseAndMessage {
  return { phase: 'Progressing', message }
}

function degraded(reason: string, message: string | undefined): PhaseAndMessage {
  return { phase: 'Degraded', message: `${reason}: ${message ?? ''}` }
}
