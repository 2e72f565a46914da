import type { ManagedFieldsEntry } from '../../context/kube-object.ts'
import { canonical, copy, isEqual, isObject, type Json, type JsonObject } from './json.ts'
import { listKey } from './list-keys.ts'

/** A set of field paths, nested as in `fieldsV1`: `{"f:spec": {"f:replicas": {}}}`; an empty object is a leaf. */
export type FieldSet = { [key: string]: FieldSet }

export interface FieldWriter {
  manager: string
  operation: 'Update' | 'Apply'
  apiVersion: string
  subresource?: string
  /** RFC 3339, seconds */
  time: string
}

/** Fields of the metadata that the server keeps itself and nobody owns. */
const serverMetadata = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
])

/**
 * The managedFields after a write: the writer gains what it changed, all others lose that, entries without fields go
 * (structured-merge-diff: updates own what they change). For `Apply` the writer owns exactly what it applied.
 */
export function recordWrite(
  before: JsonObject | undefined,
  after: JsonObject,
  entries: readonly ManagedFieldsEntry[],
  writer: FieldWriter,
  applied?: JsonObject,
): ManagedFieldsEntry[] {
  const { set, removed } = changedFields(before ?? {}, after)
  const gained = writer.operation === 'Apply' && applied ? ownedBy(applied) : set
  const gone = union(set, removed)
  const own = entries.find(each => isSame(each, writer))
  const kept = entries
    .filter(each => each !== own)
    .map(each => ({ each, fields: difference((each.fieldsV1 ?? {}) as FieldSet, gone) }))
    .filter(({ fields }) => !isEmpty(fields))
    .map(({ each, fields }) => (isEqual(each.fieldsV1, fields) ? each : { ...each, fieldsV1: fields }))
  const base = writer.operation === 'Apply' ? {} : difference((own?.fieldsV1 ?? {}) as FieldSet, removed)
  const fieldsV1 = union(base, gained)
  if (own && isEqual(own.fieldsV1, fieldsV1) && isEmpty(set)) return [...kept, own].sort(byTime)
  if (isEmpty(fieldsV1)) return kept
  const entry: ManagedFieldsEntry = {
    manager: writer.manager,
    operation: writer.operation,
    apiVersion: writer.apiVersion,
    time: writer.time,
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(writer.subresource ? { subresource: writer.subresource } : {}),
  }
  return [...kept, entry].sort(byTime)
}

const isSame = (entry: ManagedFieldsEntry, writer: FieldWriter) =>
  entry.manager === writer.manager &&
  entry.operation === writer.operation &&
  entry.apiVersion === writer.apiVersion &&
  (entry.subresource ?? '') === (writer.subresource ?? '')

// apply entries first, then by time, as apimachinery's managedfields sorts them
const rankOf = (entry: ManagedFieldsEntry) => `${entry.operation === 'Apply' ? 0 : 1} ${entry.time} ${entry.manager}`
const byTime = (one: ManagedFieldsEntry, other: ManagedFieldsEntry) => (rankOf(one) < rankOf(other) ? -1 : 1)

function changedFields(before: JsonObject, after: JsonObject): { set: FieldSet; removed: FieldSet } {
  const set: FieldSet = {}
  const removed: FieldSet = {}
  const isOwnKind = !String(after.apiVersion ?? '').includes('.io/v1alpha1')
  compare(ownable(before), ownable(after), { field: '', isOwnKind, set, removed })
  return { set, removed }
}

const ownedBy = (applied: JsonObject): FieldSet => changedFields({}, applied).set

function ownable(object: JsonObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object
  const own = Object.entries(isObject(metadata) ? metadata : {}).filter(([key]) => !serverMetadata.has(key))
  return own.length > 0 ? { ...rest, metadata: Object.fromEntries(own) as JsonObject } : rest
}

interface Comparison {
  /** name of the field whose values are compared; tells how a list is keyed */
  field: string
  /** Kubernetes' own kinds hold some structs by value, whose existence is therefore nobody's */
  isOwnKind: boolean
  set: FieldSet
  removed: FieldSet
}

const heldByValue = new Set(['spec', 'status', 'template', 'metadata', 'strategy', 'resources'])

/** Changes as a whole: selectors, and of a CRD of Argo's its conditions, which have no list-type. */
function isAtomic(name: string, value: Json, isOwnKind: boolean): boolean {
  if (name === 'selector' || name === 'nodeSelector') return true
  return !isOwnKind && Array.isArray(value) && name === 'conditions'
}

/** Whether somebody owns that the field is there at all (`.`), besides what it holds. */
function existsByItself(name: string, parent: string, value: Json, isOwnKind: boolean): boolean {
  if (name === 'metadata' && parent === '') return false
  return isOwnKind ? !Array.isArray(value) && !heldByValue.has(name) : true
}

function compare(before: Json, after: Json, { field, isOwnKind, set, removed }: Comparison): void {
  const isNested = (value: Json, name: string) => hasFields(value, name) && !isAtomic(name, value, isOwnKind)
  const old = elements(before, field)
  for (const [key, value] of elements(after, field)) {
    const previous = old.get(key)
    old.delete(key)
    if (previous !== undefined && isEqual(previous, value)) continue
    const name = nameOf(key)
    if (
      !isNested(value, name) ||
      (previous !== undefined && !isNested(previous, name) && !isEmptyContainer(previous))
    ) {
      set[key] = {}
      // what was below it is gone, whoever owned it
      if (previous !== undefined && isNested(previous, name))
        removed[key] = below(everything(previous, name, isOwnKind))
      continue
    }
    const gained: FieldSet = {}
    const lost: FieldSet = {}
    if (previous === undefined && existsByItself(name, field, value, isOwnKind)) gained['.'] = {}
    const empty: Json = Array.isArray(value) ? [] : {}
    compare(previous ?? empty, value, { field: name, isOwnKind, set: gained, removed: lost })
    if (!isEmpty(gained)) set[key] = gained
    if (!isEmpty(lost)) removed[key] = lost
  }
  for (const [key, value] of old)
    removed[key] = isNested(value, nameOf(key)) ? everything(value, nameOf(key), isOwnKind) : {}
}

const isEmptyContainer = (value: Json) => typeof value === 'object' && value !== null && Object.keys(value).length === 0

const nameOf = (key: string) => (key.startsWith('f:') ? key.slice(2) : '')

const below = ({ '.': _, ...fields }: FieldSet): FieldSet => fields

function everything(value: Json, field: string, isOwnKind: boolean): FieldSet {
  const set: FieldSet = { '.': {} }
  compare(Array.isArray(value) ? [] : {}, value, { field, isOwnKind, set, removed: {} })
  return set
}

function hasFields(value: Json, field: string): boolean {
  if (Array.isArray(value)) return value.length > 0 && listKey(field, value) !== undefined
  return isObject(value) && Object.keys(value).length > 0
}

function elements(value: Json, field: string): Map<string, Json> {
  if (isObject(value)) return new Map(Object.entries(value).map(([key, each]) => [`f:${key}`, each]))
  if (!Array.isArray(value)) return new Map()
  const keys = listKey(field, value)
  if (!keys) return new Map()
  return new Map(
    value.map(each => {
      const named = Object.fromEntries(keys.map(key => [key, (each as JsonObject)[key] ?? defaultOf(key)]))
      return [`k:${canonical(named)}`, each]
    }),
  )
}

const defaultOf = (key: string): Json => (key === 'protocol' ? 'TCP' : null)

const isEmpty = (set: FieldSet) => Object.keys(set).length === 0

function union(one: FieldSet, other: FieldSet): FieldSet {
  const result = copy(one)
  for (const [key, value] of Object.entries(other)) {
    const own = result[key]
    if (own === undefined) result[key] = value
    // a leaf is the field itself, which stays owned when fields below it are
    else if (isEmpty(own) !== isEmpty(value)) result[key] = { '.': {}, ...own, ...value }
    else result[key] = union(own, value)
  }
  return result
}

/** What of `one` is neither in `other` nor below one of its leaves. */
function difference(one: FieldSet, other: FieldSet): FieldSet {
  const result: FieldSet = {}
  for (const [key, value] of Object.entries(one)) {
    const gone = other[key]
    if (gone === undefined) result[key] = value
    else if (isEmpty(gone)) continue
    else if (isEmpty(value)) {
      // owned is the field itself, which goes only with its whole
      if (!Object.hasOwn(gone, '.')) result[key] = value
    } else {
      const rest = difference(value, gone)
      if (!isEmpty(rest)) result[key] = isEqual(Object.keys(rest), ['.']) ? {} : rest
    }
  }
  return result
}
