import { power } from '../../expr/go/power.ts'
import { atan2 } from '../functions/go-trigonometry.ts'
import { added } from '../histogram/combine.ts'
import { compacted, divided, type FloatHistogram, multiplied, sameHistogram } from '../histogram/float-histogram.ts'
import { trimmed } from '../histogram/trim.ts'
import { goQuote } from '../labels/quote.ts'
import { type BinaryOperator, comparisons } from '../syntax/ast.ts'
import { isHistogram, type SampleValue } from '../value.ts'

/** The result of an operator on two numbers; comparisons give 1 or 0. */
export function calculate(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    case '^':
      return power(left, right)
    case 'atan2':
      return atan2(left, right)
    case '==':
      return Number(left === right)
    case '!=':
      return Number(left !== right)
    case '<':
      return Number(left < right)
    case '>':
      return Number(left > right)
    case '<=':
      return Number(left <= right)
    case '>=':
      return Number(left >= right)
    default:
      return Number.NaN
  }
}

/** What is to be said about two operands. */
export interface Remark {
  severity: 'warning' | 'info'
  text: string
}

export interface Operated {
  value: SampleValue
  /** Of a comparison: whether it holds. */
  keep: boolean
  remark?: Remark
}

/** Operands that have no result. */
export interface Dropped {
  remark: Remark
}

export function isDropped(result: Operated | Dropped): result is Dropped {
  return !('value' in result)
}

/** Two samples under an operator (engine.go vectorElemBinop). */
export function operate(operator: BinaryOperator, left: SampleValue, right: SampleValue): Operated | Dropped {
  if (isHistogram(left))
    return isHistogram(right) ? ofHistograms(operator, left, right) : withFloat(operator, left, right)
  if (isHistogram(right)) {
    if (operator === '*') return { value: compacted(multiplied(right, left)), keep: true }
    return incompatible('float', operator, 'histogram')
  }
  if (operator === '</' || operator === '>/') return incompatible('float', operator, 'float')
  const result = calculate(operator, left, right)
  return comparisons.has(operator) ? { value: left, keep: result === 1 } : { value: result, keep: true }
}

function incompatible(left: string, operator: BinaryOperator, right: string): Dropped {
  const types = `${goQuote(operator)}: ${left} ${operator} ${right}`
  return { remark: { severity: 'info', text: `incompatible sample types encountered for binary operator ${types}` } }
}

function withFloat(operator: BinaryOperator, left: FloatHistogram, right: number): Operated | Dropped {
  switch (operator) {
    case '*':
      return { value: compacted(multiplied(left, right)), keep: true }
    case '/':
      return { value: compacted(divided(left, right)), keep: true }
    case '</':
    case '>/':
      return { value: trimmed(left, right, operator === '</'), keep: true }
    default:
      return incompatible('histogram', operator, 'float')
  }
}

function ofHistograms(operator: BinaryOperator, left: FloatHistogram, right: FloatHistogram): Operated | Dropped {
  switch (operator) {
    case '+':
    case '-':
      return sumOf(operator, left, right)
    case '==':
    case '!=':
      return { value: left, keep: sameHistogram(left, right) === (operator === '==') }
    default:
      return incompatible('histogram', operator, 'histogram')
  }
}

function sumOf(operator: '+' | '-', left: FloatHistogram, right: FloatHistogram): Operated | Dropped {
  const result = added(left, right, operator === '-')
  if (!result) {
    const text = `incompatible bucket layout encountered for binary operator ${operator}`
    return { remark: { severity: 'warning', text } }
  }
  const name = operator === '+' ? 'addition' : 'subtraction'
  if (result.hintsCollide)
    return { remark: { severity: 'warning', text: `conflicting counter resets during histogram ${name}` } }
  const { histogram } = result
  // A difference is no counter.
  const value = compacted(operator === '-' ? { ...histogram, hint: 'gauge' } : histogram)
  if (!result.boundsReconciled) return { value, keep: true }
  const text = `mismatched custom buckets were reconciled during ${name}`
  return { value, keep: true, remark: { severity: 'info', text } }
}
