import type { ListOptions, ListPage, ObjectRef, PatchRequest, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject, ObjectMeta } from '../../context/kube-object.ts'
import { namespaces } from '../../kube/resource-types.ts'
import { ContinueTokens } from './continue-tokens.ts'
import { collectGarbage, empty, orphan, refOf } from './garbage.ts'
import { copy, freeze, isEqual, isObject, type JsonObject } from './json.ts'
import { recordWrite } from './managed-fields.ts'
import { randomUid } from './names.ts'
import { newObject } from './new-object.ts'
import { desired, merged } from './object-changes.ts'
import { jsonPatch, mergePatch, strategicMergePatch } from './patches.ts'
import { apiVersionOf, ResourceCatalog, type ServedResource } from './resource-catalog.ts'
import { matcher } from './selectors.ts'
import {
  alreadyExists,
  badRequest,
  type FieldError,
  invalid,
  notFound,
  pathNotFound,
  StatusError,
  unsupportedMediaType,
} from './status-error.ts'
import { type Change, type Watcher, WatchHistory } from './watch-history.ts'
import { badNumber, checkIdentity, checkPreconditions, versionMissing } from './write-checks.ts'

export interface StoreOptions {
  /** ms since the epoch */
  now(): number
  /** uniform in [0, 1): UIDs and generated names */
  random(): number
  /** changes that a watch can still be resumed from; default 1,000 */
  windowSize?: number
}

export interface Write {
  /** name in managedFields; default `kubectl-canary` */
  manager?: string
  operation?: 'Update' | 'Apply'
  subresource?: 'status' | 'scale'
  dryRun?: boolean
}

export interface Deletion {
  dryRun?: boolean
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'
  preconditions?: { uid?: string; resourceVersion?: string }
  /** 0 removes at once what would otherwise be ended in peace */
  gracePeriodSeconds?: number
}

/** Refuses or completes an object before it is stored; returns what is wrong with it. */
export type Admission = (resource: ServedResource, object: JsonObject, before: KubeObject | undefined) => FieldError[]

/**
 * Objects in memory with the semantics of the Kubernetes API server: one revision counter for all of them,
 * optimistic locking, status apart from spec, managedFields, finalizers, owner references, watches with history.
 * Every method is synchronous and throws StatusError; what it returns is frozen.
 */
export class ObjectStore {
  readonly catalog = new ResourceCatalog()
  readonly history: WatchHistory
  /** run for every object that is created or changed outside of its status */
  readonly admissions: Admission[] = []
  /** whether a Pod that runs on a node is kept, marked, until somebody has ended it */
  endsPodsGracefully = false
  readonly #options: StoreOptions
  readonly #objects = new Map<string, Map<string, KubeObject>>()
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #tokens = new ContinueTokens()
  #revision = 100

  constructor(options: StoreOptions) {
    this.#options = options
    this.history = new WatchHistory(options.windowSize ?? 1000)
    for (const name of ['default', 'kube-system']) this.#addNamespace(name)
  }

  /** Revision of the latest change, as lists report it. */
  get revision(): number {
    return this.#revision
  }

  /** Called after every change, in order, before the writer gets its answer. Returns how to stop. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get<T extends KubeObject>(type: ResourceType, { namespace, name }: ObjectRef): T {
    const object = this.#table(type).get(keyOf(this.served(type), namespace, name))
    if (!object) throw notFound(type, name)
    return object as T
  }

  find<T extends KubeObject>(type: ResourceType, { namespace, name }: ObjectRef): T | undefined {
    return this.#table(type).get(keyOf(this.served(type), namespace, name)) as T | undefined
  }

  /** All objects of a type, in the order of namespace and name. */
  all<T extends KubeObject>(type: ResourceType, namespace?: string): T[] {
    const objects = [...this.#table(type).entries()].sort(([one], [other]) => (one < other ? -1 : 1))
    return objects
      .map(([, object]) => object as T)
      .filter(each => namespace === undefined || each.metadata.namespace === namespace)
  }

  list<T extends KubeObject>(type: ResourceType, options: ListOptions = {}): ListPage<T> {
    const { limit = 0, continueToken, resourceVersion = '' } = options
    if (!/^\d*$/.test(resourceVersion)) {
      throw badRequest(`invalid resource version: ${badNumber('resourceVersion', resourceVersion)}`)
    }
    const selected = continueToken
      ? this.#tokens.redeem(continueToken, this.history.compactedRevision)
      : { revision: this.#revision, rest: this.#select(type, options) }
    const { revision, rest } = selected
    const items = limit > 0 ? rest.slice(0, limit) : rest
    const left = rest.slice(items.length)
    const isSelection = Boolean(options.labelSelector || options.fieldSelector)
    return {
      items: items as T[],
      resourceVersion: String(revision),
      ...(left.length > 0 ? { continueToken: this.#tokens.issue(revision, left) } : {}),
      ...(left.length > 0 && !isSelection ? { remainingItemCount: left.length } : {}),
    }
  }

  /** Every change after `resourceVersion`; absent or `0` starts with the objects that exist. Returns how to stop. */
  watch(type: ResourceType, options: ListOptions, watcher: Watcher): () => void {
    const served = this.served(type)
    const matches = matcher(served, options)
    const from = options.resourceVersion ?? ''
    if (from !== '' && from !== '0') {
      if (!/^\d+$/.test(from)) throw new StatusError(500, '', badNumber('resourceVersion', from))
      return this.history.watch(served, Number(from), matches, watcher)
    }
    for (const object of this.#select(type, options)) watcher.next({ type: 'ADDED', object })
    return this.history.watch(served, this.#revision, matches, watcher)
  }

  create<T extends KubeObject>(type: ResourceType, object: T, write: Write = {}): T {
    const served = this.served(type)
    const created = newObject(served, object, { now: this.#time(), random: () => this.#options.random() })
    const { namespace, name } = created.metadata as unknown as ObjectMeta
    if (this.find(type, { name, ...(namespace ? { namespace } : {}) })) throw alreadyExists(type, name)
    this.#admit(served, created, undefined)
    if (namespace && !write.dryRun) this.#ensureNamespace(namespace)
    return this.#commit(served, undefined, created, write) as T
  }

  /**
   * Puts an object into the store as it is: uid, generation, times, status and managedFields are kept where it has
   * them. Its kind is found by `apiVersion` and `kind`. For fixtures and for state that is loaded back.
   */
  restore<T extends KubeObject>(object: T): T {
    const served = this.catalog.findKind(object.apiVersion ?? '', object.kind ?? '')
    if (!served) throw pathNotFound()
    const { metadata, ...rest } = copy(object)
    const namespace = served.namespaced ? metadata.namespace || 'default' : undefined
    if (namespace) this.#ensureNamespace(namespace)
    const own: ObjectMeta = {
      uid: randomUid(this.#options.random),
      creationTimestamp: this.#time(),
      ...(served.hasGeneration ? { generation: 1 } : {}),
      ...metadata,
      ...(namespace ? { namespace } : {}),
    }
    const before = this.find(served, own)
    const body = { ...rest, metadata: own } as unknown as JsonObject
    return this.#commit(served, before, body, {}, undefined, false) as T
  }

  update<T extends KubeObject>(type: ResourceType, object: T, write: Write = {}): T {
    const before = this.get(type, refOf(object))
    if (this.served(type).isCustom && !object.metadata.resourceVersion) throw versionMissing(type, object)
    return this.#change(type, before, copy(object) as unknown as JsonObject, write) as T
  }

  patch<T extends KubeObject>(type: ResourceType, ref: ObjectRef, patch: PatchRequest, write: Write = {}): T {
    const before = this.get(type, ref)
    if (patch.type === 'strategic' && this.served(type).isCustom) throw unsupportedMediaType(patchTypesOfCustom)
    const patched = patches[patch.type](before, patch.body)
    if (!isObject(patched)) throw badRequest('the patch does not leave an object')
    const subresource = patch.subresource ?? write.subresource
    return this.#change(type, before, patched, { ...write, ...(subresource ? { subresource } : {}) }) as T
  }

  /** Server-side apply, without its conflicts: the fields given are set and owned by the manager. */
  apply<T extends KubeObject>(type: ResourceType, ref: ObjectRef, body: T, write: Write = {}): T {
    const applied = { ...write, operation: 'Apply' as const }
    const before = this.find<T>(type, ref)
    if (!before) return this.create(type, { ...body, metadata: { ...body.metadata, ...ref } }, applied)
    const merged = this.served(type).isCustom ? mergePatch(before, body) : strategicMergePatch(before, body)
    return this.#change(type, before, merged as JsonObject, applied, copy(body) as unknown as JsonObject) as T
  }

  /** Answers the object as it was, or, while finalizers or a running pod hold it, as it is now marked. */
  delete(type: ResourceType, ref: ObjectRef, options: Deletion = {}): KubeObject {
    const served = this.served(type)
    const object = this.get(type, ref)
    checkPreconditions(served, object, options.preconditions)
    if (options.dryRun) return object
    if (options.propagationPolicy === 'Orphan') orphan(this, object)
    const graceSeconds = this.endsPodsGracefully ? graceSecondsOf(served, object, options) : 0
    if (graceSeconds === 0 && (object.metadata.finalizers ?? []).length === 0) return this.#remove(served, object)
    if (object.metadata.deletionTimestamp && graceSeconds > 0) return object
    const marked = copy(object) as unknown as JsonObject & { metadata: JsonObject }
    marked.metadata.deletionTimestamp ??= this.#time(graceSeconds * 1000)
    marked.metadata.deletionGracePeriodSeconds = graceSeconds
    if (served.hasGeneration) marked.metadata.generation = (object.metadata.generation ?? 0) + 1
    return this.#commit(served, object, marked, {}, undefined, false)
  }

  deleteAll(type: ResourceType, options: ListOptions & Deletion = {}): KubeObject[] {
    return this.#select(type, options).map(each => this.delete(type, refOf(each), options))
  }

  /** The resource as it is served; throws 404 for a kind that is not installed. */
  served({ group, version, resource }: ResourceType): ServedResource {
    const served = this.catalog.find(group, version, resource)
    if (!served) throw pathNotFound()
    return served
  }

  #change(
    type: ResourceType,
    before: KubeObject,
    requested: JsonObject,
    write: Write,
    applied?: JsonObject,
  ): KubeObject {
    const served = this.served(type)
    checkIdentity(served, before, requested)
    // a patched object shares what did not change with the stored one, which nobody may touch
    const after = copy(merged(served, before, requested, write.subresource))
    if (!write.subresource) this.#admit(served, after, before)
    const metadata = after.metadata as JsonObject
    if (served.hasGeneration && !isEqual(desired(served, before), desired(served, after))) {
      metadata.generation = (before.metadata.generation ?? 0) + 1
    }
    return this.#commit(served, before, after, write, applied)
  }

  #admit(served: ServedResource, object: JsonObject, before: KubeObject | undefined): void {
    const errors = this.admissions.flatMap(admission => admission(served, object, before))
    const name = (object.metadata as unknown as ObjectMeta).name
    if (errors.length > 0) throw invalid(served, name, served.isCustom ? [...errors, uncheckedRest] : errors)
  }

  #commit(
    served: ServedResource,
    before: KubeObject | undefined,
    after: JsonObject,
    write: Write,
    applied?: JsonObject,
    isOwned = true,
  ): KubeObject {
    const metadata = after.metadata as JsonObject & ObjectMeta
    if (isOwned) {
      const writer = {
        manager: write.manager ?? 'kubectl-canary',
        operation: write.operation ?? 'Update',
        apiVersion: apiVersionOf(served),
        time: this.#time(),
        ...(write.subresource ? { subresource: write.subresource } : {}),
      }
      const entries = before?.metadata.managedFields ?? []
      const managed = recordWrite(before as unknown as JsonObject | undefined, after, entries, writer, applied)
      metadata.managedFields = managed as (typeof metadata)['managedFields'] & JsonObject[]
    }
    if (before && isEqual(before, after)) return before
    metadata.resourceVersion = String(this.#revision + (write.dryRun ? 0 : 1))
    const object = freeze(after) as unknown as KubeObject
    if (write.dryRun) return object
    this.#revision += 1
    const isGone = metadata.deletionTimestamp && !metadata.deletionGracePeriodSeconds && !metadata.finalizers?.length
    if (before && isGone) return this.#remove(served, object, before)
    this.#table(served).set(keyOf(served, metadata.namespace, metadata.name), object)
    this.#tell({ resource: served, revision: this.#revision, type: before ? 'MODIFIED' : 'ADDED', object, before })
    return object
  }

  #remove(served: ServedResource, object: KubeObject, before = object): KubeObject {
    if (served.resource === 'namespaces') empty(this, object.metadata.name)
    this.#revision += 1
    const { namespace, name } = object.metadata
    this.#table(served).delete(keyOf(served, namespace, name))
    const last = freeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } })
    this.#tell({ resource: served, revision: this.#revision, type: 'DELETED', object: last, before })
    collectGarbage(this, object)
    return last
  }

  #tell(change: Change): void {
    this.history.record(change)
    for (const listener of [...this.#listeners]) listener(change)
  }

  #ensureNamespace(name: string): void {
    if (!this.#table(namespaces).has(name)) this.#addNamespace(name)
  }

  #addNamespace(name: string): void {
    const labels = { 'kubernetes.io/metadata.name': name }
    const object = { metadata: { name, labels }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }
    this.create(namespaces, object as KubeObject, { manager: 'kube-apiserver' })
  }

  #select(type: ResourceType, options: ListOptions): KubeObject[] {
    return this.all(type).filter(matcher(this.served(type), options))
  }

  #table(type: ResourceType): Map<string, KubeObject> {
    const key = `${type.group}/${type.resource}`
    const table = this.#objects.get(key) ?? new Map<string, KubeObject>()
    this.#objects.set(key, table)
    return table
  }

  /** RFC 3339 with seconds, as the API stores times. */
  #time(laterMs = 0): string {
    return new Date(Math.floor((this.#options.now() + laterMs) / 1000) * 1000).toISOString().replace('.000Z', 'Z')
  }
}

const patches = { merge: mergePatch, json: jsonPatch, strategic: strategicMergePatch }
export const patchTypesOfCustom = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
]

/** How long an object lives on after it was deleted: a pod that runs on a node, as long as it was promised. */
function graceSecondsOf({ resource }: ServedResource, object: KubeObject, options: Deletion): number {
  if (resource !== 'pods') return 0
  const spec = (object as { spec?: { nodeName?: string; terminationGracePeriodSeconds?: number } }).spec
  return spec?.nodeName ? (options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30) : 0
}

/** Added to the first errors of an object of a CRD, whose rules are then not all looked at. */
const uncheckedRest: FieldError = {
  type: 'Invalid value',
  field: '<nil>',
  detail:
    'null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
}

const keyOf = ({ namespaced }: ServedResource, namespace: string | undefined, name: string) =>
  namespaced ? `${namespace || 'default'}/${name}` : name
