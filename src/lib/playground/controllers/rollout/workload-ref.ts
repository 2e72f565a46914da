import type { ResourceType } from '../../../context/kube-client.ts'
import type { KubeObject, LabelSelector } from '../../../context/kube-object.ts'
import type { PodTemplate } from '../../../kube/core-objects.ts'
import { deployments, podTemplates, replicaSets, rollouts } from '../../../kube/resource-types.ts'
import type { Rollout } from '../../../rollouts/rollout.ts'
import { refOf } from '../../store/garbage.ts'
import { copy } from '../../store/json.ts'
import { groupResource } from '../../store/status-error.ts'
import type { Environment } from '../environment.ts'
import { workloadGenerationAnnotation } from './replica-sets.ts'
import { manager } from './sync.ts'

type Workload = KubeObject & {
  template?: PodTemplate
  spec?: { replicas?: number; selector?: LabelSelector; template?: PodTemplate }
}

const kinds: Record<string, ResourceType> = {
  Deployment: deployments,
  ReplicaSet: replicaSets,
  PodTemplate: podTemplates,
}

/** The object that workloadRef names; undefined when it is missing or of a kind that cannot be referenced. */
export function workloadOf({ store }: Environment, rollout: Rollout): Workload | undefined {
  const { kind = '', name = '' } = rollout.spec.workloadRef ?? {}
  const type = kinds[kind]
  return type && store.find<Workload>(type, { namespace: rollout.metadata.namespace ?? 'default', name })
}

/**
 * Puts the referenced template, selector and generation into the rollout; returns what is wrong with the reference
 * (argo-rollouts rollout/templateref.go).
 */
export function resolveWorkload(environment: Environment, rollout: Rollout): string | undefined {
  const { workloadRef, template } = rollout.spec
  if (!workloadRef) return undefined
  const { kind = '', apiVersion = '', name = '' } = workloadRef
  const metadata = template?.metadata
  const isGiven = Object.keys(metadata?.labels ?? {}).length + Object.keys(metadata?.annotations ?? {}).length > 0
  if (isGiven) return 'template must be empty for workload reference rollout'
  const type = kinds[kind]
  if (!type) return `workload of type ${apiVersion.split('/')[0]}/${kind} is not supported`
  const workload = workloadOf(environment, rollout)
  if (!workload) return `${groupResource(type)} "${name}" not found`
  const resolved = workload.spec?.template ?? workload.template
  if (resolved) rollout.spec.template = copy(resolved)
  const selector = workload.spec?.selector
  if (!rollout.spec.selector && selector) rollout.spec.selector = copy(selector)
  const generation = String(workload.metadata.generation ?? 0)
  rollout.metadata.annotations = { ...rollout.metadata.annotations, [workloadGenerationAnnotation]: generation }
  return undefined
}

/** Notes the workload's generation on every rollout that references it; the write makes the controller look. */
export function noteWorkloadGeneration({ store }: Environment, workload: KubeObject): void {
  const { namespace = 'default', name, generation = 0 } = workload.metadata
  for (const rollout of store.all<Rollout>(rollouts, namespace)) {
    const { workloadRef } = rollout.spec
    if (workloadRef?.name !== name || workloadRef.kind !== workload.kind) continue
    if (rollout.metadata.annotations?.[workloadGenerationAnnotation] === String(generation)) continue
    const body = { metadata: { annotations: { [workloadGenerationAnnotation]: String(generation) } } }
    store.patch(rollouts, refOf(rollout), { type: 'merge', body }, { manager })
  }
}

/** Scales the referenced Deployment down as workloadRef.scaleDown says; only for the first revision, as upstream. */
export function scaleWorkloadDown(environment: Environment, rollout: Rollout, revision: number): void {
  const how = rollout.spec.workloadRef?.scaleDown
  if (revision !== 1 || !how || how === 'never' || rollout.spec.workloadRef?.kind !== 'Deployment') return
  const workload = workloadOf(environment, rollout)
  if (!workload) return
  const { phase, readyReplicas = 0 } = rollout.status ?? {}
  const rest = Math.max(0, (rollout.spec.replicas ?? 1) - readyReplicas)
  const replicas = phase === 'Healthy' ? 0 : how === 'progressively' && readyReplicas > 0 ? rest : undefined
  if (replicas === undefined || workload.spec?.replicas === replicas) return
  environment.store.patch(deployments, refOf(workload), { type: 'merge', body: { spec: { replicas } } }, { manager })
}
