import { Problem } from '../problem.ts'
import { wrapTo } from './equality.ts'
import { truncateToInt, wrapInt } from './numbers.ts'
import { power } from './power.ts'
import { compareText, concat } from './strings.ts'
import { builtinNumber, Duration, Instant, Integer, typeName, type Value } from './values.ts'

// The operators of vm/runtime: numbers of any type mix, everything else needs its own kind on both sides.

const invalid = (a: Value, operator: string, b: Value) =>
  new Problem(`invalid operation: ${typeName(a)} ${operator} ${typeName(b)}`)

/** Negative, zero, positive; NaN where neither is less. */
function order(a: Value, b: Value): number | undefined {
  const left = builtinNumber(a)
  const right = builtinNumber(b)
  if (left !== undefined && right !== undefined) {
    if (typeof left === 'bigint' && typeof right === 'bigint') return left < right ? -1 : left > right ? 1 : 0
    const [x, y] = [Number(left), Number(right)]
    return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN
  }
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if ((a instanceof Instant && b instanceof Instant) || (a instanceof Duration && b instanceof Duration))
    return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0
  return undefined
}

export type Comparison = '<' | '<=' | '>' | '>='

export function compare(a: Value, operator: Comparison, b: Value): boolean {
  const difference = order(a, b)
  if (difference === undefined) throw invalid(a, operator, b)
  switch (operator) {
    case '<':
      return difference < 0
    case '<=':
      return difference <= 0
    case '>':
      return difference > 0
    case '>=':
      return difference >= 0
  }
}

export function add(a: Value, b: Value): Value {
  const left = builtinNumber(a)
  const right = builtinNumber(b)
  if (left !== undefined && right !== undefined)
    return typeof left === 'bigint' && typeof right === 'bigint' ? wrapInt(left + right) : Number(left) + Number(right)
  if (typeof a === 'string' && typeof b === 'string') return concat(a, b)
  if (a instanceof Instant && b instanceof Duration) return new Instant(a.nanos + b.nanos, a.zone)
  if (a instanceof Duration && b instanceof Instant) return new Instant(a.nanos + b.nanos, b.zone)
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.nanos + b.nanos)
  throw invalid(a, '+', b)
}

export function subtract(a: Value, b: Value): Value {
  const left = builtinNumber(a)
  const right = builtinNumber(b)
  if (left !== undefined && right !== undefined)
    return typeof left === 'bigint' && typeof right === 'bigint' ? wrapInt(left - right) : Number(left) - Number(right)
  if (a instanceof Instant && b instanceof Instant) return saturated(a.nanos - b.nanos)
  if (a instanceof Instant && b instanceof Duration) return new Instant(a.nanos - b.nanos, a.zone)
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.nanos - b.nanos)
  throw invalid(a, '-', b)
}

/** time.Time.Sub stops at the longest duration. */
export function saturated(nanos: bigint): Duration {
  const limit = 2n ** 63n
  return new Duration(nanos >= limit ? limit - 1n : nanos < -limit ? -limit : nanos)
}

export function multiply(a: Value, b: Value): Value {
  const left = a instanceof Duration ? a.nanos : builtinNumber(a)
  const right = b instanceof Duration ? b.nanos : builtinNumber(b)
  if (left === undefined || right === undefined) throw invalid(a, '*', b)
  if (typeof left !== 'bigint' || typeof right !== 'bigint') return Number(left) * Number(right)
  return a instanceof Duration || b instanceof Duration ? new Duration(left * right) : wrapInt(left * right)
}

export function divide(a: Value, b: Value): number {
  const left = builtinNumber(a)
  const right = builtinNumber(b)
  if (left === undefined || right === undefined) throw invalid(a, '/', b)
  return Number(left) / Number(right)
}

export function remainder(a: Value, b: Value): bigint {
  const left = builtinNumber(a)
  const right = builtinNumber(b)
  if (typeof left !== 'bigint' || typeof right !== 'bigint') throw invalid(a, '%', b)
  if (right === 0n) throw new Problem('runtime error: integer divide by zero')
  return wrapInt(left % right)
}

export const exponent = (a: Value, b: Value): number => power(toFloat(a), toFloat(b))

export function negate(value: Value): Value {
  if (typeof value === 'number') return -value
  if (typeof value === 'bigint') return wrapInt(-value)
  if (value instanceof Integer && value.type.package === undefined) return wrapTo(value.type, -value.value)
  throw new Problem(`invalid operation: - ${typeName(value)}`)
}

/** runtime.ToInt */
export function toInt(value: Value): bigint {
  const number = builtinNumber(value)
  if (number === undefined) throw new Problem(`invalid operation: int(${typeName(value)})`)
  return typeof number === 'bigint' ? number : truncateToInt(number)
}

/** runtime.ToFloat64 */
export function toFloat(value: Value): number {
  const number = builtinNumber(value)
  if (number === undefined) throw new Problem(`invalid operation: float(${typeName(value)})`)
  return Number(number)
}
