import { shortGoDuration } from '../../values/go-duration.ts'
import { isRestarting } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import { type Expectation, firstUnmet } from './expectation.ts'
import { type Plan, refused, specPatch, writes } from './plan.ts'
import { rolloutName } from './rollout-words.ts'

/**
 * Sets spec.restartAt: every pod that is older than that is replaced, as many at once as maxUnavailable allows.
 * Follows argo-rollouts pkg/kubectl-argo-rollouts/cmd/restart/restart.go.
 *
 * @param nowMs ms since the epoch; the field has a resolution of one second
 * @param delayMs how much later the restart begins
 */
export function planRestart(rollout: Rollout, nowMs: number, delayMs = 0, expect: Expectation = {}): Plan {
  const unmet = firstUnmet(expect, rollout)
  if (unmet) return refused(unmet)
  const restartAt = new Date(Math.floor((nowMs + delayMs) / 1000) * 1000).toISOString().replace('.000Z', 'Z')
  const before = isRestarting(rollout) ? rollout.spec.restartAt : undefined
  return writes(
    [specPatch(rollout, { restartAt }, `set the restart time to ${restartAt}`)],
    delayMs > 0
      ? `${rolloutName(rollout)} restarts in ${shortGoDuration(delayMs)}, at ${restartAt}`
      : `${rolloutName(rollout)} restarts now`,
    { notes: before === undefined ? [] : [`the restart of ${before} was not over; this one takes its place`] },
  )
}
