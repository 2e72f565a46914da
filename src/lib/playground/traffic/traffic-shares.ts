import type { KubeObject } from '../../context/kube-object.ts'
import type { Pod } from '../../kube/core-objects.ts'
import * as types from '../../kube/resource-types.ts'
import type { Rollout } from '../../rollouts/rollout.ts'
import { controllerOf } from '../controllers/ownership.ts'
import { isPodReady } from '../controllers/pod-state.ts'
import { hashLabel } from '../controllers/rollout/replica-sets.ts'
import type { ObjectStore } from '../store/store.ts'
import { requestsPerSecondOf } from './traffic-behavior.ts'

/** A Rollout or Deployment, with all pods that take part in serving it, experiments among them. */
export interface Workload {
  object: KubeObject
  pods: Pod[]
}

const typeOfKind = {
  ReplicaSet: types.replicaSets,
  Deployment: types.deployments,
  Experiment: types.experiments,
  Rollout: types.rollouts,
}

/** Pods by the workload that they belong to in the end; pods of Jobs and of nobody serve nothing. */
export function workloadsOf(store: ObjectStore): Workload[] {
  const workloads = new Map<string, Workload>()
  const owners = new Map<string, KubeObject | undefined>()
  const rootOf = (object: KubeObject): KubeObject | undefined => {
    const owner = controllerOf(object)
    if (!owner) return object.kind === 'Pod' ? undefined : object
    if (owners.has(owner.uid)) return owners.get(owner.uid)
    const type = typeOfKind[owner.kind as keyof typeof typeOfKind]
    const { namespace = 'default' } = object.metadata
    const found = type && store.find(type, { namespace, name: owner.name })
    const root = found && rootOf({ ...found, kind: owner.kind })
    owners.set(owner.uid, root)
    return root
  }
  for (const pod of store.all<Pod>(types.pods)) {
    const object = rootOf({ ...pod, kind: 'Pod' })
    if (!object) continue
    const key = object.metadata.uid ?? ''
    const workload = workloads.get(key) ?? { object, pods: [] }
    workloads.set(key, workload)
    workload.pods.push(pod)
  }
  return [...workloads.values()]
}

/**
 * Requests per second of each pod, by name: what a traffic router was told where there is one, all to the active version
 * of blue-green, else the same for every Ready pod. What is sent to a version without Ready pods is lost.
 */
export function requestShares({ object, pods }: Workload): Map<string, number> {
  const perSecond = requestsPerSecondOf([object, ...pods])
  const serving = pods.filter(pod => isPodReady(pod) && !pod.metadata.deletionTimestamp)
  const shares = new Map<string, number>()
  const share = (among: readonly Pod[], part: number) => {
    for (const pod of among) shares.set(pod.metadata.name, (perSecond * part) / among.length)
  }
  const ofHash = (hash: string | undefined) => serving.filter(pod => pod.metadata.labels?.[hashLabel] === hash)
  const { spec, status } = object as Rollout
  const active = spec?.strategy?.blueGreen && status?.blueGreen?.activeSelector
  if (active) {
    share(ofHash(active), 1)
    return shares
  }
  const weights = status?.canary?.weights
  if (!weights?.stable?.podTemplateHash) {
    share(serving, 1)
    return shares
  }
  const destinations = [weights.stable, weights.canary, ...(weights.additional ?? [])]
  const total = destinations.reduce((sum, each) => sum + each.weight, 0)
  for (const { podTemplateHash, weight } of destinations) {
    if (weight > 0 && podTemplateHash) share(ofHash(podTemplateHash), weight / total)
  }
  return shares
}
