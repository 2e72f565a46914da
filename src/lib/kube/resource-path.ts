import type { ResourceType, Selection } from '../context/kube-client.ts'

/** Path of a type's collection, `/apis/argoproj.io/v1alpha1/namespaces/loans/rollouts`; of all namespaces without one. */
export function collectionPath(type: ResourceType, namespace?: string): string {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`
  const within = type.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${within}/${type.resource}`
}

export function objectPath(type: ResourceType, namespace: string, name: string, subresource?: string): string {
  const path = `${collectionPath(type, namespace)}/${encodeURIComponent(name)}`
  return subresource ? `${path}/${subresource}` : path
}

export type Query = Record<string, string | number | boolean | undefined>

/** `path?a=1&b=2`, without the parameters that are undefined, empty or false. */
export function withQuery(path: string, query: Query): string {
  const pairs: string[] = []
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === '' || value === false) continue
    pairs.push(`${key}=${encodeURIComponent(String(value))}`)
  }
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

export function selectionQuery(selection: Selection): Query {
  return { labelSelector: selection.labelSelector, fieldSelector: selection.fieldSelector }
}

/** `rollouts.argoproj.io`, `pods`: how kubectl names a type. */
export function qualifiedResource(type: Pick<ResourceType, 'group' | 'resource'>): string {
  return type.group === '' ? type.resource : `${type.resource}.${type.group}`
}
