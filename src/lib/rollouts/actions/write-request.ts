import type { KubeClient, ObjectRef, PatchRequest } from '../../context/kube-client.ts'
import { objectPath, withQuery } from '../../kube/resource-path.ts'
import type { Write } from './plan.ts'

/** A request as it travels, for `--show-request` and `--dry-run=client`. */
export interface SentRequest {
  method: 'PATCH' | 'POST'
  /** with its query */
  path: string
  contentType: string
  body: unknown
}

const contentTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const

export const defaultFieldManager = 'kubectl-canary'

/**
 * The patch bound to the state it was decided on: the server answers 409 when the object has another resourceVersion.
 * A JSON patch replaces the field for that: a failed `test` operation would come back as 422, like any broken patch.
 */
export function lockedPatch(patch: PatchRequest, resourceVersion: string): PatchRequest {
  if (patch.type === 'json') {
    const lock = { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion }
    return { ...patch, body: [lock, ...(patch.body as object[])] }
  }
  const body = patch.body as { metadata?: object }
  return { ...patch, body: { ...body, metadata: { ...body.metadata, resourceVersion } } }
}

export interface RequestOptions {
  fieldManager: string
  dryRun: boolean
}

export function requestOf(
  write: Pick<Write, 'type' | 'ref'>,
  patch: PatchRequest,
  options: RequestOptions,
  client: Pick<KubeClient, 'namespace'>,
): SentRequest {
  const path = objectPath(write.type, namespaceOf(write.ref, client), write.ref.name, patch.subresource)
  return {
    method: 'PATCH',
    path: withQuery(path, { fieldManager: options.fieldManager, dryRun: options.dryRun ? 'All' : undefined }),
    contentType: contentTypes[patch.type],
    body: patch.body,
  }
}

function namespaceOf(ref: ObjectRef, client: Pick<KubeClient, 'namespace'>): string {
  return ref.namespace ?? client.namespace
}
