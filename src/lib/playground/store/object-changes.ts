import type { KubeObject } from '../../context/kube-object.ts'
import { copy, isObject, type JsonObject } from './json.ts'
import type { ServedResource } from './resource-catalog.ts'

/** What the request may change of the object, by the subresource that it was sent to. */
export function merged(
  served: ServedResource,
  before: KubeObject,
  requested: JsonObject,
  subresource?: string,
): JsonObject {
  const old = copy(before) as unknown as JsonObject & { metadata: JsonObject }
  if (subresource === 'status') {
    const metadata = served.isCustom ? old.metadata : kept(old.metadata, requested.metadata)
    return { ...old, metadata, ...(requested.status === undefined ? {} : { status: requested.status }) }
  }
  const metadata = kept(old.metadata, requested.metadata)
  const after: JsonObject = { ...requested, apiVersion: old.apiVersion ?? null, kind: old.kind ?? null, metadata }
  if (!served.subresources.includes('status')) return after
  const { status: _, ...rest } = after
  return old.status === undefined ? rest : { ...rest, status: old.status }
}

/** The requested metadata with the fields that only the server sets as they were. */
function kept(old: JsonObject, requested: unknown): JsonObject {
  const fixed = [
    'uid',
    'creationTimestamp',
    'generation',
    'resourceVersion',
    'namespace',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ]
  const result = copy(isObject(requested) ? requested : {})
  for (const key of [...fixed, 'managedFields']) {
    const value = old[key]
    if (value === undefined) delete result[key]
    else result[key] = value
  }
  return result
}

/** What metadata.generation counts the changes of: all but metadata and, where it is a subresource, status. */
export function desired(served: ServedResource, object: KubeObject | JsonObject): JsonObject {
  const { metadata: _metadata, status, ...rest } = object as unknown as JsonObject
  return served.subresources.includes('status') || !served.isCustom ? rest : { ...rest, status: status ?? null }
}
