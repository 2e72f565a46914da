import { isObject, type JsonObject } from './json.ts'

/** The object at a key, made if there is none. */
export function partOf(object: JsonObject, key: string): JsonObject {
  const part = object[key]
  if (isObject(part)) return part
  const created: JsonObject = {}
  object[key] = created
  return created
}

/** The objects in a list; none where there is no list. */
export const listOf = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])
