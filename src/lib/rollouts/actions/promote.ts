import type { PodTemplate } from '../../kube/core-objects.ts'
import { safeText } from '../../values/safe-text.ts'
import { isPaused, isPausedByController } from '../pause.ts'
import { isFullyPromoted, isGenerationObserved, isUnpausing, rolloutPhase } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import { currentStep, stepCount, stepDescription, stepsOf } from '../steps.ts'
import { type Expectation, firstUnmet } from './expectation.ts'
import { type Plan, type Refusal, refused, specPatch, statusPatch, type Write, writes } from './plan.ts'
import { pauseText, placeText, positionText, rolloutCommand, rolloutName } from './rollout-words.ts'

export type PromotionKind =
  /** end the pause that holds now (both kinds when both hold), and nothing else */
  | { kind: 'current-pause' }
  | { kind: 'skip-current-step' }
  | { kind: 'skip-all-steps' }
  /** past every step, pause and analysis, as fast as pods come up */
  | { kind: 'full' }
  /** @param step status.currentStepIndex to go on from */
  | { kind: 'to-step'; step: number }

/**
 * What has to be sent so that the rollout goes on as `how` says, and no further.
 *
 * Follows argo-rollouts pkg/kubectl-argo-rollouts/cmd/promote/promote.go for the patches, and departs from it on
 * purpose: a rollout that is not paused is refused instead of losing a step; a manual pause never moves the index.
 *
 * @param template pod template of the workload where spec.workloadRef is set
 */
export function planPromotion(
  rollout: Rollout,
  how: PromotionKind,
  expect: Expectation = {},
  template: PodTemplate | undefined = rollout.spec.template,
): Plan {
  const unmet = firstUnmet(expect, rollout, template)
  if (unmet) return refused(unmet)
  if (!isGenerationObserved(rollout)) return refused(notObserved(rollout, 'promoted'))
  switch (how.kind) {
    case 'current-pause':
      return endPause(rollout)
    case 'full':
      return promoteFully(rollout)
    case 'skip-current-step':
      return skipTo(rollout, (currentStep(rollout)?.index ?? 0) + 1, 'current step skipped')
    case 'skip-all-steps':
      return skipTo(rollout, stepCount(rollout), 'all remaining steps skipped')
    case 'to-step':
      return skipTo(rollout, how.step, `moved to step ${how.step}/${stepCount(rollout)}`)
  }
}

function endPause(rollout: Rollout): Plan {
  const name = rolloutName(rollout)
  if (rollout.status?.abort) return refused(aborted(rollout))
  if (isUnpausing(rollout)) {
    return refused({
      reason: 'NotPaused',
      message: `${name} was promoted a moment ago and the controller has not reacted yet (${positionText(rollout)}): nothing was changed`,
      hints: [
        `To see where it goes: ${rolloutCommand('status', rollout)}`,
        `If nothing has moved after some seconds, the controller may have overlooked the write: ${rolloutCommand('explain', rollout)}`,
      ],
    })
  }
  if (!isPaused(rollout)) return refused(notPaused(rollout))
  // The manual pause goes first although upstream sends the status first: while spec.paused holds, the controller
  // drops status.controllerPause as soon as it sees no pause condition (rollout/pause.go, CalculatePauseConditions),
  // forgets that the pause was ended, and pauses at the same step again once spec.paused is gone.
  return writes(
    [
      rollout.spec.paused && specPatch(rollout, { paused: false }, 'end the manual pause'),
      isPausedByController(rollout) && endControllerPause(rollout),
    ],
    `${name} promoted: was paused (${pauseText(rollout)})${placeText(rollout)}`,
    {
      notes: skippedByInconclusive(rollout) ? skippedNotes(rollout, 1) : [],
      isReached: now => now.spec.paused !== true && !isSamePause(rollout, now),
    },
  )
}

function endControllerPause(rollout: Rollout): Write {
  const index = currentStep(rollout)?.index ?? 0
  return skippedByInconclusive(rollout)
    ? statusPatch(
        rollout,
        { pauseConditions: null, controllerPause: false, currentStepIndex: index + 1 },
        `clear the pause conditions and leave step ${index}`,
      )
    : statusPatch(rollout, { pauseConditions: null }, 'clear the pause conditions')
}

/**
 * Whether clearing the pause is not enough, since the controller would look at the inconclusive run of this step and
 * pause again: its step has to be left as well. Upstream does so for analysis steps only (promote.go), and the
 * controller treats experiment steps the same (rollout/experiment.go). For an inconclusive background analysis, and for
 * blue-green, the controller starts a new run instead.
 */
function skippedByInconclusive(rollout: Rollout): boolean {
  const step = currentStep(rollout)?.step
  const has = (reason: string) => (rollout.status?.pauseConditions ?? []).some(each => each.reason === reason)
  if (!step || rollout.status?.controllerPause !== true) return false
  const analysis = rollout.status?.canary?.currentStepAnalysisRunStatus?.status
  return (
    (has('InconclusiveAnalysisRun') && analysis === 'Inconclusive') ||
    (has('InconclusiveExperiment') && step.experiment !== undefined)
  )
}

function isSamePause(before: Rollout, now: Rollout): boolean {
  const starts = (rollout: Rollout) => (rollout.status?.pauseConditions ?? []).map(each => each.reason + each.startTime)
  const known = new Set(starts(before))
  return starts(now).some(start => known.has(start))
}

function promoteFully(rollout: Rollout): Plan {
  const name = rolloutName(rollout)
  const { status, spec } = rollout
  if (isFullyPromoted(rollout) && !spec.paused) {
    return refused({
      reason: 'NothingToPromote',
      message: `${name} runs its newest version everywhere already: nothing was changed`,
      hints: [],
    })
  }
  if (status?.promoteFull && !spec.paused) {
    return refused({
      reason: 'AlreadyPromoted',
      message: `${name} is being fully promoted already: nothing was changed`,
      hints: [`To watch it: ${rolloutCommand('status', rollout)}`],
    })
  }
  return writes(
    [
      !isFullyPromoted(rollout) &&
        !status?.promoteFull &&
        statusPatch(rollout, { promoteFull: true }, 'ask for the full promotion'),
      spec.paused && specPatch(rollout, { paused: false }, 'end the manual pause'),
    ],
    `${name} fully promoted: was ${status?.abort ? 'aborted' : rolloutPhase(rollout).phase}${placeText(rollout)}`,
    {
      notes: [
        ...skippedNotes(rollout, stepCount(rollout) - (currentStep(rollout)?.index ?? 0)),
        ...backgroundNotes(rollout),
      ],
      isReached: now => now.spec.paused !== true && (now.status?.promoteFull === true || isFullyPromoted(now)),
    },
  )
}

function skipTo(rollout: Rollout, target: number, what: string): Plan {
  const name = rolloutName(rollout)
  const count = stepCount(rollout)
  const index = currentStep(rollout)?.index
  const refuse = (reason: string, message: string, hints: string[] = []) =>
    refused({ reason, message: `${name} ${message}: nothing was changed`, hints })
  if (index === undefined) {
    const why = rollout.spec.strategy?.blueGreen ? 'is a blue-green rollout, which has no steps' : 'has no steps'
    return refuse('NoSteps', why, [`To promote it past everything: ${rolloutCommand('promote', rollout, '--full')}`])
  }
  if (rollout.status?.abort) return refused(aborted(rollout))
  if (isFullyPromoted(rollout) || index >= count) {
    return refuse('NoStepLeft', `has no step left (${positionText(rollout)}, ${rolloutPhase(rollout).phase})`)
  }
  if (target > count) return refuse('NoSuchStep', `has ${count} steps (0 to ${count - 1}; ${count} is past the last)`)
  if (target === index) return refuse('AlreadyAtStep', `is at step ${index}/${count} already`)
  if (target < index) {
    return refuse('StepPassed', `is at step ${index}/${count} and cannot go back to ${target}`, [
      `To give this version up: ${rolloutCommand('abort', rollout)}`,
    ])
  }
  // Both fields go with the index: a pause condition left behind would count as the pause of the new step, with its old
  // start, and controllerPause left behind would make the controller take a pause step at `target` for one that
  // somebody has ended (rollout/pause.go, CompletedCanaryPauseStep): two steps for one.
  const pause = { pauseConditions: null, controllerPause: false }
  const isHeld = isPausedByController(rollout) || rollout.status?.controllerPause === true
  return writes(
    [
      statusPatch(
        rollout,
        { ...(isHeld ? pause : {}), currentStepIndex: target },
        `set the step from ${index} to ${target}`,
      ),
    ],
    `${name}: ${what}, was at ${positionText(rollout)}`,
    {
      notes: [
        ...skippedNotes(rollout, target - index),
        ...(rollout.spec.paused
          ? [`it is still paused by hand; to end that: ${rolloutCommand('resume', rollout)}`]
          : []),
      ],
    },
  )
}

/** What of the next `count` steps judges the version, and is skipped. */
function skippedNotes(rollout: Rollout, count: number): string[] {
  const from = currentStep(rollout)?.index ?? 0
  return stepsOf(rollout)
    .slice(from, from + count)
    .flatMap((step, offset) =>
      step.analysis || step.experiment
        ? [`skips step ${from + offset}, ${safeText(stepDescription(step))}: this version is not judged by it`]
        : [],
    )
}

/** A full promotion also ends what runs beside the steps (rollout/analysis.go, reconcileAnalysisRuns). */
function backgroundNotes(rollout: Rollout): string[] {
  const { canary, blueGreen } = rollout.spec.strategy ?? {}
  const groups: [string, { templates?: { templateName: string }[] } | undefined][] = [
    ['background analysis', canary?.analysis],
    ['pre-promotion analysis', blueGreen?.prePromotionAnalysis],
    ['post-promotion analysis', blueGreen?.postPromotionAnalysis],
  ]
  return groups.flatMap(([what, analysis]) => {
    const names = (analysis?.templates ?? []).map(each => safeText(each.templateName))
    return names.length === 0 ? [] : [`skips the ${what}: ${names.join(', ')}`]
  })
}

function notPaused(rollout: Rollout): Refusal {
  const { phase, message } = rolloutPhase(rollout)
  const state = phase === 'Healthy' ? 'Healthy' : `${phase}${message ? ` - ${safeText(message)}` : ''}`
  const hasStep = currentStep(rollout)?.step !== undefined && !isFullyPromoted(rollout)
  return {
    reason: 'NotPaused',
    message: `${rolloutName(rollout)} is not paused (${positionText(rollout)}, ${state}): nothing was changed`,
    hints: isFullyPromoted(rollout)
      ? []
      : [
          ...(hasStep ? [`To skip this step: ${rolloutCommand('promote', rollout, '--skip-current-step')}`] : []),
          `To go past everything that is left: ${rolloutCommand('promote', rollout, '--full')}`,
        ],
  }
}

function aborted(rollout: Rollout): Refusal {
  return {
    reason: 'Aborted',
    message: `${rolloutName(rollout)} is aborted: nothing was changed`,
    hints: [
      `To try this version again from step 0: ${rolloutCommand('retry', rollout)}`,
      `To go back to the stable version for good: ${rolloutCommand('undo', rollout)}`,
    ],
  }
}

/** A decision about a status that belongs to an older spec would be lost or hit the wrong version. */
export function notObserved(rollout: Rollout, done: string): Refusal {
  return {
    reason: 'SpecNotObserved',
    message:
      `${rolloutName(rollout)} cannot be ${done} yet: the controller has not seen its newest spec ` +
      `(generation ${rollout.metadata.generation ?? 0}, observed ${safeText(rollout.status?.observedGeneration ?? 'none')}): nothing was changed`,
    hints: [`If this lasts, the controller is not running: ${rolloutCommand('explain', rollout)}`],
    mayPass: true,
  }
}
