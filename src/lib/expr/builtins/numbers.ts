import { wrapTo } from '../go/equality.ts'
import { format } from '../go/format.ts'
import { parseFloat64, parseInteger, roundHalfAway, wrapInt } from '../go/numbers.ts'
import { toInt } from '../go/operators.ts'
import { isIntegerKind } from '../go/types.ts'
import { builtinNumber, Duration, Integer, typeName, typeOf, type Value, Zone } from '../go/values.ts'
import { Problem } from '../problem.ts'
import { argument, type BuiltinCall } from './builtin.ts'

const abs: BuiltinCall = args => {
  const value = argument(args, 0)
  if (typeof value === 'number') return value < 0 ? -value : value
  if (typeof value === 'bigint') return value < 0n ? wrapInt(-value) : value
  if (value instanceof Integer && value.type.package === undefined)
    return value.value < 0n ? wrapTo(value.type, -value.value) : value
  throw new Problem(`invalid argument for abs (type ${typeName(value)})`)
}

const rounding =
  (name: string, round: (value: number) => number): BuiltinCall =>
  args => {
    const value = builtinNumber(argument(args, 0))
    if (value === undefined) throw new Problem(`invalid argument for ${name} (type ${typeName(argument(args, 0))})`)
    return typeof value === 'bigint' ? Number(value) : round(value)
  }

const int: BuiltinCall = (args, host) => {
  const value = argument(args, 0)
  if (builtinNumber(value) !== undefined) return toInt(value)
  if (typeof value === 'string') {
    const parsed = parseInteger(value, 10, 'Atoi')
    if ('error' in parsed) throw new Problem(`invalid operation: int(${value})`)
    return parsed.value
  }
  // From 1.17 on what Go can convert is converted: time.Duration, time.Month.
  if (host.dialect === '1.17') {
    if (value instanceof Duration) return value.nanos
    if (value instanceof Integer) return value.value
    if (value === null) throw new Problem('reflect: call of reflect.Value.Type on zero Value')
  }
  throw new Problem(`invalid operation: int(${typeName(value)})`)
}

const float: BuiltinCall = args => {
  const value = argument(args, 0)
  const number = builtinNumber(value)
  if (number !== undefined) return Number(number)
  if (typeof value !== 'string') throw new Problem(`invalid operation: float(${typeName(value)})`)
  const parsed = parseFloat64(value)
  if ('error' in parsed) throw new Problem(`invalid operation: float(${value})`)
  return parsed.value
}

function typeWord(value: Value): string {
  const type = typeOf(value)
  if (!type) return 'nil'
  if (value instanceof Zone) return 'time.Location'
  if (type.package !== undefined) return type.name
  if (isIntegerKind(type.kind)) return type.kind.startsWith('uint') ? 'uint' : 'int'
  if (type.kind === 'float64') return 'float'
  return type.kind === 'slice' ? 'array' : type.kind
}

/** The integer that the bit operations take; wider than what `in` takes, so its own message. */
function bits(args: readonly Value[], at: number, name: string): bigint {
  const value = builtinNumber(argument(args, at))
  if (typeof value !== 'bigint')
    throw new Problem(`cannot use ${typeName(argument(args, at))} as argument (type int) to call ${name}`)
  return value
}

const bitwise =
  (name: string, operate: (a: bigint, b: bigint) => bigint): BuiltinCall =>
  args =>
    wrapInt(operate(bits(args, 0, name), bits(args, 1, name)))

const shift =
  (name: string, operate: (a: bigint, count: bigint) => bigint): BuiltinCall =>
  args => {
    const value = bits(args, 0, name)
    const count = bits(args, 1, name)
    if (count < 0n) throw new Problem(`invalid operation: negative shift count ${count} (type int)`)
    return wrapInt(operate(value, count > 64n ? 64n : count))
  }

export const numberBuiltins: Record<string, BuiltinCall> = {
  abs,
  ceil: rounding('ceil', Math.ceil),
  floor: rounding('floor', Math.floor),
  round: rounding('round', roundHalfAway),
  int,
  float,
  string: args => format(argument(args, 0)),
  type: args => typeWord(argument(args, 0)),
  bitand: bitwise('bitand', (a, b) => a & b),
  bitor: bitwise('bitor', (a, b) => a | b),
  bitxor: bitwise('bitxor', (a, b) => a ^ b),
  bitnand: bitwise('bitnand', (a, b) => a & ~b),
  bitnot: args => wrapInt(~bits(args, 0, 'bitnot')),
  bitshl: shift('bitshl', (a, count) => a << count),
  bitshr: shift('bitshr', (a, count) => a >> count),
  bitushr: shift('bitushr', (a, count) => BigInt.asUintN(64, a) >> count),
}
