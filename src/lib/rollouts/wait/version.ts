import { whoWrote } from '../../kube/managed-fields.ts'
import { safeText } from '../../values/safe-text.ts'
import { situationOf } from '../actions/situation.ts'
import { isSameImage } from '../image-reference.ts'
import { isGenerationObserved } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import { isNewer, missingReaction, unfinishedReaction } from './reaction.ts'

/**
 * The version that is meant. In GitOps a job waits before the sync has happened, when the old version is still Healthy:
 * until the rollout is at this version, nothing that it says is an answer. All that are given must hold.
 */
export interface WantedVersion {
  /** `REPO:TAG`, `REPO@DIGEST`, `:TAG` or `@DIGEST` of a container */
  image?: string
  podHash?: string
  /** what the user saw last; `base` is the rollout as it was then, where the server still knew */
  changedSince?: { resourceVersion: string; base?: Rollout } | { timeMs: number }
  /** our own write: the rollout as the server answered it */
  after?: Rollout
  /** our own write to the object that spec.workloadRef names: its generation */
  afterWorkload?: number
}

/** What is known of a rollout at one moment. */
export interface RolloutView {
  rollout: Rollout
  /** images of the version that the controller works on (status.currentPodHash) */
  images: readonly string[]
  /** metadata.generation of what spec.workloadRef names, where it was read */
  workloadGeneration?: number
}

/** What is missing until the rollout is at the wanted version; undefined when it is. */
export function missingVersion(wanted: WantedVersion, view: RolloutView): string | undefined {
  const { rollout } = view
  const { status } = rollout
  const isWanted = Object.values(wanted).some(value => value !== undefined)
  if (!isWanted) return undefined
  if (wanted.after) {
    const missing = missingReaction(wanted.after, rollout)
    if (missing) return missing
  }
  if (wanted.afterWorkload !== undefined && !isWorkloadSeen(rollout, wanted.afterWorkload)) {
    return 'waiting for the controller to see the new pod template'
  }
  // Until the spec is seen, hash and images belong to the version before.
  if (!isGenerationObserved(rollout)) return 'waiting for the controller to see the spec'
  if (wanted.podHash !== undefined && status?.currentPodHash !== wanted.podHash) {
    return `waiting for pod hash ${safeText(wanted.podHash)}, it is at ${safeText(status?.currentPodHash ?? 'none')}`
  }
  const { image } = wanted
  if (image !== undefined && !view.images.some(each => isSameImage(image, each))) {
    return `waiting for image ${safeText(image)}, it runs ${safeText(view.images.join(', ')) || 'none that can be seen'}`
  }
  return wanted.changedSince && missingChange(wanted.changedSince, rollout)
}

function isWorkloadSeen(rollout: Rollout, generation: number): boolean {
  const observed = Number(rollout.status?.workloadObservedGeneration)
  return Number.isNaN(observed) || observed >= generation
}

function missingChange(since: NonNullable<WantedVersion['changedSince']>, rollout: Rollout): string | undefined {
  if ('timeMs' in since) {
    const time = new Date(since.timeMs).toISOString()
    return hasChangedSince(rollout, since.timeMs) ? undefined : `waiting for a change after ${time}`
  }
  const missing = `waiting for a change after resourceVersion ${safeText(since.resourceVersion)}`
  if (!isNewer(rollout.metadata.resourceVersion ?? '', since.resourceVersion)) return missing
  // Replicas, asked for and counted, change the resourceVersion all the time: where the rollout of then is known, what
  // it was asked to do has to be another.
  if (since.base && isAskedTheSame(since.base, rollout)) return missing
  return unfinishedReaction(rollout)
}

function isAskedTheSame(before: Rollout, now: Rollout): boolean {
  const asked = (rollout: Rollout) =>
    JSON.stringify([
      situationOf(rollout, ['object', 'spec', 'revision', 'version', 'step', 'pause', 'abort', 'full promotion']).map(
        fact => fact.value,
      ),
    ])
  return asked(before) === asked(now)
}

/** Whether the spec (or, with a workloadRef, the note of the workload's generation) was written at or after `timeMs`. */
function hasChangedSince(rollout: Rollout, timeMs: number): boolean {
  const path = rollout.spec.workloadRef
    ? ['metadata', 'annotations', 'rollout.argoproj.io/workload-generation']
    : ['spec']
  const times = [...whoWrote(rollout, path), ...whoWrote(rollout, ['spec'])]
    .filter(writer => writer.subresource === undefined)
    .map(writer => Date.parse(writer.time ?? ''))
  const created = Date.parse(rollout.metadata.creationTimestamp ?? '')
  // managedFields has whole seconds: a write within the second counts as later
  return [...times, created].some(time => time >= Math.floor(timeMs / 1000) * 1000)
}
