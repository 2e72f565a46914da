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

/** A text of an object that contains `{{`. */
export interface TemplatedField {
  path: readonly (string | number)[]
  text: string
  /** it is the name of a field */
  onKey: boolean
}

/** Every text in a value in which something is to be replaced, keys too. */
export function templatedFields(
  value: unknown,
  path: readonly (string | number)[],
  found: TemplatedField[] = [],
): TemplatedField[] {
  if (typeof value === 'string') {
    if (value.includes('{{')) found.push({ path, text: value, onKey: false })
  } else if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value)
    for (const key of Object.keys(value)) {
      const each = (value as Record<string, unknown>)[key]
      if (!isList && key.includes('{{')) found.push({ path: [...path, key], text: key, onKey: true })
      if (typeof each === 'string' ? each.includes('{{') : typeof each === 'object' && each !== null)
        templatedFields(each, [...path, isList ? Number(key) : key], found)
    }
  }
  return found
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
