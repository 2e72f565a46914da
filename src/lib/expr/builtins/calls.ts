import type { Dialect } from '../dialect.ts'
import { fromBase64, toBase64 } from '../go/base64.ts'
import { decodeJson } from '../go/json-decode.ts'
import { encodeJson } from '../go/json-encode.ts'
import { aggregateBuiltins, oldAggregateBuiltins } from './aggregates.ts'
import { argument, type BuiltinCall, textArgument } from './builtin.ts'
import { collectionBuiltins } from './collections.ts'
import { numberBuiltins } from './numbers.ts'
import { oldSortingBuiltins, sortingBuiltins } from './sorting.ts'
import { countText, textBuiltins } from './text.ts'
import { timeBuiltins } from './time.ts'

const encodingBuiltins: Record<string, BuiltinCall> = {
  toJSON: (args, host) => countText(encodeJson(argument(args, 0)), host),
  fromJSON: args => decodeJson(textArgument(args, 0)),
  toBase64: (args, host) => countText(toBase64(textArgument(args, 0)), host),
  fromBase64: args => fromBase64(textArgument(args, 0)),
}

const common = { ...textBuiltins, ...numberBuiltins, ...collectionBuiltins, ...encodingBuiltins, ...timeBuiltins }

const calls: Record<Dialect, ReadonlyMap<string, BuiltinCall>> = {
  '1.15': new Map(Object.entries({ ...common, ...oldAggregateBuiltins, ...oldSortingBuiltins })),
  '1.17': new Map(Object.entries({ ...common, ...aggregateBuiltins, ...sortingBuiltins })),
}

/** The builtins without predicate; those with one are part of the evaluator (evaluate/predicates.ts). */
export const builtinCall = (name: string, dialect: Dialect): BuiltinCall | undefined => calls[dialect].get(name)
