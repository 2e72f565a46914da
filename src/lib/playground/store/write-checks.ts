import type { ResourceType } from '../../context/kube-client.ts'
import type { KubeObject, ObjectMeta } from '../../context/kube-object.ts'
import type { JsonObject } from './json.ts'
import type { ServedResource } from './resource-catalog.ts'
import { badRequest, conflict, groupResource, invalid, preconditionFailed, StatusError } from './status-error.ts'

/** Refuses a write that means another object, another incarnation of it, or a state that is no more. */
export function checkIdentity(served: ServedResource, before: KubeObject, requested: JsonObject): void {
  const { name, uid, resourceVersion } = before.metadata
  const asked = (requested.metadata ?? {}) as unknown as ObjectMeta
  if (asked.name !== name) {
    throw badRequest(`the name of the object (${asked.name}) does not match the name on the URL (${name})`)
  }
  if (asked.uid && asked.uid !== uid) {
    if (!served.isCustom) {
      const both = `UID in precondition: ${asked.uid}, UID in object meta: ${uid}`
      throw conflict(served, name, `Precondition failed: ${both}`)
    }
    const detail = `${JSON.stringify(asked.uid)}: field is immutable`
    throw invalid(served, name, [{ type: 'Invalid value', field: 'metadata.uid', detail }])
  }
  if (asked.resourceVersion && asked.resourceVersion !== resourceVersion) throw conflict(served, name)
}

/** Refuses a deletion whose preconditions do not hold (apiserver registry/generic). */
export function checkPreconditions(
  served: ServedResource,
  { metadata }: KubeObject,
  preconditions: { uid?: string; resourceVersion?: string } = {},
): void {
  const { uid, resourceVersion } = preconditions
  if (uid && uid !== metadata.uid) {
    const both = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid})`
    const why = `${both}. The object might have been deleted and then recreated`
    throw preconditionFailed(served, metadata.name, why)
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    const recorded = `the ResourceVersion in record (${metadata.resourceVersion})`
    const both = `the ResourceVersion in the precondition (${resourceVersion}) does not match ${recorded}`
    throw preconditionFailed(served, metadata.name, `${both}. The object might have been modified`)
  }
}

/** An update of an object of a CRD must say which state it changes. */
export function versionMissing(type: ResourceType, { metadata: { name } }: KubeObject): StatusError {
  const field = 'metadata.resourceVersion'
  const text = 'Invalid value: 0: must be specified for an update'
  return new StatusError(422, 'Invalid', `${groupResource(type)} "${name}" is invalid: ${field}: ${text}`, {
    name,
    ...(type.group === '' ? {} : { group: type.group }),
    kind: type.resource,
    causes: [{ reason: 'FieldValueInvalid', message: text, field }],
  })
}

/** What Go says to a revision that is no number. */
export const badNumber = (field: string, text: string): string =>
  `${field}: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`
