import type { Dialect } from '../dialect.ts'
import { anyType, bitsOf, type GoType, isFloatKind, isIntegerKind } from './types.ts'
import {
  builtinNumber,
  Dictionary,
  Duration,
  Func,
  Instant,
  Integer,
  isNil,
  Slice,
  typeOf,
  type Value,
  Zone,
} from './values.ts'

/** Counts steps, and fails when there are too many. */
type Spend = (steps: number) => void

/** `==` of the language (vm/runtime/helpers): numbers by value whatever their type, from 1.17 on inside arrays too. */
export function equal(a: Value, b: Value, dialect: Dialect, spend: Spend): boolean {
  const left = builtinNumber(a)
  const right = builtinNumber(b)
  if (left !== undefined && right !== undefined) return numbersEqual(left, right)
  if (dialect === '1.17' && a instanceof Slice && b instanceof Slice) {
    const arrays = arraysEqual(a, b, spend)
    if (arrays !== undefined) return arrays
  }
  if (a instanceof Instant && b instanceof Instant) return a.nanos === b.nanos
  if (isNil(a) && isNil(b)) return true
  return deepEqual(a, b, spend)
}

const numbersEqual = (a: bigint | number, b: bigint | number): boolean =>
  typeof a === typeof b ? a === b : Number(a) === Number(b)

/** undefined where expr has no rule of its own for the two element types. */
function arraysEqual(a: Slice, b: Slice, spend: Spend): boolean | undefined {
  if (!isListed(a.type) || !isListed(b.type)) return undefined
  const mixed = a.type.elem === anyType || b.type.elem === anyType
  if (!mixed && a.type !== b.type) return undefined
  spend(a.items.length)
  return (
    a.items.length === b.items.length && a.items.every((each, at) => equal(each, b.items[at] as Value, '1.17', spend))
  )
}

function isListed(type: GoType): boolean {
  const elem = type.elem
  if (type.kind !== 'slice' || elem?.package !== undefined) return false
  return elem === anyType || elem?.kind === 'string' || isIntegerKind(elem?.kind) || isFloatKind(elem?.kind)
}

/** reflect.DeepEqual: same types all the way, NaN differs from itself, nil from empty, and the same memory is equal. */
export function deepEqual(a: Value, b: Value, spend: Spend): boolean {
  if (a === null || b === null) return a === b
  if (typeOf(a) !== typeOf(b)) return false
  if (a instanceof Slice && b instanceof Slice) {
    if (a.isNil !== b.isNil || a.items.length !== b.items.length) return false
    if (a.type.kind === 'slice' && a.origin === b.origin && a.start === b.start) return true
    spend(a.items.length)
    return a.items.every((each, at) => deepEqual(each, b.items[at] as Value, spend))
  }
  if (a instanceof Dictionary && b instanceof Dictionary) return dictionariesEqual(a, b, spend)
  if (a instanceof Integer && b instanceof Integer) return a.value === b.value
  if (a instanceof Duration && b instanceof Duration) return a.nanos === b.nanos
  if (a instanceof Instant && b instanceof Instant) return a.nanos === b.nanos && a.zone.name === b.zone.name
  if (a instanceof Zone && b instanceof Zone) return a.name === b.name
  if (a instanceof Func) return false
  return a === b
}

function dictionariesEqual(a: Dictionary, b: Dictionary, spend: Spend): boolean {
  if (a.isNil !== b.isNil || a.entries.size !== b.entries.size) return false
  if (a === b) return true
  spend(a.entries.size)
  for (const [key, [, value]] of a.entries) {
    const other = b.entries.get(key)
    if (!other || !deepEqual(value, other[1], spend)) return false
  }
  return true
}

/** An integer brought into the range of its kind. */
export function wrapTo(type: GoType, value: bigint): Value {
  if (type.name === 'int') return BigInt.asIntN(64, value)
  const bits = bitsOf(type.kind)
  return new Integer(type, type.kind.startsWith('uint') ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value))
}
