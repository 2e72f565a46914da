import type { ReplicaSet } from '../../kube/core-objects.ts'

export type ReplicaSetStatus = 'Healthy' | 'Progressing' | 'ScaledDown' | 'ReplicaFailure'

/**
 * State of a ReplicaSet in one word. Without spec.replicas it never counts as short of pods.
 * Follows argo-rollouts pkg/kubectl-argo-rollouts/info/replicaset_info.go.
 */
export function replicaSetStatus(replicaSet: ReplicaSet): ReplicaSetStatus {
  const { spec, status, metadata } = replicaSet
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) return 'Progressing'
  const failure = status?.conditions?.find(condition => condition.type === 'ReplicaFailure')
  if (failure?.status === 'True') return 'ReplicaFailure'
  if (spec?.replicas !== undefined && (status?.availableReplicas ?? 0) < spec.replicas) return 'Progressing'
  return spec?.replicas === 0 ? 'ScaledDown' : 'Healthy'
}
