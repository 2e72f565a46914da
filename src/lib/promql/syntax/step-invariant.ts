import { type Expr, withoutParens } from './ast.ts'

/** Functions of the evaluation time (functions.go AtModifierUnsafeFunctions). */
const timeDependent: ReadonlySet<string> = new Set([
  ...['days_in_month', 'day_of_month', 'day_of_week', 'day_of_year', 'hour', 'minute', 'month', 'year'],
  ...['predict_linear', 'time', 'timestamp'],
])

const known = new WeakMap<Expr, boolean>()

/** Whether an expression has the same value at every step, so that it is evaluated once (engine.go preprocessExprHelper). */
export function isStepInvariant(expr: Expr): boolean {
  const decided = known.get(expr)
  if (decided !== undefined) return decided
  const result = decide(expr)
  known.set(expr, result)
  return result
}

function decide(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return true
    case 'vector-selector':
    case 'subquery':
      return expr.at !== undefined
    case 'matrix-selector':
      return expr.vector.at !== undefined
    case 'paren':
    case 'unary':
    case 'aggregate':
      return isStepInvariant(expr.expr)
    case 'binary':
      return isStepInvariant(expr.left) && isStepInvariant(expr.right)
    case 'call': {
      const args = expr.args.map(withoutParens)
      if (!args.every(isStepInvariant)) return false
      // timestamp() of a selector is the time of the sample, not of the evaluation.
      if (expr.name === 'timestamp') return args.every(arg => arg.kind === 'vector-selector')
      return !timeDependent.has(expr.name)
    }
  }
}
