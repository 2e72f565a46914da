import type { PodTemplate } from '../../kube/core-objects.ts'
import { safeText } from '../../values/safe-text.ts'
import { imagesOf } from '../image-reference.ts'
import { revisionOf } from '../ownership.ts'
import { isFullyPromoted, isGenerationObserved, rolloutPhase } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import { type Expectation, firstUnmet } from './expectation.ts'
import { type Plan, refused, statusPatch, writes } from './plan.ts'
import { notObserved } from './promote.ts'
import { placeText, positionText, rolloutCommand, rolloutName } from './rollout-words.ts'

/**
 * Gives the version that is being rolled out up: the stable one serves everything again.
 * Follows argo-rollouts pkg/kubectl-argo-rollouts/cmd/abort/abort.go; refused where there is nothing to give up, which
 * upstream answers by making a healthy rollout Degraded.
 *
 * @param template pod template of the workload where spec.workloadRef is set
 */
export function planAbort(
  rollout: Rollout,
  expect: Expectation = {},
  template: PodTemplate | undefined = rollout.spec.template,
): Plan {
  const unmet = firstUnmet(expect, rollout, template)
  if (unmet) return refused(unmet)
  const name = rolloutName(rollout)
  const { status } = rollout
  const refuse = (reason: string, message: string, hints: string[] = []) =>
    refused({ reason, message: `${name} ${message}: nothing was changed`, hints })
  // The controller drops an abort when it sees a new template (rollout/sync.go, resetRolloutStatus).
  if (!isGenerationObserved(rollout)) return refused(notObserved(rollout, 'aborted'))
  if (status?.abort) {
    return refuse('AlreadyAborted', 'is aborted already', [`To try again: ${rolloutCommand('retry', rollout)}`])
  }
  if (!status?.stableRS) return refuse('NoStableVersion', 'has no stable version to go back to')
  if (isFullyPromoted(rollout)) {
    return refuse('NothingToAbort', 'has nothing to abort: its newest version is the stable one', [
      `To go back to the version before: ${rolloutCommand('undo', rollout)}`,
    ])
  }
  const images = safeText(imagesOf(template).join(', '))
  return writes(
    [statusPatch(rollout, { abort: true }, 'abort the update')],
    `${name} aborted: was ${safeText(rolloutPhase(rollout).phase)}${placeText(rollout)}${revisionText(rollout)}`,
    {
      notes: [
        `the spec still holds the aborted version${images ? ` (${images})` : ''}: it stays Degraded until the spec changes; ` +
          `to go back for good: ${rolloutCommand('undo', rollout)}`,
      ],
    },
  )
}

/**
 * Starts the aborted update again from its first step.
 * Follows argo-rollouts pkg/kubectl-argo-rollouts/cmd/retry/retry.go; refused where nothing is aborted.
 */
export function planRetry(
  rollout: Rollout,
  expect: Expectation = {},
  template: PodTemplate | undefined = rollout.spec.template,
): Plan {
  const unmet = firstUnmet(expect, rollout, template)
  if (unmet) return refused(unmet)
  if (!isGenerationObserved(rollout)) return refused(notObserved(rollout, 'retried'))
  const name = rolloutName(rollout)
  if (!rollout.status?.abort) {
    return refused({
      reason: 'NotAborted',
      message: `${name} is not aborted (${positionText(rollout)}): nothing was changed`,
      hints: [`To see what holds it: ${rolloutCommand('explain', rollout)}`],
    })
  }
  return writes(
    [statusPatch(rollout, { abort: false }, 'take the abort back')],
    `${name} retried${revisionText(rollout)}: was aborted`,
    {
      notes: [
        ...(rollout.spec.paused
          ? [`it is still paused by hand; to end that: ${rolloutCommand('resume', rollout)}`]
          : []),
        // rollout/bluegreen.go, isBlueGreenFastTracked: a ReplicaSet with a scale-down deadline skips the pause
        ...(rollout.spec.strategy?.blueGreen
          ? ['if its pods are still there, the controller makes it active at once, without pause and analysis']
          : []),
      ],
    },
  )
}

function revisionText(rollout: Rollout): string {
  const revision = revisionOf(rollout)
  return revision === 0 ? '' : `, revision ${revision}`
}
