import { Problem } from '../problem.ts'
import { formatFloat } from './numbers.ts'
import {
  anySlice,
  boolType,
  durationType,
  float64Type,
  type GoType,
  intType,
  locationStructType,
  locationType,
  stringType,
  timeType,
} from './types.ts'

/**
 * A Go value. `bigint` is Go's int (64 bits, wrapping), `number` is float64; every other number keeps its type in an
 * {@link Integer}. Text follows go/strings.ts. Objects of JavaScript never appear, so no prototype can be reached.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Integer
  | Duration
  | Instant
  | Zone
  | Slice
  | Dictionary
  | Func

/** An integer of another type than int: int64, uint8, time.Month, ... */
export class Integer {
  readonly type: GoType
  readonly value: bigint
  constructor(type: GoType, value: bigint) {
    this.type = type
    this.value = value
  }
}

/** time.Duration */
export class Duration {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = BigInt.asIntN(64, nanos)
  }
}

/** What is in force in a time zone at an instant. */
export interface ZoneOffset {
  seconds: number
  abbreviation: string
}

/** time.Location; `pointer` is false for the dereferenced struct, which is a different type to Go. */
export class Zone {
  readonly name: string
  readonly offsetAt: (unixSeconds: number) => ZoneOffset
  readonly pointer: boolean
  constructor(name: string, offsetAt: (unixSeconds: number) => ZoneOffset, pointer = true) {
    this.name = name
    this.offsetAt = offsetAt
    this.pointer = pointer
  }
}

/** time.Time: nanoseconds since 1970 UTC, shown in a zone. */
export class Instant {
  readonly nanos: bigint
  readonly zone: Zone
  constructor(nanos: bigint, zone: Zone) {
    this.nanos = nanos
    this.zone = zone
  }
}

/** A slice or array. `start` is where it lies in the array it was cut from, which tells Go whether two are the same. */
export class Slice {
  readonly type: GoType
  readonly items: readonly Value[]
  readonly isNil: boolean
  readonly origin: object
  readonly start: number
  constructor(type: GoType, items: readonly Value[], isNil = false, origin: object = items, start = 0) {
    this.type = type
    this.items = items
    this.isNil = isNil
    this.origin = origin
    this.start = start
  }

  cut(from: number, to: number, type = this.type): Slice {
    return new Slice(type, this.items.slice(from, to), this.isNil, this.origin, this.start + from)
  }
}

/** A map; `entries` by {@link keyOf}. */
export class Dictionary {
  readonly type: GoType
  readonly entries: Map<unknown, readonly [Value, Value]>
  readonly isNil: boolean
  constructor(type: GoType, entries: Map<unknown, readonly [Value, Value]>, isNil = false) {
    this.type = type
    this.entries = entries
    this.isNil = isNil
  }

  get(key: Value): Value | undefined {
    return this.entries.get(keyOf(key))?.[1]
  }
}

export class Func {
  readonly type: GoType
  readonly call: (args: readonly Value[]) => Value
  constructor(type: GoType, call: (args: readonly Value[]) => Value) {
    this.type = type
    this.call = call
  }
}

export function typeOf(value: Value): GoType | undefined {
  switch (typeof value) {
    case 'boolean':
      return boolType
    case 'bigint':
      return intType
    case 'number':
      return float64Type
    case 'string':
      return stringType
  }
  if (value === null) return undefined
  if (value instanceof Duration) return durationType
  if (value instanceof Instant) return timeType
  if (value instanceof Zone) return value.pointer ? locationType : locationStructType
  return value.type
}

/** fmt's %T. */
export const typeName = (value: Value): string => typeOf(value)?.name ?? '<nil>'

/** reflect.Value.Kind().String() */
export const kindName = (value: Value): string => typeOf(value)?.kind ?? 'invalid'

/** The same for equal keys, different for all others; a key of another type than string never collides with one. */
export function keyOf(key: Value): unknown {
  if (typeof key === 'string') return key
  if (key === null || typeof key === 'boolean' || typeof key === 'bigint') return key
  // A NaN is never found again.
  if (typeof key === 'number') return Number.isNaN(key) ? Symbol('NaN') : key
  if (key instanceof Integer) return `\ud800${key.type.name} ${key.value}`
  if (key instanceof Duration) return `\ud800duration ${key.nanos}`
  if (key instanceof Instant) return `\ud800time ${key.nanos} ${key.zone.name}`
  if (key instanceof Zone) return `\ud800zone ${key.name}`
  if (key instanceof Slice && key.type.kind === 'array')
    return `\ud800array ${key.items.map(each => keyText(keyOf(each))).join('\ud800')}`
  throw new Problem(`runtime error: hash of unhashable type ${typeName(key)}`)
}

const keyText = (key: unknown) => `${typeof key} ${typeof key === 'number' ? formatFloat(key) : String(key)}`

/** runtime.IsNil: nil itself, and nil slices and maps. */
export const isNil = (value: Value): boolean =>
  value === null || ((value instanceof Slice || value instanceof Dictionary) && value.isNil)

/** What Go says when a value in an interface is not of the asserted type. */
export function conversionProblem(value: Value, wanted: string): Problem {
  const type = typeOf(value)
  return new Problem(`interface conversion: interface {} is ${type?.name ?? 'nil'}, not ${wanted}`)
}

/** The builtin number types as bigint or number; undefined for named ones such as time.Duration and for all else. */
export function builtinNumber(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  return value instanceof Integer && value.type.package === undefined ? BigInt.asIntN(64, value.value) : undefined
}

/** The elements of a slice or array, else undefined. */
export const itemsOf = (value: Value): readonly Value[] | undefined =>
  value instanceof Slice ? value.items : undefined

/** A []any. */
export const anySliceOf = (items: readonly Value[]): Slice => new Slice(anySlice, items)
