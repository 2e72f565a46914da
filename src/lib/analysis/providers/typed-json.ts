import { decodeJson } from '../../expr/go/json-decode.ts'
import { Dictionary, Slice, type Value } from '../../expr/go/values.ts'
import { Problem } from '../../expr/problem.ts'
import { MeasurementError } from './measurement-error.ts'

/** A Go type that JSON is read into. `name` is what Go calls it in a message. */
export type Shape =
  | { kind: 'float64' | 'int' | 'string' | 'any' }
  /** null becomes undefined, Go's nil */
  | { kind: 'list'; name: string; of: Shape }
  /** stays a value of the condition language; `of` is only checked */
  | { kind: 'map'; name: string; of?: Shape }
  /** fields by their name in JSON, which letters' case does not matter for; a field that is missing has its zero value */
  | { kind: 'struct'; name: string; type: string; fields: Record<string, Shape> }
  /** a type with an UnmarshalJSON of its own */
  | { kind: 'own'; read(value: Value, mismatch: (type: string) => MeasurementError): unknown }
  /** a pointer: null stays null */
  | { kind: 'pointer'; to: Shape }

export const float64: Shape = { kind: 'float64' }
export const int: Shape = { kind: 'int' }
export const string: Shape = { kind: 'string' }
export const any: Shape = { kind: 'any' }
export const list = (of: Shape, name: string): Shape => ({ kind: 'list', of, name })

/** `name` as reflect's Name (empty for an anonymous struct), `type` as its String. */
export const struct = (name: string, type: string, fields: Record<string, Shape>): Shape => ({
  kind: 'struct',
  name,
  type,
  fields,
})

/**
 * Go's json.Unmarshal into a type: numbers, texts, arrays (undefined for nil), objects with every field of the struct;
 * what is read into `any` is a value of the condition language.
 *
 * @param path names that Go puts before a field's in messages
 * @throws MeasurementError with Go's message for a value of another type
 * @throws Problem with Go's message for what is no JSON
 */
export function decodeTyped<T>(shape: Shape, json: string, path: readonly string[] = []): T {
  const reading: Reading = { mismatch: undefined }
  const result = read(decodeJson(json), shape, { struct: undefined, path }, reading)
  if (reading.mismatch) throw reading.mismatch
  return result as T
}

/**
 * Go's json.NewDecoder(...).Decode: reads the first value and leaves what follows; text that ends early is an EOF.
 *
 * @throws as {@link decodeTyped}
 */
export function decodeFirst<T>(shape: Shape, json: string): T {
  if (/^[ \t\r\n]*$/.test(json)) throw new MeasurementError('EOF')
  try {
    return decodeTyped(shape, json)
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    // of a word or number that breaks off, Unmarshal says that a space follows
    const isCutOff = problem.message.startsWith("invalid character ' ' ") && /[a-zA-Z.+-]$/.test(json)
    if (isCutOff || problem.message === 'unexpected end of JSON input') throw new MeasurementError('unexpected EOF')
    if (!problem.message.endsWith('after top-level value')) throw problem
    return decodeTyped(shape, firstValue(json))
  }
}

/** The first of several values, the first of which is known to be JSON. */
function firstValue(json: string): string {
  const text = json.trimStart()
  if (!/^["[{]/.test(text)) return /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(text)?.[0] ?? text
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth += 1
    if (token === ']' || token === '}') depth -= 1
    if (depth === 0) return text.slice(0, index + token.length)
  }
  return text
}

/** Where in which struct a value stands, as Go's messages tell it. */
interface Place {
  struct: string | undefined
  path: readonly string[]
}

/** Go reads on behind a value of another type, and reports the first one at the end. */
interface Reading {
  mismatch: MeasurementError | undefined
}

function read(value: Value, shape: Shape, place: Place, reading: Reading): unknown {
  const mismatch = (type: string, what = kindOf(value)) => {
    const into = place.struct === undefined ? 'Go value' : `Go struct field ${[place.struct, ...place.path].join('.')}`
    return new MeasurementError(`json: cannot unmarshal ${what} into ${into} of type ${type}`)
  }
  const miss = (type: string, what?: string) => {
    reading.mismatch ??= mismatch(type, what)
  }
  switch (shape.kind) {
    case 'any':
      return value
    case 'own':
      return shape.read(value, mismatch)
    case 'pointer':
      return value === null ? null : read(value, shape.to, place, reading)
    case 'float64':
    case 'int': {
      if (typeof value !== 'number') {
        if (value !== null) miss(shape.kind)
        return 0
      }
      if (shape.kind === 'int' && !Number.isSafeInteger(value)) miss('int', `number ${JSON.stringify(value)}`)
      return value
    }
    case 'string':
      if (typeof value !== 'string' && value !== null) miss('string')
      return typeof value === 'string' ? value : ''
    case 'list':
      if (!(value instanceof Slice)) {
        if (value !== null) miss(shape.name)
        return undefined
      }
      return value.items.map(each => read(each, shape.of, place, reading))
    case 'map':
      if (!(value instanceof Dictionary)) {
        if (value !== null) miss(shape.name)
        return null
      }
      if (shape.of) for (const [, each] of value.entries.values()) read(each, shape.of, place, reading)
      return value
    case 'struct':
      if (!(value instanceof Dictionary) && value !== null) miss(shape.type)
      return readStruct(value, shape, place, reading)
  }
}

function readStruct(
  value: Value,
  { name, fields }: Extract<Shape, { kind: 'struct' }>,
  { path }: Place,
  reading: Reading,
): Record<string, unknown> {
  const names = Object.keys(fields)
  const result: Record<string, unknown> = {}
  const take = (field: string, part: Value) => {
    const shape = fields[field]
    if (shape) result[field] = read(part, shape, { struct: name, path: [...path, field] }, reading)
  }
  for (const field of names) take(field, null)
  if (!(value instanceof Dictionary)) return result
  for (const [key, part] of value.entries.values()) {
    const text = String(key)
    const field = names.find(each => each === text) ?? names.find(each => each.toLowerCase() === text.toLowerCase())
    if (field !== undefined && part !== null) take(field, part)
  }
  return result
}

function kindOf(value: Value): string {
  if (value instanceof Slice) return 'array'
  if (value instanceof Dictionary) return 'object'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/** A decoded value as plain data, for writing it as JSON again. */
export function plainOf(value: Value): unknown {
  if (value instanceof Slice) return value.items.map(plainOf)
  if (value instanceof Dictionary)
    return Object.fromEntries([...value.entries.values()].map(([key, each]) => [String(key), plainOf(each)]))
  return value
}
