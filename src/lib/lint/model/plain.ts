/** Reading values of objects that nobody has checked yet: what is of another type counts as absent. */

export type PlainMap = Record<string, unknown>

export const isMap = (value: unknown): value is PlainMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const mapOf = (value: unknown): PlainMap => (isMap(value) ? value : {})
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The maps of a list with their places in it. */
export const mapsOf = (value: unknown): [index: number, map: PlainMap][] =>
  listOf(value).flatMap((each, index) => (isMap(each) ? [[index, each]] : []))

/** Every text in a value, keys too, with the way to it. */
export function* textsIn(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<[typeof path, string, boolean]> {
  if (typeof value === 'string') yield [path, value, false]
  else if (Array.isArray(value)) for (const [index, each] of value.entries()) yield* textsIn(each, [...path, index])
  else if (isMap(value))
    for (const [key, each] of Object.entries(value)) {
      if (key.includes('{{')) yield [[...path, key], key, true]
      yield* textsIn(each, [...path, key])
    }
}

/** The value at the end of a path; undefined where it leads nowhere. */
export function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string | number, unknown>)[step]
  }
  return at
}
