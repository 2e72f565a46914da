import type { EnvironmentTypes as Types } from './check/checker.ts'
import { type Nature, natureOf, nilNature } from './check/nature.ts'
import { fromOutside } from './go/strings.ts'
import { float64Slice, objectType } from './go/types.ts'
import {
  anySliceOf,
  Dictionary,
  Duration,
  Func,
  Instant,
  Integer,
  Slice,
  typeOf,
  type Value,
  Zone,
} from './go/values.ts'

/** The names an expression may use, with their values. */
export type Environment = ReadonlyMap<string, Value>

/** The types that Go would find in an environment; a name that holds nil is known to be nil. */
export function environmentTypes(environment: Environment): Types {
  return new Map([...environment].map(([name, value]) => [name, natureOfValue(value)]))
}

export function natureOfValue(value: Value): Nature {
  const type = typeOf(value)
  return type ? natureOf(type) : nilNature
}

export function environmentMap(environment: Environment): Dictionary {
  return new Dictionary(objectType, new Map([...environment].map(([name, value]) => [name, [name, value]])))
}

/**
 * What Go's JSON decoder makes of a value: number is float64, array []any, object map[string]any. A `bigint` is an int,
 * a Float64Array a []float64 (a Prometheus vector).
 */
export function toValue(value: unknown): Value {
  switch (typeof value) {
    case 'string':
      return fromOutside(value)
    case 'bigint':
      return BigInt.asIntN(64, value)
    case 'number':
    case 'boolean':
      return value
    case 'object':
      break
    default:
      return null
  }
  if (value === null || isGoValue(value)) return value
  if (value instanceof Float64Array) return new Slice(float64Slice, [...value])
  if (Array.isArray(value)) return anySliceOf(value.map(toValue))
  const entries = Object.entries(value).map(([name, each]) => [fromOutside(name), toValue(each)] as const)
  return new Dictionary(objectType, new Map(entries.map(([name, each]) => [name, [name, each]])))
}

const isGoValue = (value: object): value is Exclude<Value, null | boolean | bigint | number | string> =>
  value instanceof Integer ||
  value instanceof Duration ||
  value instanceof Instant ||
  value instanceof Zone ||
  value instanceof Slice ||
  value instanceof Dictionary ||
  value instanceof Func
