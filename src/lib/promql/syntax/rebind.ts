import type { Binary, BinaryOperator, Expr } from './ast.ts'

const precedence: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '>': 3,
  '<=': 3,
  '>=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
}
const unaryPrecedence = 5

/**
 * The grammar takes `a - b offset 5m` for `(a - b) offset 5m`; the server binds every modifier to the selector before it.
 * Applies a modifier to the last operand of an expression without parentheses.
 */
export function onLastOperand(expr: Expr, apply: (operand: Expr) => Expr): Expr {
  if (expr.kind === 'binary') {
    const right = onLastOperand(expr.right, apply)
    return { ...expr, right, span: { start: expr.span.start, end: right.span.end } }
  }
  if (expr.kind === 'unary') {
    const inner = onLastOperand(expr.expr, apply)
    return { ...expr, expr: inner, span: { start: expr.span.start, end: inner.span.end } }
  }
  return apply(expr)
}

/** The same binary expression with what the grammar bound too early to its left taken apart again. */
export function rebound(expr: Binary): Expr {
  const { left } = expr
  const own = precedence[expr.operator]
  const takes = (other: number) => other < own || (other === own && expr.operator === '^')
  if (left.kind === 'binary' && takes(precedence[left.operator])) {
    const right = rebound(withLeft(expr, left.right))
    return { ...left, right, span: { start: left.span.start, end: right.span.end } }
  }
  if (left.kind === 'unary' && unaryPrecedence < own) {
    const inner = rebound(withLeft(expr, left.expr))
    return { ...left, expr: inner, span: { start: left.span.start, end: inner.span.end } }
  }
  return expr
}

function withLeft(expr: Binary, left: Expr): Binary {
  return { ...expr, left, span: { start: left.span.start, end: expr.span.end } }
}
