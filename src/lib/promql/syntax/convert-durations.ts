import type { SyntaxNode } from '@lezer/common'
import { goQuote } from '../labels/quote.ts'
import { SyntaxProblem } from '../problem.ts'
import type { Duration, NumberLiteral } from './ast.ts'
import { type Conversion, childrenOf } from './convert.ts'
import type { Token } from './lexer.ts'
import { durationSeconds, numberValue } from './number-token.ts'

const longestSeconds = 2 ** 63 / 1e9

/** A number or duration token as seconds or plain number: the language does not tell them apart. */
export function numberOf(token: Token): NumberLiteral {
  const span = { start: token.start, end: token.end }
  if (token.kind === 'duration') {
    const seconds = durationSeconds(token.text)
    if (typeof seconds !== 'number') throw new SyntaxProblem(seconds.reason, token)
    return { kind: 'number', value: seconds, span }
  }
  const value = numberValue(token.text)
  if (value !== undefined) return { kind: 'number', value, span }
  const reason = /^[\d.]+e[+-]?\d+$/i.test(token.text) ? 'value out of range' : 'invalid syntax'
  const parsing = `strconv.ParseFloat: parsing ${goQuote(token.text)}: ${reason}`
  throw new SyntaxProblem(`error parsing number: ${parsing}`, token)
}

/** Durations in brackets and after `offset`: arithmetic over literals, step() and range(). */
export class DurationReader {
  readonly #conversion: Conversion

  constructor(conversion: Conversion) {
    this.#conversion = conversion
  }

  positive(node: SyntaxNode): Duration {
    const duration = this.#read(node)
    if (duration.kind === 'number' && duration.value <= 0)
      throw new SyntaxProblem('duration must be greater than 0', duration.span)
    return duration
  }

  offset(node: SyntaxNode): Duration {
    return this.#read(node)
  }

  #read(node: SyntaxNode): Duration {
    const span = { start: node.from, end: node.to }
    const token = this.#conversion.tokenAt(node.from)
    if (node.name === 'NumberDurationLiteralInDurationContext') return this.#inRange(numberOf(token))
    const children = childrenOf(node)
    const [first, second, third] = children
    if (!first) throw new SyntaxProblem('unexpected syntax', span)
    switch (first.name) {
      case 'UnaryOp': {
        if (!second) throw new SyntaxProblem('unexpected syntax', span)
        const operand = this.#read(second)
        if (token.text === '+') return operand
        if (operand.kind !== 'number') return { kind: 'duration', operator: '-', right: operand, span }
        return this.#inRange({ kind: 'number', value: -operand.value, span })
      }
      case 'DurationStep':
        return { kind: 'duration', operator: 'step', span }
      case 'DurationRange':
        return { kind: 'duration', operator: 'range', span }
      case 'DurationMinOf':
      case 'DurationMaxOf':
        if (!second || !third) throw new SyntaxProblem('unexpected syntax', span)
        return {
          kind: 'duration',
          operator: first.name === 'DurationMinOf' ? 'min_of' : 'max_of',
          left: this.#read(second),
          right: this.#read(third),
          span,
        }
    }
    if (!second) {
      const inner = this.#read(first)
      // In parentheses even a literal counts as arithmetic: it is checked when the query starts, not when it is read.
      const isWrapped = token.text === '('
      if (!isWrapped) return inner
      return inner.kind === 'number' ? { kind: 'duration', operator: '+', right: inner, span } : inner
    }
    if (!third) throw new SyntaxProblem('unexpected syntax', span)
    return this.#arithmetic(first, this.#conversion.tokenAt(second.from), third)
  }

  #arithmetic(leftNode: SyntaxNode, operatorToken: Token, rightNode: SyntaxNode): Duration {
    const left = this.#read(leftNode)
    const right = this.#read(rightNode)
    const operator = operatorToken.text as '+' | '-' | '*' | '/' | '%' | '^'
    if (right.kind === 'number' && right.value === 0 && (operator === '/' || operator === '%'))
      throw new SyntaxProblem(operator === '/' ? 'division by zero' : 'modulo by zero', operatorToken)
    return { kind: 'duration', operator, left, right, span: { start: left.span.start, end: right.span.end } }
  }

  #inRange(literal: NumberLiteral): NumberLiteral {
    if (literal.value > longestSeconds || literal.value < -longestSeconds)
      throw new SyntaxProblem('duration out of range', literal.span)
    return literal
  }
}
