import { joinTexts } from '../builtins/text.ts'
import type { Dialect } from '../dialect.ts'
import {
  add,
  type Comparison,
  compare,
  divide,
  exponent,
  multiply,
  remainder,
  subtract,
  toInt,
} from '../go/operators.ts'
import { matches } from '../go/regular-expression.ts'
import { fromBytes } from '../go/strings.ts'
import { contains, hasPrefix, hasSuffix } from '../go/text.ts'
import { byteSlice, intSlice } from '../go/types.ts'
import { conversionProblem, Integer, isNil, Slice, type Value } from '../go/values.ts'
import { Problem } from '../problem.ts'
import type { Machine } from './machine.ts'
import { isIn } from './membership.ts'

type Operation = (a: Value, b: Value, machine: Machine) => Value

/** What a binary operator does with its operands; the lazy ones and equality are the compiler's. */
export function operationOf(operator: string, dialect: Dialect): Operation {
  switch (operator) {
    case '<':
    case '>':
    case '<=':
    case '>=':
      return (a, b) => compare(a, operator satisfies Comparison, b)
    case '+':
      return (a, b, machine) => (typeof a === 'string' && typeof b === 'string' ? joinTexts(a, b, machine) : add(a, b))
    case '-':
      return subtract
    case '*':
      return multiply
    case '/':
      return divide
    case '%':
      return remainder
    case '**':
    case '^':
      return exponent
    case 'in':
      return (a, b, machine) => isIn(a, b, machine)
    case '..':
      return range
    case 'matches':
      return (a, b) => {
        if (dialect === '1.17' && (isNil(a) || isNil(b))) return false
        if (typeof b !== 'string') throw conversionProblem(b, 'string')
        return matchesText(a, b, dialect)
      }
    case 'contains':
      return textTest(contains, dialect)
    case 'startsWith':
      return textTest(hasPrefix, dialect)
    case 'endsWith':
      return textTest(hasSuffix, dialect)
  }
  throw new Problem(`unknown operator (${operator})`)
}

/** From 1.17 on nil contains nothing; before, it is an error. */
const textTest =
  (test: (text: string, part: string) => boolean, dialect: Dialect): Operation =>
  (a, b) => {
    if (dialect === '1.17' && (isNil(a) || isNil(b))) return false
    // Go evaluates the assertions of both arguments from the left.
    if (typeof a !== 'string') throw conversionProblem(a, 'string')
    if (typeof b !== 'string') throw conversionProblem(b, 'string')
    return test(a, b)
  }

export function matchesText(value: Value, pattern: string, dialect: Dialect): boolean {
  if (dialect === '1.17' && isNil(value)) return false
  if (typeof value === 'string') return matches(pattern, value)
  if (dialect === '1.17' && value instanceof Slice && value.type === byteSlice) return matches(pattern, textOf(value))
  throw conversionProblem(value, dialect === '1.17' ? '[]uint8' : 'string')
}

const textOf = (bytes: Slice): string =>
  fromBytes(Uint8Array.from(bytes.items, each => Number(each instanceof Integer ? each.value : 0n)))

function range(a: Value, b: Value, machine: Machine): Value {
  const from = toInt(a)
  const to = toInt(b)
  const size = Math.max(Number(BigInt.asIntN(64, to - from + 1n)), 0)
  machine.grow(size)
  return new Slice(
    intSlice,
    Array.from({ length: size }, (_, at) => from + BigInt(at)),
  )
}
