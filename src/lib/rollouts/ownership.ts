import type { KubeObject } from '../context/kube-object.ts'
import { parseTime } from '../values/human-duration.ts'

/** Label that names the pod template a ReplicaSet, pod or analysis belongs to. */
export const podHashLabel = 'rollouts-pod-template-hash'
const revisionAnnotation = 'rollout.argoproj.io/revision'

/** Whether any owner reference of `object` has this UID (it need not be the controller's). */
export function isOwnedBy(object: KubeObject, uid: string | undefined): boolean {
  return uid !== undefined && (object.metadata.ownerReferences?.some(owner => owner.uid === uid) ?? false)
}

/** `objects` by the UIDs of their owners; an object with several owners is listed under each. */
export function byOwner<T extends KubeObject>(objects: readonly T[]): Map<string, T[]> {
  const owned = new Map<string, T[]>()
  for (const object of objects) {
    for (const uid of new Set(object.metadata.ownerReferences?.map(owner => owner.uid))) {
      const siblings = owned.get(uid)
      if (siblings) siblings.push(object)
      else owned.set(uid, [object])
    }
  }
  return owned
}

/** Revision of a Rollout, ReplicaSet, Experiment or AnalysisRun; 0 where its annotation is missing or no number. */
export function revisionOf(object: KubeObject): number {
  const text = object.metadata.annotations?.[revisionAnnotation] ?? ''
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0
}

/** Pod template hash in the labels; empty where there is none. */
export function podHashOf(object: KubeObject): string {
  return object.metadata.labels?.[podHashLabel] ?? ''
}

export type Order<T> = (a: T, b: T) => number

export const byName: Order<KubeObject> = (a, b) => compareText(a.metadata.name, b.metadata.name)

export const byRevisionDescending: Order<KubeObject> = (a, b) => revisionOf(b) - revisionOf(a)

/** Oldest first; an object without a creation time is older than all. */
export const byCreation: Order<KubeObject> = (a, b) =>
  (parseTime(a.metadata.creationTimestamp) ?? 0) - (parseTime(b.metadata.creationTimestamp) ?? 0)

/** The first of `orders` that tells two objects apart decides. */
export function orderedBy<T>(...orders: Order<T>[]): Order<T> {
  return (a, b) => {
    for (const order of orders) {
      const difference = order(a, b)
      if (difference !== 0) return difference
    }
    return 0
  }
}

/** By code units, as Go compares ASCII; locale rules would make an order depend on the machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
