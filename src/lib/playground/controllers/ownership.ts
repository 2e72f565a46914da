import type { ResourceType } from '../../context/kube-client.ts'
import type { KubeObject, OwnerReference } from '../../context/kube-object.ts'
import type { Environment } from './environment.ts'

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(each => each.controller)
}

/** The objects of a type in the owner's namespace that it controls. */
export function controlledBy<T extends KubeObject>({ store }: Environment, type: ResourceType, owner: KubeObject): T[] {
  return store.all<T>(type, owner.metadata.namespace).filter(each => controllerOf(each)?.uid === owner.metadata.uid)
}

/** Marks an object as controlled by its owner. */
export function ownedBy(owner: KubeObject): OwnerReference[] {
  const { name, uid = '' } = owner.metadata
  const reference = { apiVersion: owner.apiVersion ?? '', kind: owner.kind ?? '', name, uid, controller: true }
  return [{ ...reference, blockOwnerDeletion: true } as OwnerReference]
}
