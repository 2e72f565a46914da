import type { LabelSelector } from '../../context/kube-object.ts'
import { isObject } from './json.ts'
import type { ServedResource } from './resource-catalog.ts'
import { badRequest } from './status-error.ts'

type Labels = Readonly<Record<string, string>>
type Requirement = (labels: Labels) => boolean

const setTerm = /^\s*([^\s!=,()]+)\s+(in|notin)\s*\(([^)]*)\)\s*$/
const equalityTerm = /^\s*([^\s!=,()<>]+)\s*(==|=|!=)\s*([^\s,()]*)\s*$/
const existsTerm = /^\s*(!?)\s*([^\s!=,()]+)\s*$/

/** `a=b,c!=d,e in (f,g),h,!i` as the API server reads it; everything matches the empty selector. */
export function labelSelector(text: string): (labels: Labels | undefined) => boolean {
  const requirements = splitTerms(text).map(requirement)
  return labels => requirements.every(each => each(labels ?? {}))
}

function requirement(term: string): Requirement {
  const set = setTerm.exec(term)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map(each => each.trim())
    return operator === 'in'
      ? labels => values.includes(labels[key] ?? '\u0000')
      : labels => !values.includes(labels[key] ?? '\u0000')
  }
  const equality = equalityTerm.exec(term)
  if (equality) {
    const [, key = '', operator, value = ''] = equality
    return operator === '!=' ? labels => labels[key] !== value : labels => labels[key] === value
  }
  const exists = existsTerm.exec(term)
  if (exists) {
    const [, not, key = ''] = exists
    return labels => Object.hasOwn(labels, key) !== (not === '!')
  }
  throw badRequest(`unable to parse requirement: found '${term}', expected: '=', '!=', '==', 'in', notin'`)
}

/** Splits at commas outside of parentheses. */
function splitTerms(text: string): string[] {
  const terms = text.match(/(?:[^,(]|\([^)]*\))+/g) ?? []
  return terms.filter(each => each.trim() !== '')
}

/** The selector of a workload (`matchLabels` and `matchExpressions`) as a selector in text form. */
export function selectorText(selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`
  })
  return [...equal, ...expressions].join(',')
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

/** `metadata.name=x,status.phase!=Running`; an unknown field is a 400 as on the API server. */
export function fieldSelector(text: string, resource: ServedResource): (object: unknown) => boolean {
  const terms = splitTerms(text).map(term => {
    const match = /^([^!=]+?)(!=|==|=)(.*)$/.exec(term)
    if (!match) throw badRequest(`invalid field selector: ${text}; can't understand '${term}'`)
    const [, field = '', operator, value = ''] = match
    if (field !== 'metadata.name' && field !== 'metadata.namespace' && !selectable[resource.resource]?.test(field)) {
      const what = resource.isCustom
        ? 'field label not supported'
        : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
      throw badRequest(resource.isCustom ? `${what}: ${field}` : what)
    }
    return (object: unknown) => (textAt(object, field) === value) !== (operator === '!=')
  })
  return object => terms.every(each => each(object))
}

function textAt(object: unknown, path: string): string {
  let value: unknown = object
  for (const key of path.split('.')) value = isObject(value) ? value[key] : undefined
  return value === undefined || value === null ? '' : String(value)
}
