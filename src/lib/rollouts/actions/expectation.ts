import type { PodTemplate } from '../../kube/core-objects.ts'
import { safeText } from '../../values/safe-text.ts'
import { imagesOf, isSameImage } from '../image-reference.ts'
import { revisionOf } from '../ownership.ts'
import { isGenerationObserved } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import { currentStep, setWeight, stepCount } from '../steps.ts'
import type { Refusal } from './plan.ts'
import { positionText, rolloutCommand, rolloutName } from './rollout-words.ts'

/** What the user says the state is (`--expect-*`); a write is refused when it is not. Absent fields expect nothing. */
export interface Expectation {
  /** status.currentStepIndex */
  step?: number
  /** what the steps ask for now, 0 to 100 (or the router's maximum) */
  weight?: number
  /** as in the annotation rollout.argoproj.io/revision */
  revision?: number
  /** `REPO:TAG`, `REPO@DIGEST`, `:TAG` or `@DIGEST` of a container in the pod template */
  image?: string
}

/**
 * The first expectation that does not hold, as a refusal; undefined when all do.
 *
 * @param template the pod template of the version being rolled out: that of the workload where spec.workloadRef is set
 */
export function firstUnmet(
  expect: Expectation,
  rollout: Rollout,
  template: PodTemplate | undefined = rollout.spec.template,
): Refusal | undefined {
  const unmet = unmetText(expect, rollout, template)
  if (unmet === undefined) return undefined
  return {
    reason: 'UnmetExpectation',
    message: `${rolloutName(rollout)}: ${unmet}: nothing was changed`,
    hints: [`To see where it is: ${rolloutCommand('get', rollout)}`],
    // step, weight and revision belong to the version that the controller saw last
    ...(isGenerationObserved(rollout) ? {} : { mayPass: true }),
  }
}

function unmetText(expect: Expectation, rollout: Rollout, template: PodTemplate | undefined): string | undefined {
  if (expect.revision !== undefined) {
    const actual = revisionOf(rollout)
    if (actual !== expect.revision)
      return `expected revision ${expect.revision}, it is at ${actual || 'no revision yet'}`
  }
  if (expect.image !== undefined) {
    const wanted = expect.image
    const actual = imagesOf(template)
    if (!actual.some(image => isSameImage(wanted, image))) {
      return `expected image ${safeText(wanted)}, it runs ${safeText(actual.join(', ')) || 'no image that can be seen'}`
    }
  }
  if (expect.step !== undefined) {
    const count = stepCount(rollout)
    const actual = currentStep(rollout)?.index
    if (actual === undefined) return `expected step ${expect.step}, it has no steps`
    if (actual !== expect.step) return `expected step ${expect.step}, it is at step ${actual}/${count}`
  }
  if (expect.weight !== undefined) {
    const actual = setWeight(rollout)
    if (!rollout.spec.strategy?.canary) return `expected weight ${expect.weight}, it is ${positionText(rollout)}`
    if (actual !== expect.weight) return `expected weight ${expect.weight}, it is at ${positionText(rollout)}`
  }
  return undefined
}
