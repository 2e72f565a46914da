/** Plain JSON as it travels over the API. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((each, i) => isEqual(each, other[i]))
  }
  if (!isObject(one) || !isObject(other)) return false
  const keys = Object.keys(one).filter(key => one[key] !== undefined)
  if (keys.length !== Object.keys(other).filter(key => other[key] !== undefined).length) return false
  return keys.every(key => isEqual(one[key], other[key]))
}

/** A copy that shares nothing and leaves out undefined, as if it had travelled. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T
  if (!isObject(value)) return value
  const result: JsonObject = {}
  for (const [key, each] of Object.entries(value)) if (each !== undefined) result[key] = copy(each)
  return result as T
}

/** Stored objects are shared by every reader, so nobody may change them. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const each of Object.values(value)) freeze(each)
  }
  return value
}

/** Keys sorted, undefined left out: equal values give equal texts. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  entries.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}
