import { equal } from '../go/equality.ts'
import { elementAt, fetchFrom, lengthOf, lookUp, methodOf } from '../go/fetch.ts'
import { format, sortedEntries } from '../go/format.ts'
import { toInt } from '../go/operators.ts'
import { byteLength, runeCount } from '../go/strings.ts'
import { anyMap, anySlice, isSignedKind, pairSlice, pairType, stringType } from '../go/types.ts'
import {
  anySliceOf,
  conversionProblem,
  Dictionary,
  Duration,
  Instant,
  Integer,
  keyOf,
  kindName,
  Slice,
  typeOf,
  type Value,
} from '../go/values.ts'
import { Problem } from '../problem.ts'
import { argument, type BuiltinCall, type Host } from './builtin.ts'

const len: BuiltinCall = (args, host) => {
  const value = argument(args, 0)
  return typeof value === 'string' && host.dialect === '1.17' ? BigInt(runeCount(value)) : lengthOf(value)
}

/** An end of a list; nil for whatever cannot be indexed. */
const end =
  (index: bigint): BuiltinCall =>
  (args, host) => {
    try {
      return fetchFrom(argument(args, 0), index, host.dialect)
    } catch (error) {
      if (error instanceof Problem) return null
      throw error
    }
  }

const oldGet: BuiltinCall = (args, host) => {
  try {
    return fetchFrom(argument(args, 0), argument(args, 1), host.dialect)
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}

/** Like an index, but nil where there is nothing; a key of the wrong type still is an error. */
const get: BuiltinCall = (args, host) => {
  if (host.dialect === '1.15') return oldGet(args, host)
  const [from, key] = [argument(args, 0), argument(args, 1)]
  const method = methodOf(from, key)
  if (method) return method
  if (typeof from === 'string') return elementAt(from, toInt(key), byteLength(from)) ?? null
  if (from instanceof Slice) return elementAt(from, toInt(key), from.items.length) ?? null
  if (from instanceof Dictionary) return lookUp(from, key) ?? null
  if (from instanceof Instant && typeof key !== 'string') throw conversionProblem(key, stringType.name)
  return null
}

const take: BuiltinCall = args => {
  const [list, count] = [argument(args, 0), argument(args, 1)]
  if (!(list instanceof Slice)) throw new Problem(`cannot take from ${kindName(list)}`)
  const wanted = count instanceof Duration ? count.nanos : count instanceof Integer ? count.value : count
  if (typeof wanted !== 'bigint' || !isSignedKind(typeOf(count)?.kind))
    throw new Problem(`cannot take ${kindName(count)} elements`)
  if (list.type.kind === 'array') throw new Problem('reflect.Value.Slice: slice of unaddressable array')
  if (wanted < 0n) throw new Problem('reflect.Value.Slice: slice index out of bounds')
  return list.cut(0, Math.min(Number(wanted), list.items.length))
}

/** In the order of keys; Go's own order is random. */
const entriesOf = (args: readonly Value[], host: Host, complaint: (kind: string) => string) => {
  const map = argument(args, 0)
  if (!(map instanceof Dictionary)) throw new Problem(complaint(kindName(map)))
  host.spend(map.entries.size)
  return sortedEntries(map)
}

const keys: BuiltinCall = (args, host) =>
  anySliceOf(entriesOf(args, host, kind => `cannot get keys from ${kind}`).map(([key]) => key))

const values: BuiltinCall = (args, host) =>
  anySliceOf(entriesOf(args, host, kind => `cannot get values from ${kind}`).map(([, value]) => value))

const toPairs: BuiltinCall = (args, host) =>
  new Slice(
    pairSlice,
    entriesOf(args, host, kind => `cannot transform ${kind} to pairs`).map(entry => new Slice(pairType, entry)),
  )

const fromPairs: BuiltinCall = (args, host) => {
  const list = argument(args, 0)
  if (!(list instanceof Slice)) throw new Problem(`cannot transform ${format(list)} from pairs`)
  host.spend(list.items.length)
  const entries = new Map<unknown, readonly [Value, Value]>()
  for (const pair of list.items) {
    if (!(pair instanceof Slice)) throw new Problem(`invalid pair ${format(pair)}`)
    if (pair.items.length !== 2) throw new Problem(`invalid pair length ${format(pair)}`)
    const [key = null, value = null] = pair.items
    entries.set(keyOf(key), [key, value])
  }
  return new Dictionary(anyMap, entries)
}

function listArgument(value: Value, verb: string): Slice {
  if (value instanceof Slice) return value
  throw new Problem(`cannot ${verb} ${kindName(value)}`)
}

const reverse: BuiltinCall = (args, host) => {
  const { items } = listArgument(argument(args, 0), 'reverse')
  host.grow(items.length)
  return anySliceOf(items.toReversed())
}

const uniq: BuiltinCall = (args, host) => {
  const kept: Value[] = []
  for (const each of listArgument(argument(args, 0), 'uniq').items) {
    host.spend(kept.length + 1)
    if (!kept.some(other => equal(each, other, host.dialect, steps => host.spend(steps)))) kept.push(each)
  }
  return anySliceOf(kept)
}

const concat: BuiltinCall = (args, host) => {
  const all = args.flatMap(arg => listArgument(arg, 'concat').items)
  host.grow(all.length)
  return new Slice(anySlice, all, all.length === 0)
}

const flatten: BuiltinCall = (args, host) => {
  const flat: Value[] = []
  const add = (items: readonly Value[]) => {
    host.spend(items.length + 1)
    for (const each of items) {
      if (each instanceof Slice) add(each.items)
      else flat.push(each)
    }
  }
  add(listArgument(argument(args, 0), 'flatten').items)
  host.grow(flat.length)
  return anySliceOf(flat)
}

export const collectionBuiltins: Record<string, BuiltinCall> = {
  len,
  first: end(0n),
  last: end(-1n),
  get,
  take,
  keys,
  values,
  toPairs,
  fromPairs,
  reverse,
  uniq,
  concat,
  flatten,
}
