import { safeText } from '../../values/safe-text.ts'
import { isPausedByController } from '../pause.ts'
import type { Rollout } from '../rollout.ts'
import { setWeight, stepCount, stepLabel } from '../steps.ts'

/** `rollout loans/loans-api` */
export function rolloutName(rollout: Rollout): string {
  return `rollout ${qualifiedName(rollout)}`
}

/** `loans/loans-api` */
export function qualifiedName(object: { metadata: { name: string; namespace?: string } }): string {
  const { name, namespace } = object.metadata
  return safeText(namespace === undefined ? name : `${namespace}/${name}`)
}

/** Where a rollout is: `step 2/7, setWeight 25`; `blue-green` or `no steps` where there are no steps. */
export function positionText(rollout: Rollout): string {
  if (rollout.spec.strategy?.blueGreen) return 'blue-green'
  if (stepCount(rollout) === 0) return 'no steps'
  return `step ${stepLabel(rollout) || `0/${stepCount(rollout)}`}, setWeight ${setWeight(rollout)}`
}

/** The same after a verb: ` at step 2/7, setWeight 25`; nothing where there are no steps. */
export function placeText(rollout: Rollout): string {
  return stepCount(rollout) === 0 ? '' : ` at ${positionText(rollout)}`
}

/** The pauses that hold: `CanaryPauseStep`, `manually paused`, both joined with `and`; empty when none does. */
export function pauseText(rollout: Rollout): string {
  const reasons = isPausedByController(rollout) ? (rollout.status?.pauseConditions ?? []).map(each => each.reason) : []
  return safeText([...reasons, ...(rollout.spec.paused ? ['manually paused'] : [])].join(' and '))
}

/** A command of ours on this object, as the user would type it: `kubectl canary rollout retry loans-api -n loans`. */
export function rolloutCommand(verb: string, rollout: Rollout, ...flags: string[]): string {
  return objectCommand('rollout', verb, rollout, ...flags)
}

export function objectCommand(
  topic: string,
  verb: string,
  object: { metadata: { name: string; namespace?: string } },
  ...flags: string[]
): string {
  const { name, namespace } = object.metadata
  const place = namespace === undefined ? [] : ['-n', safeText(namespace)]
  return ['kubectl canary', topic, verb, safeText(name), ...place, ...flags].join(' ')
}
