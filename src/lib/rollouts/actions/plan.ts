import type { ObjectRef, PatchRequest, ResourceType } from '../../context/kube-client.ts'
import { rollouts } from '../../kube/resource-types.ts'
import type { TemplateChange } from '../diff/template-diff.ts'
import type { Rollout } from '../rollout.ts'

/** One request that changes something; apply-plan.ts adds the resourceVersion that it depends on. */
export interface Write {
  type: ResourceType
  ref: ObjectRef
  patch: PatchRequest
  /** what it does, for reports of plans that could not be finished: `clear the pause conditions` */
  describes: string
}

/** Why nothing is sent: the state that stands in the way, and what to do instead. */
export interface Refusal {
  /** stable word for programs: `NotPaused`, `UnmetExpectation` */
  reason: string
  message: string
  hints: readonly string[]
  /** the controller is about to change what stands in the way (it has not seen the spec): looking again may help */
  mayPass?: boolean
}

export interface WritesPlan {
  kind: 'writes'
  /** in the order in which they must be sent; never empty */
  writes: readonly Write[]
  /** what has happened when all are sent, one sentence without its full stop */
  says: string
  /** what the user should know besides: what is skipped, what stays as it was */
  notes: readonly string[]
  /**
   * Whether what the plan is after holds in this state already. Asked when the object changed between two writes, since
   * the controller may have finished the job after the first one.
   */
  isReached?: (object: Rollout) => boolean
  /** what changes in the pod template, where a template is written */
  changes?: readonly TemplateChange[]
}

export type Plan = WritesPlan | { kind: 'refused'; refusal: Refusal }

/** @param steps the writes in their order; `undefined` and `false` are left out, so that conditions read well */
export function writes(
  steps: readonly (Write | undefined | false)[],
  says: string,
  more: Partial<Pick<WritesPlan, 'notes' | 'isReached' | 'changes'>> = {},
): Plan {
  return { kind: 'writes', writes: steps.filter(step => !!step), says, notes: [], ...more }
}

export function refused(refusal: Refusal): Plan {
  return { kind: 'refused', refusal }
}

function rolloutRef(rollout: Rollout): ObjectRef {
  const { name, namespace } = rollout.metadata
  return namespace === undefined ? { name } : { name, namespace }
}

/** A merge patch of the status. It goes to the subresource; where there is none, apply-plan.ts sends it to the object. */
export function statusPatch(rollout: Rollout, status: Record<string, unknown>, describes: string): Write {
  return {
    type: rollouts,
    ref: rolloutRef(rollout),
    patch: { type: 'merge', body: { status }, subresource: 'status' },
    describes,
  }
}

export function specPatch(rollout: Rollout, spec: Record<string, unknown>, describes: string): Write {
  return { type: rollouts, ref: rolloutRef(rollout), patch: { type: 'merge', body: { spec } }, describes }
}
