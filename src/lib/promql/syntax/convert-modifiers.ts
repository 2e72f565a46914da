import type { SyntaxNode } from '@lezer/common'
import { type Span, SyntaxProblem } from '../problem.ts'
import type { Duration, Expr, MatrixSelector, Subquery, TimeModifiers, VectorSelector } from './ast.ts'
import type { Conversion } from './convert.ts'
import { numberOf } from './convert-durations.ts'

export function matrixSelector(inner: Expr, range: Duration, bracket: Span, span: Span): MatrixSelector {
  if (inner.kind !== 'vector-selector') throw new SyntaxProblem('ranges only allowed for vector selectors', bracket)
  if (inner.offset) throw new SyntaxProblem('no offset modifiers allowed before range', bracket)
  if (inner.at) throw new SyntaxProblem('no @ modifiers allowed before range', bracket)
  return { kind: 'matrix-selector', vector: inner, range, span }
}

export function subquery(expr: Expr, range: Duration, step: Duration | undefined, span: Span): Subquery {
  return { kind: 'subquery', expr, range, span, ...(step ? { step } : {}) }
}

function withModifiers(
  expr: Expr,
  add: (target: TimeModifiers & { span: Span }) => void,
  span: Span,
): Expr | undefined {
  if (expr.kind === 'vector-selector' || expr.kind === 'subquery') {
    const copy = { ...expr }
    add(copy)
    return { ...copy, span: { start: expr.span.start, end: span.end } }
  }
  if (expr.kind !== 'matrix-selector') return undefined
  const vector: VectorSelector = { ...expr.vector }
  // The messages name the whole range selector, not the selector in it.
  const target = { ...vector, span: expr.span }
  add(target)
  return {
    ...expr,
    vector: { ...target, span: vector.span },
    span: { start: expr.span.start, end: span.end },
  }
}

const needsSelector = 'must be preceded by an instant vector selector or range vector selector or a subquery'

export function addOffset(expr: Expr, offset: Duration, span: Span): Expr {
  const changed = withModifiers(
    expr,
    target => {
      const isSet = target.offset && !(target.offset.kind === 'number' && target.offset.value === 0)
      if (isSet) throw new SyntaxProblem('offset may not be set multiple times', expr.span)
      target.offset = offset
    },
    span,
  )
  if (!changed) throw new SyntaxProblem(`offset modifier ${needsSelector}`, expr.span)
  return changed
}

const largestTime = 2 ** 63

export function addAt(conversion: Conversion, expr: Expr, node: SyntaxNode, span: Span): Expr {
  const at = readAt(conversion, node, expr.span)
  const changed = withModifiers(
    expr,
    target => {
      if (target.at) throw new SyntaxProblem('@ <timestamp> may not be set multiple times', expr.span)
      target.at = at
    },
    span,
  )
  if (!changed) throw new SyntaxProblem(`@ modifier ${needsSelector}`, expr.span)
  return changed
}

function readAt(conversion: Conversion, node: SyntaxNode, span: Span): NonNullable<TimeModifiers['at']> {
  if (node.name === 'AtModifierPreprocessors')
    return { kind: conversion.tokenAt(node.from).word === 'start' ? 'start' : 'end' }
  const first = conversion.tokenAt(node.from)
  const isSigned = first.text === '-' || first.text === '+'
  const literal = numberOf(isSigned ? conversion.tokenAfter(first.end) : first)
  const seconds = first.text === '-' ? -literal.value : literal.value
  if (!Number.isFinite(seconds) || Math.abs(seconds) >= largestTime)
    throw new SyntaxProblem(`timestamp out of bounds for @ modifier: ${fixedSix(seconds)}`, span)
  // timestamp.FromFloatSeconds rounds half away from zero.
  return { kind: 'time', timeMs: Math.sign(seconds) * Math.round(Math.abs(seconds) * 1000) }
}

/** Go's %f. */
function fixedSix(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`
}

export function addExtension(expr: Expr, extension: 'anchored' | 'smoothed', span: Span): Expr {
  if (expr.kind === 'subquery')
    throw new SyntaxProblem(`${extension} modifier is not supported for subqueries`, expr.span)
  if (expr.kind !== 'vector-selector' && expr.kind !== 'matrix-selector')
    throw new SyntaxProblem(`${extension} modifier not implemented`, expr.span)
  const vector = expr.kind === 'vector-selector' ? expr : expr.vector
  if (vector.extension && vector.extension !== extension)
    throw new SyntaxProblem('anchored and smoothed modifiers cannot be used together', expr.span)
  if (expr.kind === 'vector-selector') return { ...expr, extension }
  return { ...expr, vector: { ...vector, extension }, span: { start: expr.span.start, end: span.end } }
}
