import { toInt } from '../go/operators.ts'
import { byteLength, concat, normalized } from '../go/strings.ts'
import * as text from '../go/text.ts'
import { stringSlice } from '../go/types.ts'
import { conversionProblem, Slice, typeOf, type Value } from '../go/values.ts'
import { Problem } from '../problem.ts'
import { argument, type BuiltinCall, type Host, textArgument } from './builtin.ts'

/** No result of one call gets longer; upstream counts bytes for `repeat` only. */
const longestText = 1 << 24

/** Counts text that was made: no condition may fill the memory. */
export function countText(made: string, host: Host): string {
  if (made.length > 10_000) host.spend(made.length >> 4)
  if (made.length > longestText) throw new Problem('memory budget exceeded')
  return made
}

const strings = (parts: readonly string[] | undefined): Slice =>
  new Slice(stringSlice, parts ?? [], parts === undefined)

const limitOf = (args: readonly Value[], at: number) => (args.length > at ? Number(toInt(argument(args, at))) : -1)

const splitter =
  (keep: boolean): BuiltinCall =>
  args =>
    strings(text.split(textArgument(args, 0), textArgument(args, 1), limitOf(args, 2), keep))

const repeat: BuiltinCall = (args, host) => {
  const part = textArgument(args, 0)
  const times = toInt(argument(args, 1))
  if (times < 0n) {
    if (host.dialect === '1.15') throw new Problem('strings: negative Repeat count')
    throw new Problem(`invalid argument for repeat (expected positive integer, got ${times})`)
  }
  if (times > 1_000_000n) throw new Problem('memory budget exceeded')
  const size = byteLength(part) * Number(times)
  if (host.dialect === '1.17') host.grow(size)
  if (size > longestText) throw new Problem('memory budget exceeded')
  host.spend(size >> 4)
  return normalized(part.repeat(Number(times)))
}

const join: BuiltinCall = (args, host) => {
  const glue = args.length === 2 ? textArgument(args, 1) : ''
  const list = argument(args, 0)
  if (!(list instanceof Slice) || (list.type !== stringSlice && list.type.name !== '[]interface {}'))
    throw new Problem(`invalid argument for join (type ${typeOf(list)?.name ?? '%!s(<nil>)'})`)
  const parts = list.items.map(each => {
    if (typeof each !== 'string') throw conversionProblem(each, 'string')
    return each
  })
  return countText(normalized(parts.join(glue)), host)
}

const affix =
  (cut: (text: string, part: string) => string): BuiltinCall =>
  args => {
    // The second argument is looked at first.
    const part = args.length === 2 ? textArgument(args, 1) : ' '
    return cut(textArgument(args, 0), part)
  }

const both =
  <T extends Value>(find: (text: string, part: string) => T): BuiltinCall =>
  args =>
    find(textArgument(args, 0), textArgument(args, 1))

export const textBuiltins: Record<string, BuiltinCall> = {
  trim: args =>
    args.length === 1 ? text.trimSpace(textArgument(args, 0)) : text.trim(textArgument(args, 0), textArgument(args, 1)),
  trimPrefix: affix(text.trimPrefix),
  trimSuffix: affix(text.trimSuffix),
  upper: args => text.changeCase(textArgument(args, 0), true),
  lower: args => text.changeCase(textArgument(args, 0), false),
  split: splitter(false),
  splitAfter: splitter(true),
  replace: (args, host) =>
    countText(
      text.replace(textArgument(args, 0), textArgument(args, 1), textArgument(args, 2), limitOf(args, 3)),
      host,
    ),
  repeat,
  join,
  indexOf: both((whole, part) => BigInt(text.indexOf(whole, part))),
  lastIndexOf: both((whole, part) => BigInt(text.lastIndexOf(whole, part))),
  hasPrefix: both(text.hasPrefix),
  hasSuffix: both(text.hasSuffix),
}

/** `a + b` for texts, counted. */
export function joinTexts(a: string, b: string, host: Host): string {
  if (a.length + b.length > longestText) throw new Problem('memory budget exceeded')
  return countText(concat(a, b), host)
}
