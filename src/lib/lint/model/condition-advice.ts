import { isScalar } from 'yaml'
import { didYouMean } from '../../values/did-you-mean.ts'
import type { Fix } from '../fix/fix.ts'
import { findNode } from '../sources/lint-document.ts'
import { rangeOf } from '../sources/locate.ts'
import type { ConditionModel } from './condition-model.ts'
import type { TextProblem } from './trial.ts'

export interface Advice {
  hint: string
  fix?: Fix
}

const names = [
  ...['result', 'asInt', 'asFloat', 'isNaN', 'isInf', 'isNil', 'default'],
  ...[
    'len',
    'all',
    'any',
    'none',
    'one',
    'count',
    'filter',
    'map',
    'sum',
    'mean',
    'median',
    'min',
    'max',
    'abs',
    'round',
  ],
]

/** What somebody meant who wrote a condition that does not compile, for the slips that are common. */
export function adviceFor(condition: ConditionModel, problem: TextProblem): Advice | undefined {
  return (
    comment(condition, problem) ??
    equalsSign(condition, problem) ??
    unknownName(condition, problem) ??
    quotedNumber(condition, problem) ??
    listAsNumber(condition, problem) ??
    numberAsList(condition, problem) ??
    word(condition, problem)
  )
}

const replacing = ({ metric, path }: ConditionModel, start: number, end: number, text: string): Fix => ({
  target: { document: metric.document, path, within: { start, end } },
  text,
})

/** A space and `#` begin a comment in YAML, which ends a condition such as `all(result, # < 1)` in the middle. */
function comment({ metric: { document }, path }: ConditionModel, { message }: TextProblem): Advice | undefined {
  if (!message.includes('EOF')) return undefined
  const target = { document, path }
  const { node } = findNode(document, path)
  const range = rangeOf(target)
  if (!isScalar(node) || node.type !== 'PLAIN' || !range || !document.file) return undefined
  const rest = /^[ \t]+#[^\n]*/.exec(document.file.text.slice(range.end))?.[0]
  if (rest === undefined) return undefined
  const hint = 'the # begins a comment in YAML: put the condition in quotes'
  const whole = document.file.text.slice(range.start, range.end) + rest.trimEnd()
  if (/\n/.test(whole)) return { hint }
  const end = range.end + rest.trimEnd().length
  return { hint, fix: { target, range: { start: range.start, end }, text: `'${whole.replace(/'/g, "''")}'` } }
}

/** `=`, `===`, `=<`, `=>` */
function equalsSign(condition: ConditionModel, { message, start }: TextProblem): Advice | undefined {
  if (!message.includes('Operator("=")')) return undefined
  const { text } = condition
  let from = start
  while (text[from - 1] === '=') from--
  const sign = /^=+[<>]?/.exec(text.slice(from))?.[0] ?? '='
  const meant = sign.endsWith('<') ? '<=' : sign.endsWith('>') ? '>=' : '=='
  return { hint: `write ${meant} instead of ${sign}`, fix: replacing(condition, from, from + sign.length, meant) }
}

function unknownName(condition: ConditionModel, { message, start }: TextProblem): Advice | undefined {
  const name = /^unknown name (\w+)/.exec(message)?.[1]
  if (name === undefined) return undefined
  if (/^(?:length|size)$/.test(name))
    return { hint: 'write len(...)', fix: replacing(condition, start, start + name.length, 'len') }
  const near = didYouMean(name, names)
  if (near === undefined)
    return { hint: `conditions know result, ${names.slice(1, 7).join(', ')} and the functions of expr-lang` }
  return { hint: `write ${near}`, fix: replacing(condition, start, start + name.length, near) }
}

/** The only number in quotes of the condition. */
function quotedNumber(condition: ConditionModel, { message }: TextProblem): Advice | undefined {
  if (!/mismatched types (?:float64 and string|string and float64)/.test(message)) return undefined
  const quoted = [...condition.text.matchAll(/(["'])([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\1/g)]
  const [only] = quoted
  const hint = 'a number is compared with a number: leave the quotes away'
  if (only === undefined || quoted.length > 1) return { hint }
  return { hint, fix: replacing(condition, only.index, only.index + only[0].length, only[2] ?? '') }
}

/** A vector where a number is needed. */
function listAsNumber(condition: ConditionModel, { message }: TextProblem): Advice | undefined {
  if (
    !/\[\]float64 and (?:float64|int|string)\b|(?:float64|int) and \[\]float64|use \[\]float64 as|argument for \w+ \(type \[\]float64\)/.test(
      message,
    )
  )
    return undefined
  const isSeveral = condition.metric.query?.description?.mayBeSeveral ?? true
  if (isSeveral)
    return {
      hint: 'result is a list of numbers, one per series: write all(result, # < 0.05), or result[0] where there is only one',
    }
  const bare = [...condition.text.matchAll(/\bresult\b(?!\s*(?:\[|\.|\?))/g)].filter(
    ({ index }) =>
      !/(?:\blen|\ball|\bany|\bnone|\bone|\bcount|\bsum|\bmean|\bmedian|\bfilter|\bmap|\bfirst|\blast|\bisNil|\bdefault)\s*\(\s*$/.test(
        condition.text.slice(0, index),
      ),
  )
  const [only] = bare
  const hint = 'result is a list with one number: write result[0]'
  if (only === undefined || bare.length > 1) return { hint }
  const end = only.index + 'result'.length
  return { hint, fix: replacing(condition, only.index, end, 'result[0]') }
}

/** `result[0]` of a scalar. */
function numberAsList(condition: ConditionModel, { message }: TextProblem): Advice | undefined {
  if (!/^type float64\[int\] is undefined/.test(message)) return undefined
  const indexed = [...condition.text.matchAll(/\bresult\s*\[\s*0\s*\]/g)]
  const [only] = indexed
  const hint = 'the query is a scalar, so result is a number and has no [0]'
  if (only === undefined || indexed.length > 1) return { hint }
  return { hint, fix: replacing(condition, only.index, only.index + only[0].length, 'result') }
}

/** `AND`, `OR`, `NOT` */
function word(condition: ConditionModel, { message, start }: TextProblem): Advice | undefined {
  const found = /Identifier\("(AND|OR|NOT|And|Or|Not)"\)/.exec(message)?.[1]
  if (found === undefined) return undefined
  const meant = found.toLowerCase()
  return { hint: `write ${meant}`, fix: replacing(condition, start, start + found.length, meant) }
}
