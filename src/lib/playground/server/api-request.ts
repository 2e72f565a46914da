import type { KubeObject } from '../../context/kube-object.ts'
import type { ServedResource } from '../store/resource-catalog.ts'
import { pathNotFound } from '../store/status-error.ts'
import type { ObjectStore } from '../store/store.ts'

export interface User {
  name: string
  groups: readonly string[]
}

export interface ApiRequest {
  method: string
  /** path without query, decoded by nobody yet */
  path: string
  query: URLSearchParams
  headers: Record<string, string | string[] | undefined>
  body: string
  user: User
  /** aborts when the reader has gone */
  signal: AbortSignal
}

export interface ApiAnswer {
  status: number
  headers?: Record<string, string>
  body?: string
  /** instead of a body: pieces as they come; the answer ends with them */
  stream?: AsyncIterable<string>
}

/** An object, or a collection, that a request is about. */
export interface Target {
  resource: ServedResource
  namespace?: string
  name?: string
  subresource?: string
}

export function jsonAnswer(body: unknown, status = 200, type = 'application/json'): ApiAnswer {
  return { status, headers: { 'content-type': type }, body: `${JSON.stringify(body)}\n` }
}

export const headerOf = ({ headers }: ApiRequest, name: string): string => {
  const value = headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}

/** What `/api/v1/...` or `/apis/GROUP/VERSION/...` names; throws 404 for what is not served. */
export function targetOf(store: ObjectStore, path: string): Target {
  const words = path.split('/').filter(Boolean).map(decodeURIComponent)
  const [group = '', version = '', ...rest] = words[0] === 'api' ? ['', ...words.slice(1)] : words.slice(1)
  const isNamespaced = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize'
  const namespace = isNamespaced ? rest[1] : undefined
  const [plural = '', name, ...sub] = isNamespaced ? rest.slice(2) : rest
  const resource = store.catalog.find(group, version, plural)
  if (!resource || (namespace !== undefined && !resource.namespaced)) throw pathNotFound()
  return {
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(sub.length > 0 ? { subresource: sub.join('/') } : {}),
  }
}

/** Which of RBAC's verbs a request is. */
export function verbOf({ method, query }: ApiRequest, target: Target): string {
  if (target.name === undefined) {
    if (method === 'GET') return isWatch(query) ? 'watch' : 'list'
    return method === 'DELETE' ? 'deletecollection' : 'create'
  }
  return { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? method.toLowerCase()
}

export const isWatch = (query: URLSearchParams): boolean => ['1', 'true'].includes(query.get('watch') ?? '')

/** Who the write is recorded for: the field manager named, else the program's name as its user agent says it. */
export function managerOf(request: ApiRequest): string {
  const agent = headerOf(request, 'user-agent').split('/')[0] ?? ''
  return (request.query.get('fieldManager') || agent || 'unknown').slice(0, 128)
}

/** Kubernetes' own kinds do not repeat kind and version in the items of a list. */
export function listItem({ isCustom }: ServedResource, object: KubeObject): unknown {
  if (isCustom) return object
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object
  return rest
}
