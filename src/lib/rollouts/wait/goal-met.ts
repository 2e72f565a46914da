import { Failure } from '../../values/failure.ts'
import { evaluateJsonPath } from '../../values/jsonpath/print-jsonpath.ts'
import { revisionOf } from '../ownership.ts'
import { desiredReplicas, isFullyPromoted, isGenerationObserved, isRestarting, rolloutPhase } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import { currentStep, maxWeight, setWeight } from '../steps.ts'
import type { Goal } from './goals.ts'
import type { RolloutView } from './version.ts'

// Messages are long at most when something injects them; what a pattern looks at is bounded.
const messageLimit = 4_000

/** Whether the rollout is in the state that is waited for. A rollout that exists never meets `delete`. */
export function isMet(goal: Goal, view: RolloutView): boolean {
  const { rollout } = view
  const { phase, message } = rolloutPhase(rollout, view.workloadGeneration)
  switch (goal.kind) {
    case 'delete':
      return false
    case 'paused':
      return phase === 'Paused'
    case 'healthy':
      return phase === 'Healthy'
    case 'degraded':
      return phase === 'Degraded'
    case 'phase':
      return phase === goal.phase
    case 'message':
      return goal.pattern.test(message.slice(0, messageLimit))
    case 'step': {
      // the index belongs to the version that the controller saw last, and an abort sets it back
      const step = currentStep(rollout)
      return isGenerationObserved(rollout) && step !== undefined && !isAborted(rollout) && step.index >= goal.step
    }
    case 'weight':
      return isGenerationObserved(rollout) && canaryWeight(rollout) >= goal.weight
    case 'setweight':
      return (
        isGenerationObserved(rollout) && !isAborted(rollout) && hasSteps(rollout) && setWeight(rollout) >= goal.weight
      )
    case 'revision':
      return isGenerationObserved(rollout) && revisionOf(rollout) >= goal.revision
    case 'condition':
      return (rollout.status?.conditions ?? []).some(
        condition => isEqualFolded(condition.type, goal.type) && isEqualFolded(condition.status, goal.status),
      )
    case 'jsonpath': {
      const text = jsonPathText(goal.template, rollout)
      return goal.value === undefined ? text !== '' : text === goal.value
    }
    case 'aborted':
      return isAborted(rollout) && phase === 'Degraded' && servesStableOnly(rollout)
    case 'restarted':
      return isGenerationObserved(rollout) && !isRestarting(rollout) && areAllAvailable(rollout)
  }
}

/** A path that this rollout does not have (yet), an index out of bounds for one, is nothing rather than an error. */
function jsonPathText(template: string, rollout: Rollout): string {
  try {
    return evaluateJsonPath(template, rollout, { allowMissingKeys: true })
  } catch (error) {
    if (error instanceof Failure) return ''
    throw error
  }
}

/**
 * Traffic that the canary gets at least, 0 to the router's maximum: what the router was told with traffic routing, else
 * the share of pods. The status has no count of available canary pods, so every pod that is not available is taken for
 * one of the canary's.
 */
export function canaryWeight(rollout: Rollout): number {
  const { status = {}, spec } = rollout
  if (isAborted(rollout)) return 0
  if (isFullyPromoted(rollout)) return maxWeight(rollout)
  if (!spec.strategy?.canary) return 0
  if (spec.strategy.canary.trafficRouting) return status.canary?.weights?.canary?.weight ?? 0
  const available = status.availableReplicas ?? 0
  const unavailable = Math.max(0, (status.replicas ?? 0) - available)
  const canary = Math.max(0, (status.updatedReplicas ?? 0) - unavailable)
  return available === 0 ? 0 : Math.trunc((canary * maxWeight(rollout)) / available)
}

/**
 * Whether nothing is left of an aborted version in the traffic: the router sends it nothing, or (without a router) it
 * has no pods; and the stable version has all of its own. With a router its pods stay for abortScaleDownDelaySeconds.
 */
function servesStableOnly({ spec, status = {} }: Rollout): boolean {
  const { canary, blueGreen } = spec.strategy ?? {}
  if (blueGreen) return status.blueGreen?.activeSelector === status.stableRS
  if (canary?.trafficRouting) return (status.canary?.weights?.canary?.weight ?? 0) === 0
  return (status.updatedReplicas ?? 0) === 0 && (status.availableReplicas ?? 0) >= (spec.replicas ?? 1)
}

function areAllAvailable(rollout: Rollout): boolean {
  const { availableReplicas = 0, replicas = 0 } = rollout.status ?? {}
  return availableReplicas >= Math.max(replicas, desiredReplicas(rollout))
}

const isAborted = (rollout: Rollout) => rollout.status?.abort === true
const hasSteps = (rollout: Rollout) => currentStep(rollout) !== undefined

function isEqualFolded(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
