import { copy, isEqual, isObject, type Json, type JsonObject } from './json.ts'
import { listKey } from './list-keys.ts'
import { badRequest, unprocessablePatch } from './status-error.ts'

/** RFC 7386: null removes, objects merge, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): Json {
  if (!isObject(patch)) return copy(patch) as Json
  const result: JsonObject = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else if (value !== undefined) result[key] = mergePatch(result[key], value)
  }
  return result
}

/** The merge patch that makes `after` of `before`; undefined when they are equal. */
export function createMergePatch(before: unknown, after: unknown): Json | undefined {
  if (isEqual(before, after)) return undefined
  if (!isObject(before) || !isObject(after)) return copy(after) as Json
  const patch: JsonObject = {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (after[key] === undefined && before[key] !== undefined) patch[key] = null
    const change = after[key] === undefined ? undefined : createMergePatch(before[key], after[key])
    if (change !== undefined) patch[key] = change
  }
  return patch
}

interface Operation {
  op: string
  path: string
  from?: string
  value?: Json
}

/** RFC 6902. A patch that does not apply is refused without the cause, as the API server does it. */
export function jsonPatch(target: unknown, patch: unknown): Json {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp')
  let document = copy(target) as Json
  for (const operation of patch as Operation[]) document = apply(document, operation)
  return document
}

function apply(document: Json, { op, path, from, value }: Operation): Json {
  switch (op) {
    case 'add':
      return edit(document, tokens(path), (parent, token) => insert(parent, token, copy(value ?? null)), value)
    case 'replace':
      find(document, tokens(path))
      return edit(document, tokens(path), (parent, token) => put(parent, token, copy(value ?? null)), value)
    case 'remove':
      find(document, tokens(path))
      return edit(document, tokens(path), remove)
    case 'test':
      if (!isEqual(find(document, tokens(path), true), value)) throw unprocessablePatch()
      return document
    case 'copy':
      return apply(document, { op: 'add', path, value: copy(find(document, tokens(from ?? ''))) })
    case 'move': {
      const moved = copy(find(document, tokens(from ?? '')))
      return apply(apply(document, { op: 'remove', path: from ?? '' }), { op: 'add', path, value: moved })
    }
    default:
      throw unprocessablePatch()
  }
}

function tokens(path: string): string[] {
  if (path === '') return []
  if (!path.startsWith('/')) throw unprocessablePatch()
  return path
    .slice(1)
    .split('/')
    .map(each => each.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function child(parent: Json | undefined, token: string): Json | undefined {
  if (Array.isArray(parent)) return /^\d+$/.test(token) ? parent[Number(token)] : undefined
  return isObject(parent) && Object.hasOwn(parent, token) ? parent[token] : undefined
}

function find(document: Json, path: string[], absentIsNull = false): Json {
  let value: Json | undefined = document
  for (const token of path) value = child(value, token)
  if (value === undefined && !absentIsNull) throw unprocessablePatch()
  return value ?? null
}

function edit(
  document: Json,
  path: string[],
  change: (parent: Json, token: string) => void,
  whole: Json | undefined = null,
): Json {
  const last = path.at(-1)
  if (last === undefined) return copy(whole)
  change(find(document, path.slice(0, -1)), last)
  return document
}

function insert(parent: Json, token: string, value: Json): void {
  if (!Array.isArray(parent)) {
    put(parent, token, value)
    return
  }
  const index = token === '-' ? parent.length : Number(token)
  if (!Number.isInteger(index) || index < 0 || index > parent.length) throw unprocessablePatch()
  parent.splice(index, 0, value)
}

function put(parent: Json, token: string, value: Json): void {
  if (Array.isArray(parent)) parent[Number(token)] = value
  else if (isObject(parent)) parent[token] = value
  else throw unprocessablePatch()
}

function remove(parent: Json, token: string): void {
  if (Array.isArray(parent)) parent.splice(Number(token), 1)
  else if (isObject(parent)) delete parent[token]
}

/**
 * Strategic merge patch, as far as Kubernetes' own kinds need it: lists that have a merge key are merged by it
 * (apimachinery strategicpatch), `$patch: delete|replace` and `$deleteFromPrimitiveList` are honoured.
 */
export function strategicMergePatch(target: unknown, patch: unknown): Json {
  if (!isObject(patch)) return copy(patch) as Json
  if (patch.$patch === 'replace') return without(patch, '$patch')
  const result: JsonObject = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$setElementOrder/') || key === '$retainKeys' || key === '$patch') continue
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const field = key.slice('$deleteFromPrimitiveList/'.length)
      const gone = value as Json[]
      if (Array.isArray(result[field])) result[field] = (result[field] as Json[]).filter(each => !gone.includes(each))
    } else if (value === null) delete result[key]
    else if (Array.isArray(value)) result[key] = mergeList(key, result[key], value)
    else result[key] = strategicMergePatch(result[key], value)
  }
  return result
}

function mergeList(field: string, target: Json | undefined, patch: Json[]): Json[] {
  const old = Array.isArray(target) ? target : []
  if (patch.some(each => isObject(each) && each.$patch === 'replace')) {
    return patch.filter(each => !(isObject(each) && each.$patch === 'replace')).map(copy)
  }
  const keys = listKey(field, [...old, ...patch])
  if (!keys) return field === 'finalizers' ? [...new Set([...old, ...patch])] : patch.map(copy)
  const key = keys[0] as string
  const result = [...old]
  for (const element of patch) {
    if (!isObject(element)) continue
    const index = result.findIndex(each => isObject(each) && isEqual(each[key], element[key]))
    if (element.$patch === 'delete') {
      if (index >= 0) result.splice(index, 1)
    } else if (index >= 0) result[index] = strategicMergePatch(result[index], element)
    else result.push(copy(element))
  }
  return result
}

function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _, ...rest } = copy(object)
  return rest
}
