import type { ObjectRef } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import type { ServedResource } from './resource-catalog.ts'
import type { ObjectStore } from './store.ts'

/** Deletes what belonged to the object and to nobody else (garbage collector, background). */
export function collectGarbage(store: ObjectStore, { metadata: { uid } }: KubeObject): void {
  for (const { type, object } of dependents(store, uid)) {
    const others = (object.metadata.ownerReferences ?? []).filter(owner => owner.uid !== uid)
    const isLeft = others.some(owner => exists(store, owner.uid))
    if (!isLeft && store.find(type, refOf(object))) store.delete(type, refOf(object))
  }
}

/** Takes the object out of its dependents' owner references, so that they outlive it. */
export function orphan(store: ObjectStore, { metadata: { uid } }: KubeObject): void {
  for (const { type, object } of dependents(store, uid)) {
    const left = (object.metadata.ownerReferences ?? []).filter(owner => owner.uid !== uid)
    const body = { metadata: { ownerReferences: left.length > 0 ? left : null } }
    store.patch(type, refOf(object), { type: 'merge', body }, { manager: 'kube-controller-manager' })
  }
}

/** Removes everything in a namespace that is deleted. */
export function empty(store: ObjectStore, namespace: string): void {
  for (const type of store.catalog.all()) {
    if (!type.namespaced) continue
    for (const object of store.all(type, namespace)) {
      if (store.find(type, refOf(object))) store.delete(type, refOf(object), { gracePeriodSeconds: 0 })
    }
  }
}

/** How to find this object again. */
export function refOf({ metadata: { namespace, name } }: KubeObject): ObjectRef {
  return namespace ? { namespace, name } : { name }
}

function dependents(store: ObjectStore, uid: string | undefined): { type: ServedResource; object: KubeObject }[] {
  return store.catalog.all().flatMap(type =>
    store
      .all(type)
      .filter(each => each.metadata.ownerReferences?.some(owner => owner.uid === uid))
      .map(object => ({ type, object })),
  )
}

function exists(store: ObjectStore, uid: string): boolean {
  return store.catalog.all().some(type => store.all(type).some(each => each.metadata.uid === uid))
}
