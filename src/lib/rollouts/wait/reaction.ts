import { calculateRolloutPhase, isGenerationObserved, isUnpausing } from '../phase.ts'
import type { Rollout } from '../rollout.ts'

/**
 * What of a status contradicts itself, since somebody has patched it and the controller has not acted on that yet;
 * undefined when nothing does. A patch of the status alone leaves the generation as it is, so observedGeneration does
 * not tell: an old Degraded would be taken for the answer to a retry.
 */
export function unfinishedReaction(rollout: Rollout): string | undefined {
  const { status = {} } = rollout
  if (!isGenerationObserved(rollout)) return 'waiting for the controller to see the spec'
  if (isUnpausing(rollout)) return 'waiting for the controller to end the pause'
  const saysAborted = (status.conditions ?? []).some(condition => condition.reason === 'RolloutAborted')
  if (status.abort && !saysAborted) return 'waiting for the controller to abort'
  if (!status.abort && saysAborted) return 'waiting for the controller to try again'
  if (status.promoteFull && (status.abort || status.pauseConditions?.length)) {
    return 'waiting for the controller to promote'
  }
  // Of the phases only this one can be left over from before a patch that is not covered above: skipped steps.
  if (status.phase === 'Paused' && calculateRolloutPhase(rollout).phase !== 'Paused') {
    return 'waiting for the controller to go on'
  }
  return undefined
}

/**
 * Whether what `now` says is the controller's answer to our write, which the server answered with `after`.
 *
 * @returns undefined when it is, else what is still missing
 */
export function missingReaction(after: Rollout, now: Rollout): string | undefined {
  const wrote = after.metadata.resourceVersion
  const sees = now.metadata.resourceVersion
  if (wrote !== undefined && sees !== undefined && !isNewer(sees, wrote)) return 'waiting for the controller to react'
  return unfinishedReaction(now)
}

/** Whether one resourceVersion is later than another; ones that are no numbers can only be told apart. */
export function isNewer(resourceVersion: string, than: string): boolean {
  if (/^\d+$/.test(resourceVersion) && /^\d+$/.test(than)) return BigInt(resourceVersion) > BigInt(than)
  return resourceVersion !== than
}
