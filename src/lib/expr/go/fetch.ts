import type { Dialect } from '../dialect.ts'
import { Problem } from '../problem.ts'
import { methodsOf } from '../time/methods.ts'
import { format } from './format.ts'
import { toInt } from './operators.ts'
import { byteAt, byteLength, sliceBytes } from './strings.ts'
import { anyType, type GoType, groupsType, isAssignable, sliceOf, uint8Type } from './types.ts'
import { Dictionary, Func, Instant, Integer, keyOf, Slice, typeName, typeOf, type Value } from './values.ts'

/** A method bound to its receiver, if the value has one of that name. */
export function methodOf(value: Value, name: Value): Func | undefined {
  const method = typeof name === 'string' ? methodsOf(typeOf(value)).get(name) : undefined
  return method && new Func(method.type, args => method.call(value, args))
}

const notAssignable = (key: Value, type: GoType) =>
  new Problem(`reflect.Value.MapIndex: value of type ${typeName(key)} is not assignable to type ${type.name}`)

/** What a map holds for a key; nil stands for the zero value of the key's type. */
export function lookUp(map: Dictionary, key: Value): Value | undefined {
  const wanted = map.type.key ?? anyType
  const type = typeOf(key)
  if (type === undefined) return map.get(wanted.kind === 'string' ? '' : wanted.kind === 'int' ? 0n : null)
  if (!isAssignable(type, wanted)) throw notAssignable(key, wanted)
  keyOf(key)
  return map.get(key)
}

/** `from[key]` and `from.key` (vm/runtime Fetch). Throws Problem where there is nothing. */
export function fetchFrom(from: Value, key: Value, dialect: Dialect): Value {
  const nothing = () => new Problem(`cannot fetch ${format(key)} from ${typeName(from)}`)
  if (from === null) throw nothing()
  const method = methodOf(from, key)
  if (method) return method
  if (from instanceof Dictionary) {
    const found = lookUp(from, key)
    // The zero value of a list is a nil list.
    return found !== undefined
      ? found
      : from.type === groupsType
        ? new Slice(groupsType.elem as GoType, [], true)
        : null
  }
  if (from instanceof Slice || typeof from === 'string') {
    const length = typeof from === 'string' ? byteLength(from) : from.items.length
    const found = elementAt(from, toInt(key), length)
    if (found === undefined) throw outOfRange(from, toInt(key), length, dialect)
    return found
  }
  if (from instanceof Instant && typeof key !== 'string')
    throw new Problem(`interface conversion: interface {} is ${typeOf(key)?.name ?? 'nil'}, not string`)
  throw nothing()
}

function outOfRange(from: string | Slice, given: bigint, length: number, dialect: Dialect): Problem {
  if (dialect === '1.15') return new Problem(`reflect: ${goTypeWord(from)} index out of range`)
  const index = given < 0n ? BigInt(length) + given : given
  return new Problem(`index out of range: ${index} (array length is ${length})`)
}

const goTypeWord = (from: string | Slice) =>
  typeof from === 'string' ? 'string' : from.type.kind === 'array' ? 'array' : 'slice'

/** The element at an index, counted from the end when negative; undefined when there is none. */
export function elementAt(from: string | Slice, given: bigint, length: number): Value | undefined {
  const index = Number(given < 0n ? BigInt(length) + given : given)
  if (index < 0 || index >= length) return undefined
  return typeof from === 'string' ? new Integer(uint8Type, BigInt(byteAt(from, index))) : (from.items[index] ?? null)
}

/** `value[from:to]`: bounds are brought into range. */
export function cut(value: Value, from: Value, to: Value): Value {
  const isSliceable = typeof value === 'string' || value instanceof Slice
  if (!isSliceable) throw new Problem(`cannot slice ${format(from)}`)
  const length = typeof value === 'string' ? byteLength(value) : value.items.length
  const bound = (index: Value) => {
    const given = Number(toInt(index))
    return Math.max(given < 0 ? length + given : given, 0)
  }
  const end = Math.min(bound(to), length)
  const start = Math.min(bound(from), end)
  if (typeof value === 'string') return sliceBytes(value, start, end)
  return value.cut(start, end, value.type.kind === 'array' ? sliceOf(value.type.elem ?? anyType) : value.type)
}

/** runtime.Len, of what a slice expression without an end is cut: bytes of a string. */
export function lengthOf(value: Value): bigint {
  if (typeof value === 'string') return BigInt(byteLength(value))
  if (value instanceof Slice) return BigInt(value.items.length)
  if (value instanceof Dictionary) return BigInt(value.entries.size)
  throw new Problem(`invalid argument for len (type ${typeName(value)})`)
}
