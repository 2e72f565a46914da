import type { Selection } from '../../context/kube-client.ts'
import type { KubeObject, LabelSelector } from '../../context/kube-object.ts'
import {
  formatSelector,
  matchesSelector,
  parseSelector,
  type Requirement,
  requirementsOf,
} from '../../kube/selectors.ts'
import { isObject } from './json.ts'
import type { ServedResource } from './resource-catalog.ts'
import { badRequest } from './status-error.ts'

/** `a=b,c!=d,e in (f,g),h,!i` as a test of labels; 400 for what cannot be read. */
export function labelSelector(text: string): (labels: Readonly<Record<string, string>> | undefined) => boolean {
  const requirements = parsed(text)
  return labels => matchesSelector(labels, requirements)
}

function parsed(text: string): Requirement[] {
  try {
    return parseSelector(text)
  } catch (error) {
    throw badRequest(`unable to parse requirement: ${(error as Error).message}`)
  }
}

/** The selector of a workload (`matchLabels` and `matchExpressions`) as a selector in text form. */
export function selectorText(selector: LabelSelector | undefined): string {
  return formatSelector(requirementsOf(selector ?? {}))
}

/** Fields that can be selected by besides name and namespace (registry/core strategies; CRDs have no others). */
const selectable: Record<string, RegExp> = {
  pods: /^(spec\.(nodeName|restartPolicy|serviceAccountName)|status\.(phase|podIP))$/,
  events:
    /^(involvedObject\.(kind|namespace|name|uid|apiVersion|resourceVersion|fieldPath)|reason|source|type|reportingComponent)$/,
  namespaces: /^status\.phase$/,
  secrets: /^type$/,
  replicasets: /^status\.replicas$/,
}

/** Kinds whose fields have names of their own in the API server (registry, conversion functions). */
const named = new Set(['pods', 'nodes', 'namespaces', 'secrets', 'services', 'events'])

/** `metadata.name=x,status.phase!=Running`; an unknown field is a 400 as on the API server. */
function fieldSelector(text: string, resource: ServedResource): (object: unknown) => boolean {
  const terms = text.split(',').filter(each => each.trim() !== '')
  const tests = terms.map(term => {
    const match = /^([^!=]+?)(!=|==|=)(.*)$/.exec(term)
    if (!match) throw badRequest(`invalid field selector: ${text}; can't understand '${term}'`)
    const [, field = '', operator, value = ''] = match
    const isKnown = /^metadata\.(name|namespace)$/.test(field) || selectable[resource.resource]?.test(field)
    if (!isKnown) throw unknownField(field, resource)
    return (object: unknown) => (textAt(object, field) === value) !== (operator === '!=')
  })
  return object => tests.every(each => each(object))
}

function unknownField(field: string, resource: ServedResource) {
  if (resource.isCustom || named.has(resource.resource)) return badRequest(`field label not supported: ${field}`)
  return badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`)
}

function textAt(object: unknown, path: string): string {
  let value: unknown = object
  for (const key of path.split('.')) value = isObject(value) ? value[key] : undefined
  return value === undefined || value === null ? '' : String(value)
}

/** Which objects a selection means, for lists and watches alike. */
export function matcher(served: ServedResource, options: Selection): (object: KubeObject) => boolean {
  const hasLabels = labelSelector(options.labelSelector ?? '')
  const hasFields = fieldSelector(options.fieldSelector ?? '', served)
  const namespace = served.namespaced && !options.allNamespaces ? options.namespace : undefined
  return object =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    hasLabels(object.metadata.labels) &&
    hasFields(object)
}
