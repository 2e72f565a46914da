import type { KubeObject, ObjectMeta } from '../../context/kube-object.ts'
import { copy, type JsonObject } from './json.ts'
import { isName, nameRule, randomSuffix, randomUid } from './names.ts'
import { apiVersionOf, type ServedResource } from './resource-catalog.ts'
import { badRequest, invalid } from './status-error.ts'

/**
 * The object as it begins its life: named, placed in a namespace, with an identity and its first generation; without a
 * status where that is a subresource of a CRD. Throws what the API server says to a name that is none.
 */
export function newObject(
  served: ServedResource,
  object: KubeObject,
  { now, random }: { now: string; random(): number },
): JsonObject {
  const body = copy(object) as unknown as JsonObject
  const given: ObjectMeta & { generateName?: string } = object.metadata ?? {}
  const name = given.name || (given.generateName ? `${given.generateName}${randomSuffix(random)}` : '')
  checkName(served, name)
  if (given.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created')
  const { namespace, generation: _generation, ...rest } = copy(given)
  const metadata = {
    ...rest,
    name,
    ...(served.namespaced ? { namespace: namespace || 'default' } : {}),
    uid: randomUid(random),
    creationTimestamp: now,
    ...(served.hasGeneration ? { generation: 1 } : {}),
  }
  const created: JsonObject = {
    ...body,
    apiVersion: apiVersionOf(served),
    kind: served.kind,
    metadata: metadata as unknown as JsonObject,
  }
  if (served.isCustom && served.subresources.includes('status')) delete created.status
  return created
}

function checkName(served: ServedResource, name: string): void {
  const field = 'metadata.name'
  if (name === '') {
    throw invalid(served, '', [{ type: 'Required value', field, detail: 'name or generateName is required' }])
  }
  // RBAC's names may hold colons
  if (isName(name) || served.group.startsWith('rbac.')) return
  throw invalid(served, name, [{ type: 'Invalid value', field, detail: `${JSON.stringify(name)}: ${nameRule}` }])
}
