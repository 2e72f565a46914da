import { type Comparison, compare } from '../go/operators.ts'
import { anySlice, float64Slice, intSlice, isSignedKind } from '../go/types.ts'
import { builtinNumber, Duration, Integer, kindName, Slice, typeName, type Value } from '../go/values.ts'
import { Problem } from '../problem.ts'
import { argument, type BuiltinCall, type Host } from './builtin.ts'

const isPlainNumber = (value: Value) => builtinNumber(value) !== undefined
const isAnyInteger = (value: Value) => value instanceof Integer || value instanceof Duration

/** The number that a value of any numeric kind is, also time.Duration. */
function realOf(value: Value): number | undefined {
  if (value instanceof Duration) return Number(value.nanos)
  if (value instanceof Integer) return Number(value.value)
  const number = builtinNumber(value)
  return number === undefined ? undefined : Number(number)
}

/** max and min of 1.17: over numbers and lists of them, however deep (builtin/lib.go minMax). */
const extreme =
  (name: string, beats: Comparison): BuiltinCall =>
  (args, host) =>
    extremeOf(name, beats, args, host)

function extremeOf(name: string, beats: Comparison, args: readonly Value[], host: Host): Value {
  let best: Value = null
  const consider = (value: Value) => {
    if (best === null || compare(best, beats, value)) best = value
  }
  const invalid = (value: Value) => new Problem(`invalid argument for ${name} (type ${typeName(value)})`)
  for (const arg of args) {
    if (arg instanceof Slice) {
      host.spend(arg.items.length)
      const isAny = arg.type === anySlice
      const isNumeric = arg.type === intSlice || arg.type === float64Slice
      for (const each of arg.items) {
        if (isNumeric || (isAny && isPlainNumber(each))) consider(each)
        else if (isAny && !(each instanceof Slice)) throw invalid(each)
        else {
          const nested = extremeOf(name, beats, [each], host)
          if (isAny ? nested !== null : isPlainNumber(nested)) consider(nested)
          else if (!isAny) throw invalid(nested)
        }
      }
    } else if (isPlainNumber(arg) || isAnyInteger(arg)) consider(arg)
    else if (args.length === 1) return arg
    else throw invalid(arg)
  }
  return best
}

/** max and min of 1.15 compare whatever can be compared. */
const oldExtreme =
  (beats: Comparison): BuiltinCall =>
  args => {
    let best: Value = null
    for (const arg of args) if (best === null || compare(best, beats, arg)) best = arg
    return best
  }

/** All numbers in the arguments and the lists in them, in order. */
function numbersIn(name: string, args: readonly Value[], host: Host, found: number[] = []): number[] {
  host.spend(args.length)
  for (const arg of args) {
    const number = realOf(arg)
    if (number !== undefined) found.push(number)
    else if (arg instanceof Slice) numbersIn(name, arg.items, host, found)
    else throw new Problem(`invalid argument for ${name} (type ${typeName(arg)})`)
  }
  return found
}

/** Sums of nested lists are taken apart and then added, as upstream does. */
function totalOf(args: readonly Value[], host: Host): number {
  let total = 0
  for (const arg of args) {
    if (arg instanceof Slice && isFlat(arg)) for (const each of arg.items) total += realOf(each) ?? 0
    else if (arg instanceof Slice && arg.type === anySlice) {
      for (const each of arg.items) total += each instanceof Slice ? totalOf([each], host) : (realOf(each) ?? 0)
    } else if (arg instanceof Slice) for (const each of arg.items) total += totalOf([each], host)
    else total += realOf(arg) ?? 0
  }
  return total
}

const isFlat = (list: Slice) => list.type === intSlice || list.type === float64Slice

const middle = (values: readonly number[]): number => {
  if (values.length === 0) return 0
  // Go sorts NaN to the front.
  const sorted = Float64Array.from(values).sort((a, b) =>
    Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a - b,
  )
  const half = sorted.length >> 1
  const upper = sorted[half] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2
}

const mean: BuiltinCall = (args, host) => {
  const count = numbersIn('mean', args, host).length
  return count === 0 ? 0 : totalOf(args, host) / count
}

const median: BuiltinCall = (args, host) => middle(numbersIn('median', args, host))

/** The elements of the only argument as numbers (1.15): signed integers and floats. */
function oldNumbers(name: string, args: readonly Value[], host: Host): (bigint | number)[] {
  const list = argument(args, 0)
  if (!(list instanceof Slice)) throw new Problem(`cannot ${name} ${kindName(list)}`)
  host.spend(list.items.length)
  return list.items.map(each => {
    if (typeof each === 'number' || typeof each === 'bigint') return each
    if (each instanceof Duration) return each.nanos
    if (each instanceof Integer && isSignedKind(each.type.kind)) return each.value
    throw new Problem(`cannot ${name} ${each === null ? 'interface' : kindName(each)}`)
  })
}

const oldSum: BuiltinCall = (args, host) => {
  const numbers = oldNumbers('sum', args, host)
  const firstFloat = numbers.findIndex(each => typeof each === 'number')
  const whole = (firstFloat < 0 ? numbers : numbers.slice(0, firstFloat)).reduce<bigint>(
    (sum, each) => BigInt.asIntN(64, sum + BigInt(each)),
    0n,
  )
  if (firstFloat < 0) return whole
  return numbers.slice(firstFloat).reduce<number>((sum, each) => sum + Number(each), Number(whole))
}

const oldMean: BuiltinCall = (args, host) => {
  const numbers = oldNumbers('mean', args, host)
  return numbers.length === 0 ? 0 : numbers.reduce<number>((sum, each) => sum + Number(each), 0) / numbers.length
}

export const aggregateBuiltins: Record<string, BuiltinCall> = {
  max: extreme('max', '<'),
  min: extreme('min', '>'),
  mean,
  median,
}

export const oldAggregateBuiltins: Record<string, BuiltinCall> = {
  max: oldExtreme('<'),
  min: oldExtreme('>'),
  sum: oldSum,
  mean: oldMean,
  median: (args, host) => middle(oldNumbers('median', args, host).map(Number)),
}
