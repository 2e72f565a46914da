import type { ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import type { PodTemplate, ReplicaSet } from '../../kube/core-objects.ts'
import { rollouts } from '../../kube/resource-types.ts'
import { safeText } from '../../values/safe-text.ts'
import { workloadType } from '../observe/scope.ts'
import { podHashLabel } from '../ownership.ts'
import type { Rollout } from '../rollout.ts'
import { podTemplateOf, type Workload } from '../rollout-objects.ts'
import type { Refusal, Write } from './plan.ts'
import { qualifiedName, rolloutName } from './rollout-words.ts'

/** The object that holds the pod template of a rollout: the rollout, or what its spec.workloadRef names. */
export interface TemplateTarget {
  type: ResourceType
  object: KubeObject
  template: PodTemplate
  /** JSON pointer to the template */
  pointer: '/spec/template' | '/template'
}

/**
 * Where the pod template is to be changed. Upstream's undo writes to /spec/template of a PodTemplate, which has none,
 * and its set image takes every workload for a Deployment (undo.go, set_image.go).
 */
export function templateTarget(rollout: Rollout, workload: Workload | undefined): TemplateTarget | Refusal {
  const ref = rollout.spec.workloadRef
  const name = rolloutName(rollout)
  if (!ref) {
    const template = rollout.spec.template ?? {}
    return { type: rollouts, object: rollout, template, pointer: '/spec/template' }
  }
  const type = workloadType(rollout)
  if (!type) {
    return {
      reason: 'UnsupportedWorkload',
      message:
        `${name} takes its pod template from a ${safeText(ref.kind ?? 'workload without a kind')}, ` +
        'and only Deployment, ReplicaSet and PodTemplate can be changed: nothing was changed',
      hints: [],
    }
  }
  const template = podTemplateOf(rollout, workload)
  if (!workload || !template) {
    return {
      reason: 'NoWorkload',
      message: `${name} takes its pod template from ${targetName(type, ref.name ?? '')}, which does not exist: nothing was changed`,
      hints: [],
    }
  }
  const pointer = type.kind === 'PodTemplate' ? '/template' : '/spec/template'
  return { type, object: workload, template, pointer }
}

/** `rollout loans/web`, `deployment loans/web` */
export function targetText(target: TemplateTarget): string {
  return `${target.type.kind.toLowerCase()} ${qualifiedName(target.object)}`
}

function targetName(type: ResourceType, name: string): string {
  return `${type.kind.toLowerCase()} ${safeText(name)}`
}

/** A JSON patch of the object that holds the template. */
export function templateWrite(target: TemplateTarget, operations: object[], describes: string): Write {
  const { name, namespace } = target.object.metadata
  return {
    type: target.type,
    ref: namespace === undefined ? { name } : { name, namespace },
    patch: { type: 'json', body: operations },
    describes,
  }
}

/**
 * The pod template that a user once wrote, from the ReplicaSet that was made of it: without what the controller put in
 * (hash label, ephemeral metadata, anti-affinity). With these the restored spec would be another version than the one
 * it goes back to. Follows argo-rollouts utils/replicaset: SyncReplicaSetEphemeralPodMetadata and
 * RemoveInjectedAntiAffinityRule, which upstream's undo does not use.
 */
export function restoredTemplate(replicaSet: ReplicaSet): PodTemplate {
  const template = structuredClone(replicaSet.spec?.template ?? {})
  const metadata: Record<string, unknown> & PodTemplate['metadata'] = { ...template.metadata }
  const ephemeral = ephemeralMetadata(replicaSet)
  const labels = withoutKeys(metadata.labels, { [podHashLabel]: undefined, ...ephemeral.labels })
  const annotations = withoutKeys(metadata.annotations, ephemeral.annotations ?? {})
  delete metadata.labels
  delete metadata.annotations
  delete metadata.creationTimestamp
  return {
    ...template,
    metadata: { ...metadata, ...(labels && { labels }), ...(annotations && { annotations }) },
    ...(template.spec && { spec: withoutInjectedAffinity(template.spec) }),
  }
}

interface Metadata {
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

function ephemeralMetadata(replicaSet: ReplicaSet): Metadata {
  const text = replicaSet.metadata.annotations?.['rollout.argoproj.io/ephemeral-metadata']
  if (text === undefined) return {}
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Metadata) : {}
  } catch {
    return {}
  }
}

/** `values` without the keys of `taken`; a key whose value there is another one was changed since and stays. */
function withoutKeys(
  values: Record<string, string> | undefined,
  taken: Record<string, string | undefined>,
): Record<string, string> | undefined {
  const kept = Object.entries(values ?? {}).filter(
    ([key, value]) => !(key in taken) || (taken[key] !== undefined && taken[key] !== value),
  )
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

interface AffinityTerm {
  labelSelector?: { matchExpressions?: { key?: string }[] }
}
interface PodAntiAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: AffinityTerm[]
  preferredDuringSchedulingIgnoredDuringExecution?: { podAffinityTerm?: AffinityTerm }[]
}

function withoutInjectedAffinity<T extends object>(spec: T): T {
  const { affinity, ...rest } = spec as T & { affinity?: { podAntiAffinity?: PodAntiAffinity } }
  const anti = affinity?.podAntiAffinity
  if (!anti) return spec
  const isInjected = (term: AffinityTerm | undefined) =>
    (term?.labelSelector?.matchExpressions ?? []).some(expression => expression.key === podHashLabel)
  const required = anti.requiredDuringSchedulingIgnoredDuringExecution?.filter(term => !isInjected(term))
  const preferred = anti.preferredDuringSchedulingIgnoredDuringExecution?.filter(
    term => !isInjected(term.podAffinityTerm),
  )
  const podAntiAffinity = {
    ...(required?.length && { requiredDuringSchedulingIgnoredDuringExecution: required }),
    ...(preferred?.length && { preferredDuringSchedulingIgnoredDuringExecution: preferred }),
  }
  const { podAntiAffinity: _old, ...others } = affinity
  const kept = { ...others, ...(Object.keys(podAntiAffinity).length > 0 && { podAntiAffinity }) }
  return { ...rest, ...(Object.keys(kept).length > 0 && { affinity: kept }) } as unknown as T
}
