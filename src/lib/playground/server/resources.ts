import type { ListOptions, ObjectRef, PatchRequest } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import type { Timeline } from '../clock.ts'
import { isObject } from '../store/json.ts'
import { apiVersionOf, type ServedResource } from '../store/resource-catalog.ts'
import {
  badRequest,
  invalid,
  methodNotAllowed,
  notAcceptable,
  notFound,
  type StatusError,
  unsupportedMediaType,
} from '../store/status-error.ts'
import { type Deletion, type ObjectStore, patchTypesOfCustom, type Write } from '../store/store.ts'
import type { StoreEvent } from '../store/watch-history.ts'
import {
  type ApiAnswer,
  type ApiRequest,
  headerOf,
  isWatch,
  jsonAnswer,
  listItem,
  managerOf,
  type Target,
} from './api-request.ts'
import { contentType, parseBody, parseObject } from './body.ts'
import { scaleOf } from './scale.ts'
import { tableOf } from './tables.ts'
import { watchAnswer } from './watch-answer.ts'

export interface ResourceOptions {
  store: ObjectStore
  timeline: Timeline
}

/** Answers what is asked of a collection, an object, or its status or scale. */
export async function answerResource(
  options: ResourceOptions,
  target: Target,
  request: ApiRequest,
): Promise<ApiAnswer> {
  const { store } = options
  const { resource, subresource } = target
  if (subresource !== undefined && !['status', 'scale', 'eviction', 'finalize'].includes(subresource))
    throw notFound(resource, target.name ?? '')
  if (target.name === undefined) return answerCollection(options, target, request)
  const ref: ObjectRef = { name: target.name, ...(target.namespace ? { namespace: target.namespace } : {}) }
  if (subresource === 'eviction') {
    store.delete(resource, ref)
    return jsonAnswer(success(resource), 201)
  }
  const shows = (object: KubeObject, status = 200) =>
    subresource === 'scale'
      ? jsonAnswer(scaleOf(resource, object), status)
      : objectAnswer(options, resource, object, request, status)
  switch (request.method) {
    case 'GET':
      if (isWatch(request.query)) return answerCollection(options, namedCollection(target), request)
      return shows(store.get(resource, ref))
    case 'PUT':
      return shows(store.update(resource, await putBody(store, target, ref, request), writeOf(request, subresource)))
    case 'PATCH':
      return patch(options, target, ref, request, shows)
    case 'DELETE': {
      const object = store.delete(resource, ref, await deletionOf(request))
      return store.find(resource, ref) ? shows(object) : jsonAnswer(success(resource, object))
    }
    default:
      throw methodNotAllowed()
  }
}

/** A watch of one object is a watch of its collection (`?watch=1` on the object's own path). */
function namedCollection(target: Target): Target {
  const { name: _, ...collection } = target
  return collection
}

async function answerCollection(options: ResourceOptions, target: Target, request: ApiRequest): Promise<ApiAnswer> {
  const { store } = options
  const { resource, namespace } = target
  const selection = selectionOf(target, request)
  switch (request.method) {
    case 'GET':
      return isWatch(request.query)
        ? watch(options, resource, selection, request)
        : list(options, resource, selection, request)
    case 'POST': {
      const body = await parseObject(request, resource)
      if (namespace && body.metadata.namespace && body.metadata.namespace !== namespace) {
        throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
      }
      const object = { ...body, metadata: { ...body.metadata, ...(namespace ? { namespace } : {}) } }
      return objectAnswer(options, resource, store.create(resource, object, writeOf(request)), request, 201)
    }
    case 'DELETE': {
      const deleted = store.deleteAll(resource, { ...selection, ...(await deletionOf(request)) })
      return jsonAnswer(listOf(resource, deleted, { resourceVersion: String(store.revision) }))
    }
    default:
      throw methodNotAllowed()
  }
}

function selectionOf({ namespace }: Target, { query, path }: ApiRequest): ListOptions {
  const named = /\/namespaces\/[^/]+\/[^/]+\/([^/]+)$/.exec(path)?.[1]
  const fieldSelector = [query.get('fieldSelector') ?? '', isWatch(query) && named ? `metadata.name=${named}` : '']
    .filter(Boolean)
    .join(',')
  return {
    ...(namespace ? { namespace } : { allNamespaces: true }),
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector,
    limit: limitOf(query),
    ...(query.get('continue') ? { continueToken: query.get('continue') ?? '' } : {}),
    resourceVersion: query.get('resourceVersion') ?? '',
  }
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? '0'
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

function list(
  { store, timeline }: ResourceOptions,
  resource: ServedResource,
  selection: ListOptions,
  request: ApiRequest,
): ApiAnswer {
  const page = store.list(resource, selection)
  const metadata = {
    resourceVersion: page.resourceVersion,
    ...(page.continueToken ? { continue: page.continueToken } : {}),
    ...(page.remainingItemCount === undefined ? {} : { remainingItemCount: page.remainingItemCount }),
  }
  if (!wantsTable(request)) return jsonAnswer(listOf(resource, page.items, metadata))
  return jsonAnswer(tableOf(resource, page.items, metadata, tableOptions(timeline, request)))
}

function listOf(resource: ServedResource, items: readonly KubeObject[], metadata: object): object {
  const list = { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata }
  return { ...list, items: items.map(each => listItem(resource, each)) }
}

function watch(
  options: ResourceOptions,
  resource: ServedResource,
  selection: ListOptions,
  request: ApiRequest,
): ApiAnswer {
  const isTable = wantsTable(request)
  const print = (event: StoreEvent, isFirst: boolean): object => {
    if (!isTable || event.type === 'ERROR') return event
    const settings = { ...tableOptions(options.timeline, request), withColumns: isFirst }
    const { resourceVersion } = event.object.metadata
    const objects = event.type === 'BOOKMARK' ? [] : [event.object]
    return { type: event.type, object: tableOf(resource, objects, { resourceVersion }, settings) }
  }
  return watchAnswer(options.store, resource, selection, request, print)
}

function objectAnswer(
  { timeline }: ResourceOptions,
  resource: ServedResource,
  object: KubeObject,
  request: ApiRequest,
  status: number,
): ApiAnswer {
  if (!wantsTable(request)) return jsonAnswer(object, status)
  const { resourceVersion } = object.metadata
  return jsonAnswer(tableOf(resource, [object], { resourceVersion }, tableOptions(timeline, request)), status)
}

/** The first of the acceptable types that is spoken here; protobuf is not. */
function wantsTable(request: ApiRequest): boolean {
  const accept = headerOf(request, 'accept')
  const types = accept.split(',').map(each => each.trim())
  const spoken = types.find(each => /^(application\/json|\*\/\*|application\/\*|$)/.test(each))
  if (spoken === undefined) throw notAcceptable(['application/json', 'application/yaml'])
  return spoken.includes('as=Table') && spoken.includes('g=meta.k8s.io')
}

const tableOptions = (timeline: Timeline, { query }: ApiRequest) => ({
  nowMs: timeline.now(),
  includeObject: query.get('includeObject') || 'Metadata',
})

async function putBody(store: ObjectStore, target: Target, ref: ObjectRef, request: ApiRequest): Promise<KubeObject> {
  const body = await parseObject(request, target.subresource === 'scale' ? undefined : target.resource)
  if (body.metadata.name && body.metadata.name !== ref.name) {
    throw badRequest(`the name of the object (${body.metadata.name}) does not match the name on the URL (${ref.name})`)
  }
  if (target.subresource !== 'scale')
    return { ...body, metadata: { ...body.metadata, ...(ref.namespace ? { namespace: ref.namespace } : {}) } }
  return scaled(store.get(target.resource, ref), body)
}

/** The object with the replicas of a Scale. */
function scaled(object: KubeObject, scale: KubeObject): KubeObject {
  const { replicas = 0 } = (scale as { spec?: { replicas?: number } }).spec ?? {}
  const { spec } = object as { spec?: object }
  const { resourceVersion } = scale.metadata
  const metadata = { ...object.metadata, ...(resourceVersion ? { resourceVersion } : {}) }
  return { ...object, metadata, spec: { ...spec, replicas } } as KubeObject
}

const patchTypes: Record<string, PatchRequest['type'] | 'apply'> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
}

async function patch(
  { store }: ResourceOptions,
  target: Target,
  ref: ObjectRef,
  request: ApiRequest,
  shows: (object: KubeObject, status?: number) => ApiAnswer,
): Promise<ApiAnswer> {
  const { resource, subresource } = target
  const type = patchTypes[contentType(request)]
  if (!type) throw unsupportedMediaType(resource.isCustom ? patchTypesOfCustom : Object.keys(patchTypes))
  const write = writeOf(request, subresource)
  const body = await parseBody(request)
  if (type === 'apply') {
    const isNew = !store.find(resource, ref)
    return shows(store.apply(resource, ref, body as KubeObject, write), isNew ? 201 : 200)
  }
  if (subresource === 'scale') {
    const current = store.get(resource, ref)
    const replicas = isObject(body) && isObject(body.spec) ? body.spec.replicas : undefined
    return shows(
      store.update(resource, scaled(current, { metadata: current.metadata, spec: { replicas } } as KubeObject), write),
    )
  }
  return shows(store.patch(resource, ref, { type, body }, write))
}

const optionsOf: Record<string, string> = { POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions' }

function badDryRun(method: string, values: string[]): StatusError {
  const detail = `${JSON.stringify(values)}: supported values: "All"`
  const type = { group: 'meta.k8s.io', version: 'v1', resource: '', kind: optionsOf[method] ?? '', namespaced: false }
  return invalid(type, '', [{ type: 'Unsupported value', field: 'dryRun', detail }])
}

function writeOf(request: ApiRequest, subresource?: string): Write {
  const dryRun = request.query.getAll('dryRun')
  if (dryRun.some(each => each !== 'All' && each !== '')) throw badDryRun(request.method, dryRun)
  return {
    manager: managerOf(request),
    dryRun: dryRun.includes('All'),
    ...(subresource === 'status' || subresource === 'scale' ? { subresource } : {}),
  }
}

async function deletionOf(request: ApiRequest): Promise<Deletion> {
  const body = request.body.trim() === '' ? {} : await parseBody(request)
  const { query } = request
  const options = (isObject(body) ? body : {}) as Deletion & { dryRun?: string[] }
  const propagationPolicy =
    options.propagationPolicy ?? (query.get('propagationPolicy') as Deletion['propagationPolicy'])
  const grace =
    options.gracePeriodSeconds ??
    (query.has('gracePeriodSeconds') ? Number(query.get('gracePeriodSeconds')) : undefined)
  return {
    dryRun: [...query.getAll('dryRun'), ...((options.dryRun ?? []) as string[])].includes('All'),
    ...(propagationPolicy ? { propagationPolicy } : {}),
    ...(options.preconditions ? { preconditions: options.preconditions } : {}),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
  }
}

function success(resource: ServedResource, object?: KubeObject): object {
  const details = object && {
    name: object.metadata.name,
    ...(resource.group ? { group: resource.group } : {}),
    kind: resource.resource,
    uid: object.metadata.uid,
  }
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    ...(details ? { details } : { code: 201 }),
  }
}
