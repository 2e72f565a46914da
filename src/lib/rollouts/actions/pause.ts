import { isIndefinitePause } from '../pause.ts'
import type { Rollout } from '../rollout.ts'
import { type Expectation, firstUnmet } from './expectation.ts'
import { type Plan, refused, specPatch, writes } from './plan.ts'
import { pauseText, placeText, positionText, rolloutCommand, rolloutName } from './rollout-words.ts'

/** Sets spec.paused, as argo-rollouts pkg/kubectl-argo-rollouts/cmd/pause/pause.go does. */
export function planPause(rollout: Rollout, expect: Expectation = {}): Plan {
  const unmet = firstUnmet(expect, rollout)
  if (unmet) return refused(unmet)
  const name = rolloutName(rollout)
  if (rollout.spec.paused) {
    return refused({
      reason: 'AlreadyPaused',
      message: `${name} is paused by hand already (${positionText(rollout)}): nothing was changed`,
      hints: [`To end that: ${rolloutCommand('resume', rollout)}`],
    })
  }
  return writes([specPatch(rollout, { paused: true }, 'pause it by hand')], `${name} paused${placeText(rollout)}`, {
    notes: rollout.status?.pauseConditions?.length
      ? [`its own pause (${pauseText(rollout)}${isIndefinitePause(rollout) ? '' : ', timed'}) holds as well`]
      : [],
  })
}

/** Clears spec.paused and nothing else: the step index and the pause of a step stay as they are. */
export function planResume(rollout: Rollout, expect: Expectation = {}): Plan {
  const unmet = firstUnmet(expect, rollout)
  if (unmet) return refused(unmet)
  const name = rolloutName(rollout)
  const own = rollout.status?.pauseConditions?.length ?? 0
  if (!rollout.spec.paused) {
    return refused({
      reason: 'NotPaused',
      message: `${name} is not paused by hand (${positionText(rollout)}): nothing was changed`,
      hints: own > 0 ? [`To end its ${pauseText(rollout)}: ${rolloutCommand('promote', rollout)}`] : [],
    })
  }
  return writes(
    [specPatch(rollout, { paused: false }, 'end the manual pause')],
    `${name} resumed: was paused by hand${placeText(rollout)}`,
    {
      notes:
        own > 0
          ? [
              `it still waits in its own pause (${pauseText({ ...rollout, spec: { ...rollout.spec, paused: false } })}); ` +
                `to end that: ${rolloutCommand('promote', rollout)}`,
            ]
          : [],
    },
  )
}
