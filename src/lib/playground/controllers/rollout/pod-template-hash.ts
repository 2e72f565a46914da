import type { PodTemplate } from '../../../kube/core-objects.ts'
import type { CanaryStep } from '../../../rollouts/rollout.ts'
import { canonical } from '../../store/json.ts'
import { fnv32a, safeEncode } from '../../store/names.ts'
import { withPodDefaults } from '../../store/pod-defaults.ts'
import { hashLabel } from './replica-sets.ts'

/**
 * Names a version of the pods: equal templates give equal hashes, up to ten characters. The letters differ from those
 * of the real controller, which hashes Go's own print of the structure.
 */
export function podTemplateHash(template: PodTemplate | undefined, collisionCount = 0): string {
  return encode(`${canonical(withoutHash(template))}${collisionCount > 0 ? collisionCount : ''}`)
}

/** What a Deployment names its versions by: other letters than those of a Rollout with the same template, as upstream. */
export function deploymentHash(template: PodTemplate | undefined): string {
  return encode(`Deployment${canonical(template ?? null)}`)
}

/** status.currentStepHash (argo-rollouts conditions.ComputeStepHash); empty without a canary. */
export function stepHash(steps: readonly CanaryStep[] | undefined): string {
  return encode(canonical(steps ?? null))
}

/** The template without the label that the controller adds to the pods of each version. */
export function withoutHash(template: PodTemplate | undefined): PodTemplate {
  const { [hashLabel]: _, ...labels } = template?.metadata?.labels ?? {}
  return { ...template, metadata: { ...template?.metadata, labels } }
}

/** Whether two templates mean the same pods: defaults of the API server and the hash label make no difference. */
export function isSameTemplate(one: PodTemplate | undefined, other: PodTemplate | undefined): boolean {
  return meaning(one) === meaning(other)
}

function meaning(template: PodTemplate | undefined): string {
  const { metadata, spec } = withoutHash(template)
  return canonical({
    labels: metadata?.labels ?? {},
    annotations: metadata?.annotations ?? {},
    spec: withPodDefaults(spec),
  })
}

const encode = (text: string) => safeEncode(String(fnv32a(text)))
