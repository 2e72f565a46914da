import { compare } from '../go/operators.ts'
import { sortAsGo } from '../go/sort.ts'
import { compareText } from '../go/strings.ts'
import { anySlice, float64Slice, intSlice, isFloatKind, isSignedKind, stringSlice } from '../go/types.ts'
import {
  anySliceOf,
  Dictionary,
  Duration,
  Instant,
  Integer,
  kindName,
  Slice,
  typeName,
  typeOf,
  type Value,
} from '../go/values.ts'
import { Problem } from '../problem.ts'
import { argument, type BuiltinCall, type Host } from './builtin.ts'

/** Sorts pairs of element and key in place by the key. */
export function sortByKeys(items: { value: Value; key: Value }[], descending: boolean, host: Host): void {
  sortAsGo(items, (a, b) => {
    host.spend(1)
    return descending ? compare(b.key, '<', a.key) : compare(a.key, '<', b.key)
  })
}

const sort: BuiltinCall = (args, host) => {
  const list = argument(args, 0)
  const isSortable = list instanceof Slice && [anySlice, intSlice, float64Slice, stringSlice].includes(list.type)
  const order = args.length === 2 ? argument(args, 1) : 'asc'
  if (typeof order !== 'string') throw new Problem(`sort order argument must be a string (got ${typeName(order)})`)
  if (order !== 'asc' && order !== 'desc') throw new Problem(`invalid order ${order}, expected asc or desc`)
  if (!isSortable) return new Slice(anySlice, [], true)
  const items = list.items.map(value => ({ value, key: value }))
  sortByKeys(items, order === 'desc', host)
  host.grow(items.length)
  return anySliceOf(items.map(({ value }) => value))
}

/** `field` where elements are maps (1.15). All keys must be of one type. */
function oldSorted(list: Value, field: string, order: Value | undefined, host: Host): Value {
  if (!(list instanceof Slice)) throw new Problem(`cannot sort ${kindName(list)}`)
  if (order !== undefined && typeof order !== 'string')
    throw new Problem(`invalid argument for sort (expected string, got ${typeOf(order)?.name ?? '%!s(<nil>)'})`)
  if (order !== undefined && order !== 'asc' && order !== 'desc')
    throw new Problem(`invalid argument for sort (expected "asc" or "desc", got ${JSON.stringify(order)})`)
  const items: { value: Value; key: Value }[] = []
  for (const value of list.items) {
    const key = keyOfElement(value, field)
    const first = items[0]?.key ?? key
    if (typeOf(key) !== typeOf(first))
      throw new Problem(`cannot sort array of different types (${sortTypeName(key)} and ${sortTypeName(first)})`)
    items.push({ value, key })
  }
  sortAsGo(items, (a, b) => {
    host.spend(1)
    return order === 'desc' ? oldLess(b.key, a.key) : oldLess(a.key, b.key)
  })
  return anySliceOf(items.map(({ value }) => value))
}

const sortTypeName = (key: Value) => typeOf(key)?.name ?? 'interface {}'

function keyOfElement(value: Value, field: string): Value {
  if (!(value instanceof Dictionary) && !(value instanceof Instant)) return value
  const found = value instanceof Dictionary ? value.get(field) : undefined
  if (found === undefined) throw new Problem('cannot deref <invalid reflect.Value>')
  return found
}

function oldLess(a: Value, b: Value): boolean {
  const type = typeOf(a)
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b) < 0
  if (isSignedKind(type?.kind) || isFloatKind(type?.kind)) return compare(plain(a), '<', plain(b))
  throw new Problem(`sort: unsupported type ${a === null ? 'interface' : kindName(a)}`)
}

const plain = (value: Value): Value =>
  value instanceof Duration ? value.nanos : value instanceof Integer ? value.value : value

export const sortingBuiltins: Record<string, BuiltinCall> = { sort }

export const oldSortingBuiltins: Record<string, BuiltinCall> = {
  sort: (args, host) => oldSorted(argument(args, 0), '', args[1], host),
  sortBy: (args, host) => {
    const field = argument(args, 1)
    if (!(argument(args, 0) instanceof Slice)) throw new Problem(`cannot sort ${kindName(argument(args, 0))}`)
    if (typeof field !== 'string')
      throw new Problem(`invalid argument for sort (expected string, got ${typeOf(field)?.name ?? '%!s(<nil>)'})`)
    return oldSorted(argument(args, 0), field, args[2], host)
  },
}
