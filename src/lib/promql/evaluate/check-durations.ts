import type { Expr } from '../syntax/ast.ts'
import { type DurationContext, resolveSeconds } from './durations.ts'

/** Works out every duration once before anything is evaluated, as the server does when a query starts. */
export function checkDurations(expr: Expr, context: DurationContext): void {
  switch (expr.kind) {
    case 'vector-selector':
      if (expr.offset) resolveSeconds(expr.offset, context, true)
      break
    case 'matrix-selector':
      resolveSeconds(expr.range, context, false)
      checkDurations(expr.vector, context)
      break
    case 'subquery':
      if (expr.offset) resolveSeconds(expr.offset, context, true)
      if (expr.step) resolveSeconds(expr.step, context, false)
      resolveSeconds(expr.range, context, false)
      checkDurations(expr.expr, context)
      break
    case 'paren':
    case 'unary':
      checkDurations(expr.expr, context)
      break
    case 'aggregate':
      if (expr.param) checkDurations(expr.param, context)
      checkDurations(expr.expr, context)
      break
    case 'binary':
      checkDurations(expr.left, context)
      checkDurations(expr.right, context)
      break
    case 'call':
      for (const arg of expr.args) checkDurations(arg, context)
  }
}
