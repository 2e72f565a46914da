import type { KubeClient, ObjectRef } from '../context/kube-client.ts'
import type { ReplicaSet } from '../kube/core-objects.ts'
import * as types from '../kube/resource-types.ts'
import { type ReplicaSetStatus, replicaSetStatus } from './info/replica-set-status.ts'
import { type ReplicaSetTag, replicaSetTags } from './info/tags.ts'
import { PartReader } from './observe/part-reader.ts'
import { rolloutScope } from './observe/scope.ts'
import { byName, byRevisionDescending, isOwnedBy, orderedBy, podHashOf, revisionOf } from './ownership.ts'
import type { Rollout } from './rollout.ts'

/** One revision of a rollout that can be gone back to: the ReplicaSet that keeps its pod template. */
export interface RevisionRow {
  revision: number
  /** numbers that the same template had before it was gone back to */
  formerRevisions: number[]
  podHash: string
  replicaSet: string
  /** the spec's template */
  isCurrent: boolean
  isStable: boolean
  tags: ReplicaSetTag[]
  status: ReplicaSetStatus
  images: string[]
  replicas: number
  ready: number
  /** of the ReplicaSet, RFC 3339; a template that was gone back to keeps its first one */
  createdAt?: string
  /** annotation kubernetes.io/change-cause */
  changeCause?: string
}

function ownedNewestFirst(rollout: Rollout, replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  return replicaSets.filter(each => isOwnedBy(each, rollout.metadata.uid)).sort(orderedBy(byRevisionDescending, byName))
}

function revisionRow(rollout: Rollout, replicaSet: ReplicaSet): RevisionRow {
  const { metadata, spec, status } = replicaSet
  const podHash = podHashOf(replicaSet)
  const former = metadata.annotations?.['rollout.argoproj.io/revision-history'] ?? ''
  const changeCause = metadata.annotations?.['kubernetes.io/change-cause']
  return {
    revision: revisionOf(replicaSet),
    formerRevisions: former.split(',').flatMap(text => (/^\d+$/.test(text) ? [Number(text)] : [])),
    podHash,
    replicaSet: metadata.name,
    isCurrent: podHash !== '' && podHash === rollout.status?.currentPodHash,
    isStable: podHash !== '' && podHash === rollout.status?.stableRS,
    tags: replicaSetTags(rollout, podHash),
    status: replicaSetStatus(replicaSet),
    images: (spec?.template?.spec?.containers ?? []).map(container => container.image ?? ''),
    replicas: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    ...(metadata.creationTimestamp ? { createdAt: metadata.creationTimestamp } : {}),
    ...(changeCause ? { changeCause } : {}),
  }
}

export interface RolloutHistory {
  rollout: Rollout
  revisions: RevisionRow[]
  /** those of the revisions, in the same order */
  replicaSets: ReplicaSet[]
}

/**
 * Two requests, one more for a workloadRef.
 *
 * @throws Failure `error`: no such rollout, or its ReplicaSets may not be read, without which there is no answer
 */
export async function loadHistory(client: KubeClient, ref: ObjectRef): Promise<RolloutHistory> {
  const rollout = await client.get<Rollout>(types.rollouts, ref)
  const namespace = rollout.metadata.namespace ?? ref.namespace
  const workload = await new PartReader(client, namespace).workload(rollout)
  const labelSelector = rolloutScope(rollout, workload).pods
  if (labelSelector === undefined) return { rollout, revisions: [], replicaSets: [] }
  const place = namespace === undefined ? {} : { namespace }
  const page = await client.list<ReplicaSet>(types.replicaSets, { ...place, labelSelector })
  const replicaSets = ownedNewestFirst(rollout, page.items)
  return { rollout, revisions: replicaSets.map(each => revisionRow(rollout, each)), replicaSets }
}
