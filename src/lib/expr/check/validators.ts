import type { Dialect } from '../dialect.ts'
import {
  anyMap,
  anySlice,
  anyType,
  float64Type,
  type GoType,
  intType,
  isFloatKind,
  isIntegerKind,
  isSignedKind,
  type Kind,
  locationType,
  timeType,
} from '../go/types.ts'

/** The type of an argument, or undefined for the literal nil. */
type Argument = GoType | undefined

/** The type of the result, or what is wrong with the arguments. */
type Validator = (args: readonly Argument[]) => GoType | string

const nameOf = (argument: Argument) => argument?.name ?? '%!s(<nil>)'
const isNumeric = (kind: Kind | undefined) => isIntegerKind(kind) || isFloatKind(kind)
const isList = (kind: Kind | undefined) => kind === 'slice' || kind === 'array'
const isAnyKind = (kind: Kind | undefined) => kind === 'interface'

/** A validator looks through pointers from 1.17 on. */
const kindOf = (argument: Argument): Kind | undefined =>
  argument?.kind === 'ptr' ? argument.elem?.kind : argument?.kind

const wrongCount = (expected: number | string, args: readonly Argument[]) =>
  `invalid number of arguments (expected ${expected}, got ${args.length})`

/** One argument of the given kinds; `result` may depend on it. */
const unary =
  (
    accepts: (kind: Kind | undefined) => boolean,
    result: GoType | ((argument: GoType) => GoType),
    complaint: (argument: Argument) => string,
  ): Validator =>
  args => {
    if (args.length !== 1) return wrongCount(1, args)
    const [argument] = args
    if (!argument || !accepts(kindOf(argument))) return complaint(argument)
    return typeof result === 'function' ? result(argument) : result
  }

const invalidFor = (name: string) => (argument: Argument) => `invalid argument for ${name} (type ${nameOf(argument)})`
const cannot = (what: string) => (argument: Argument) => `cannot ${what} ${nameOf(argument)}`

const numberOrAny = (kind: Kind | undefined) => isNumeric(kind) || isAnyKind(kind)
const convertible = (kind: Kind | undefined) => numberOrAny(kind) || kind === 'string'
const listOrAny = (kind: Kind | undefined) => isList(kind) || isAnyKind(kind)
const mapOrAny = (kind: Kind | undefined) => kind === 'map' || isAnyKind(kind)
const hasLength = (kind: Kind | undefined) => listOrAny(kind) || kind === 'map' || kind === 'string'
const element = (argument: GoType) => (argument.kind === 'interface' ? anyType : (argument.elem ?? anyType))

const take: Validator = args => {
  if (args.length !== 2) return wrongCount(2, args)
  const [from, count] = args
  if (!from || !listOrAny(kindOf(from))) return `cannot take from ${nameOf(from)}`
  if (!isAnyKind(kindOf(count)) && !isSignedKind(kindOf(count))) return `cannot take ${nameOf(count)} elements`
  return from
}

const common: Record<string, Validator> = {
  len: unary(hasLength, intType, invalidFor('len')),
  abs: unary(numberOrAny, argument => argument, invalidFor('abs')),
  ceil: unary(numberOrAny, float64Type, invalidFor('ceil')),
  floor: unary(numberOrAny, float64Type, invalidFor('floor')),
  int: unary(convertible, intType, invalidFor('int')),
  float: unary(convertible, float64Type, invalidFor('float')),
  first: unary(listOrAny, element, cannot('get first element from')),
  last: unary(listOrAny, element, cannot('get last element from')),
  take,
  keys: unary(mapOrAny, anySlice, cannot('get keys from')),
  values: unary(mapOrAny, anySlice, cannot('get values from')),
  toPairs: unary(mapOrAny, anySlice, argument => `cannot transform ${nameOf(argument)} to pairs`),
  fromPairs: unary(listOrAny, anyMap, argument => `cannot transform ${nameOf(argument)} from pairs`),
}

/** max, min, mean, median: numbers, until the first argument that can hold many. */
const aggregate =
  (name: string, lists: boolean): Validator =>
  args => {
    const [first] = args
    if (args.length === 0) return `not enough arguments to call ${name}`
    for (const argument of args) {
      const kind = kindOf(argument)
      if (isAnyKind(kind) || (lists && isList(kind))) return anyType
      if (!isNumeric(kind)) return `invalid argument for ${name} (type ${nameOf(argument)})`
    }
    return first ?? anyType
  }

const now: Validator = args => {
  if (args.length === 0) return timeType
  return args.length === 1 && args[0] === locationType ? timeType : wrongCount(0, args)
}

const date: Validator = args => {
  if (args.length < 1) return wrongCount('at least 1', args)
  const rest = args[0] === locationType ? args.slice(1) : args
  return rest.length > 3 ? wrongCount('at most 3', rest) : timeType
}

const concat: Validator = args => {
  if (args.length === 0) return wrongCount('at least 1', args)
  for (const argument of args) if (!listOrAny(kindOf(argument))) return `cannot concat ${nameOf(argument)}`
  return anySlice
}

const since17: Record<string, Validator> = {
  round: unary(numberOrAny, float64Type, invalidFor('round')),
  max: aggregate('max', true),
  min: aggregate('min', true),
  mean: aggregate('mean', true),
  median: aggregate('median', true),
  now,
  date,
  concat,
  reverse: unary(listOrAny, anySlice, cannot('reverse')),
  uniq: unary(listOrAny, anySlice, cannot('uniq')),
  flatten: unary(listOrAny, anySlice, cannot('flatten')),
}

const isText = (argument: Argument) => argument?.kind === 'string' || argument?.kind === 'interface'
const notText = (argument: Argument) => `invalid argument for sort (expected string, got ${nameOf(argument)})`

const oldSort: Validator = args => {
  if (args.length !== 1 && args.length !== 2) return wrongCount('1 or 2', args)
  const [array, order] = args
  if (!listOrAny(array?.kind)) return `cannot sort ${nameOf(array)}`
  return args.length === 2 && !isText(order) ? notText(order) : anySlice
}

const oldSortBy: Validator = args => {
  if (args.length !== 2 && args.length !== 3) return wrongCount('2 or 3', args)
  const [array, field, order] = args
  if (!listOrAny(array?.kind)) return `cannot sort ${nameOf(array)}`
  // The wrong order is reported with the field's type.
  return !isText(field) || (args.length === 3 && !isText(order)) ? notText(field) : anySlice
}

const until15: Record<string, Validator> = {
  round: unary(numberOrAny, float64Type, invalidFor('floor')),
  max: aggregate('max', false),
  min: aggregate('min', false),
  sum: unary(listOrAny, anyType, cannot('sum')),
  mean: unary(listOrAny, float64Type, cannot('avg')),
  median: unary(listOrAny, float64Type, cannot('median')),
  sort: oldSort,
  sortBy: oldSortBy,
}

const validators: Record<Dialect, ReadonlyMap<string, Validator>> = {
  '1.15': new Map(Object.entries({ ...common, ...until15 })),
  '1.17': new Map(Object.entries({ ...common, ...since17 })),
}

/** How the arguments of a builtin without fixed signatures are checked (its Validate in builtin/builtin.go). */
export const validatorOf = (name: string, dialect: Dialect): Validator | undefined => validators[dialect].get(name)
