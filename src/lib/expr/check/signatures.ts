import type { Dialect } from '../dialect.ts'
import {
  anyMap,
  anySlice,
  anyType,
  boolType,
  durationType,
  errorType,
  float64Slice,
  funcOf,
  type GoType,
  groupsType,
  intSlice,
  intType,
  locationType,
  stringSlice,
  stringType,
  timeType,
} from '../go/types.ts'

const s = stringType
const predicate = funcOf([anyType], [boolType])
const twoText = funcOf([s, s], [s])
const testText = funcOf([s, s], [boolType])
const findText = funcOf([s, s], [intType])
const bits = funcOf([intType, intType], [intType])
const joins = [
  funcOf([stringSlice, s], [s]),
  funcOf([anySlice, s], [s]),
  funcOf([anySlice], [s]),
  funcOf([stringSlice, s], [s]),
  funcOf([stringSlice], [s]),
]
const splits = [funcOf([s, s], [stringSlice]), funcOf([s, s, intType], [stringSlice])]
const sortable = [anySlice, intSlice, float64Slice, stringSlice]

/** Overloads in the order in which they are tried; the last one's complaint is reported (builtin/builtin.go). */
const common: Record<string, readonly GoType[]> = {
  all: [funcOf([anySlice, predicate], [boolType])],
  none: [funcOf([anySlice, predicate], [boolType])],
  any: [funcOf([anySlice, predicate], [boolType])],
  one: [funcOf([anySlice, predicate], [boolType])],
  filter: [funcOf([anySlice, predicate], [anySlice])],
  map: [funcOf([anySlice, funcOf([anyType], [anyType])], [anySlice])],
  find: [funcOf([anySlice, predicate], [anyType])],
  findIndex: [funcOf([anySlice, predicate], [intType])],
  findLast: [funcOf([anySlice, predicate], [anyType])],
  findLastIndex: [funcOf([anySlice, predicate], [intType])],
  count: [funcOf([anySlice, predicate], [intType])],
  groupBy: [funcOf([anySlice, funcOf([anyType], [anyType])], [groupsType])],
  reduce: [funcOf([anySlice, funcOf([anyType, anyType], [anyType]), anyType], [anyType])],
  type: [funcOf([anyType], [s])],
  string: [funcOf([anyType], [s])],
  trim: [funcOf([s], [s]), twoText],
  trimPrefix: [twoText, funcOf([s], [s])],
  trimSuffix: [twoText, funcOf([s], [s])],
  upper: [funcOf([s], [s])],
  lower: [funcOf([s], [s])],
  split: splits,
  splitAfter: splits,
  replace: [funcOf([s, s, s, intType], [s]), funcOf([s, s, s], [s])],
  repeat: [funcOf([s, intType], [s])],
  join: joins,
  indexOf: [findText],
  lastIndexOf: [findText],
  hasPrefix: [testText],
  hasSuffix: [testText],
  toJSON: [funcOf([anyType], [s])],
  fromJSON: [funcOf([s], [anyType])],
  toBase64: [funcOf([s], [s])],
  fromBase64: [funcOf([s], [s])],
  duration: [funcOf([s], [durationType, errorType])],
}

const added: Record<string, readonly GoType[]> = {
  sum: [funcOf([anySlice, predicate], [intType])],
  sortBy: [funcOf([anySlice, predicate, s], [anySlice])],
  timezone: [funcOf([s], [locationType, errorType])],
  sort: [
    ...sortable.map(array => funcOf([array, s], [anySlice])),
    ...[anySlice, float64Slice, stringSlice, intSlice].map(array => funcOf([array], [anySlice])),
  ],
  bitand: [bits],
  bitor: [bits],
  bitxor: [bits],
  bitnand: [bits],
  bitshl: [bits],
  bitshr: [bits],
  bitushr: [bits],
  bitnot: [funcOf([intType], [intType])],
}

const replaced: Record<string, readonly GoType[]> = {
  now: [funcOf([], [timeType])],
  date: [funcOf([s], [timeType]), funcOf([s, s], [timeType]), funcOf([s, s, s], [timeType])],
}

const signatures: Record<Dialect, ReadonlyMap<string, readonly GoType[]>> = {
  '1.15': new Map(Object.entries({ ...common, ...replaced })),
  '1.17': new Map(Object.entries({ ...common, ...added })),
}

/** The overloads of a builtin that is checked by them; the others have a validator (validators.ts). */
export const signaturesOf = (name: string, dialect: Dialect): readonly GoType[] | undefined =>
  signatures[dialect].get(name)

/** `fromPairs` and its like say map[interface {}]interface {} of what they return. */
export const pairsResult = anyMap
