import type { ObjectRef, PatchRequest, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { collectionPath, objectPath } from '../../kube/resource-path.ts'
import type { Refusal } from '../../rollouts/actions/plan.ts'

/** One request that changes something in a Project. Never server-side apply: Kargo's webhook renames what is created. */
export type KargoWrite =
  | { verb: 'create'; type: ResourceType; namespace: string; object: KubeObject | UnnamedObject }
  | { verb: 'patch'; type: ResourceType; ref: Required<ObjectRef>; patch: PatchRequest }
  | { verb: 'delete'; type: ResourceType; ref: Required<ObjectRef> }

/** To be created with a name that the server makes. */
export interface UnnamedObject {
  apiVersion: string
  kind: string
  metadata: { namespace: string; generateName: string }
  [field: string]: unknown
}

/** What an action sends, or why it sends nothing. Nothing to do is neither an error nor a refusal. */
export type KargoPlan =
  | { kind: 'write'; write: KargoWrite; says: string; notes: readonly string[] }
  | { kind: 'nothing'; says: string }
  | { kind: 'refused'; refusal: Refusal }

export interface HttpRequest {
  method: 'POST' | 'PATCH' | 'DELETE'
  path: string
  contentType?: string
  body?: unknown
}

/** The write as it goes over the wire, for `--show-request` and `--dry-run=client`. */
export function requestOf(write: KargoWrite): HttpRequest {
  if (write.verb === 'create') {
    const path = collectionPath(write.type, write.namespace)
    return { method: 'POST', path, contentType: 'application/json', body: write.object }
  }
  const { namespace, name } = write.ref
  if (write.verb === 'delete') return { method: 'DELETE', path: objectPath(write.type, namespace, name) }
  const { subresource, body, type } = write.patch
  const path = objectPath(write.type, namespace, name, subresource)
  return { method: 'PATCH', path, contentType: `application/${type}-patch+json`, body }
}

export function refusedPlan(reason: string, message: string, hints: readonly string[] = []): KargoPlan {
  return { kind: 'refused', refusal: { reason, message, hints } }
}

export function mergePatch(
  type: ResourceType,
  { metadata }: KubeObject,
  body: unknown,
  subresource?: 'status',
): KargoWrite {
  const ref = { namespace: metadata.namespace ?? '', name: metadata.name }
  return { verb: 'patch', type, ref, patch: { type: 'merge', body, ...(subresource && { subresource }) } }
}
