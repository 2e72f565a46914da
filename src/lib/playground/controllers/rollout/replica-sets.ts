import type { ReplicaSet } from '../../../kube/core-objects.ts'

export const hashLabel = 'rollouts-pod-template-hash'
export const revisionAnnotation = 'rollout.argoproj.io/revision'
export const revisionHistoryAnnotation = 'rollout.argoproj.io/revision-history'
export const desiredReplicasAnnotation = 'rollout.argoproj.io/desired-replicas'
export const workloadGenerationAnnotation = 'rollout.argoproj.io/workload-generation'
export const scaleDownDeadlineAnnotation = 'scale-down-deadline'
export const managedByAnnotation = 'argo-rollouts.argoproj.io/managed-by-rollouts'

type Maybe = ReplicaSet | undefined

/** Pods that it shall have. */
export const wanted = (replicaSet: Maybe): number => (replicaSet ? (replicaSet.spec?.replicas ?? 1) : 0)
/** Pods that it has. */
export const actual = (replicaSet: Maybe): number => replicaSet?.status?.replicas ?? 0
export const ready = (replicaSet: Maybe): number => replicaSet?.status?.readyReplicas ?? 0
export const available = (replicaSet: Maybe): number => replicaSet?.status?.availableReplicas ?? 0

export function total(replicaSets: readonly Maybe[], count: (replicaSet: Maybe) => number): number {
  return replicaSets.reduce((sum, each) => sum + count(each), 0)
}

export const hashOf = (replicaSet: Maybe): string => replicaSet?.metadata.labels?.[hashLabel] ?? ''

export function revisionOf(object: { metadata: ReplicaSet['metadata'] } | undefined): number {
  return Number.parseInt(object?.metadata.annotations?.[revisionAnnotation] ?? '', 10) || 0
}

export function hasScaleDownDeadline(replicaSet: Maybe): boolean {
  return Boolean(replicaSet?.metadata.annotations?.[scaleDownDeadlineAnnotation])
}

/** ms until the pods of an old version may go; 0 or less when they may. Undefined without a deadline. */
export function scaleDownInMs(replicaSet: Maybe, nowMs: number): number | undefined {
  const deadline = replicaSet?.metadata.annotations?.[scaleDownDeadlineAnnotation]
  if (!deadline) return undefined
  const atMs = Date.parse(deadline)
  return Number.isNaN(atMs) ? 0 : atMs - nowMs
}

/** Whether all of the rollout's replicas are in this version and serve (argo-rollouts annotations.IsSaturated). */
export function isSaturated(replicas: number, replicaSet: Maybe): boolean {
  return (
    replicaSet !== undefined &&
    Number(replicaSet.metadata.annotations?.[desiredReplicasAnnotation]) === replicas &&
    wanted(replicaSet) === replicas &&
    available(replicaSet) === replicas
  )
}
