import type { Pod, ReplicaSet } from '../../kube/core-objects.ts'
import { byCreation, byName, byRevisionDescending, isOwnedBy, orderedBy, podHashOf, revisionOf } from '../ownership.ts'
import { type InfoMeta, infoMeta } from './info-meta.ts'
import { type PodStatusSummary, podStatus } from './pod-status.ts'
import { type ReplicaSetStatus, replicaSetStatus } from './replica-set-status.ts'
import type { ReplicaSetTag } from './tags.ts'

export interface PodInfo extends InfoMeta, PodStatusSummary {
  /** metadata of the pod's node, where it has one */
  node?: string
}

export interface ReplicaSetInfo extends InfoMeta {
  revision: number
  podHash: string
  status: ReplicaSetStatus
  tags: ReplicaSetTag[]
  /** replicas asked for; absent where the spec does not say */
  desired?: number
  /** replicas that exist */
  replicas: number
  ready: number
  available: number
  images: string[]
  initContainerImages: string[]
  /** name of the experiment's template that it runs */
  template?: string
  /** what its annotation says, which need not be a time */
  scaleDownDeadline?: string
  pods: PodInfo[]
}

/**
 * The ReplicaSets that `ownerUid` owns, newest revision first and by name within one, each with its pods by age.
 * Follows argo-rollouts info/replicaset_info.go.
 *
 * @param podsByOwner see byOwner
 * @param tagsOf roles of a ReplicaSet by its pod template hash
 */
export function replicaSetInfos(
  replicaSets: readonly ReplicaSet[],
  ownerUid: string | undefined,
  podsByOwner: ReadonlyMap<string, readonly Pod[]>,
  tagsOf: (podHash: string) => ReplicaSetTag[],
): ReplicaSetInfo[] {
  return replicaSets
    .filter(each => isOwnedBy(each, ownerUid))
    .sort(orderedBy(byRevisionDescending, byName))
    .map(each => replicaSetInfo(each, podsByOwner, tagsOf))
}

function replicaSetInfo(
  replicaSet: ReplicaSet,
  podsByOwner: ReadonlyMap<string, readonly Pod[]>,
  tagsOf: (podHash: string) => ReplicaSetTag[],
): ReplicaSetInfo {
  const { metadata, spec, status } = replicaSet
  const podHash = podHashOf(replicaSet)
  const template = metadata.annotations?.['experiment.argoproj.io/template-name']
  const deadline = metadata.annotations?.['scale-down-deadline']
  const pods = [...(podsByOwner.get(metadata.uid ?? '') ?? [])].sort(orderedBy(byCreation, byName))
  return {
    ...infoMeta(replicaSet),
    revision: revisionOf(replicaSet),
    podHash,
    status: replicaSetStatus(replicaSet),
    tags: tagsOf(podHash),
    ...(spec?.replicas === undefined ? {} : { desired: spec.replicas }),
    replicas: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    images: imagesOf(spec?.template?.spec?.containers),
    initContainerImages: imagesOf(spec?.template?.spec?.initContainers),
    ...(template ? { template } : {}),
    ...(deadline ? { scaleDownDeadline: deadline } : {}),
    pods: pods.map(podInfo),
  }
}

function podInfo(pod: Pod): PodInfo {
  return { ...infoMeta(pod), ...podStatus(pod), ...(pod.spec?.nodeName ? { node: pod.spec.nodeName } : {}) }
}

function imagesOf(containers: readonly { image?: string }[] | undefined): string[] {
  return (containers ?? []).map(container => container.image ?? '')
}
