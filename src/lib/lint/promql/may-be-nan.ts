import { comparisons, type Expr, withoutParens } from '../../promql/syntax/ast.ts'
import { typeOf } from '../../promql/syntax/check-types.ts'

/**
 * Why a query can be NaN although its metrics are ordinary, for people: a division whose denominator can be 0, a quantile
 * without observations, scalar() of nothing. Undefined where it cannot, or where a comparison filters NaN out.
 */
export function mayBeNaN(expr: Expr): string | undefined {
  switch (expr.kind) {
    case 'paren':
    case 'unary':
    case 'subquery':
      return mayBeNaN(expr.expr)
    case 'aggregate':
      return expr.operator === 'count' || expr.operator === 'group' || expr.operator === 'count_values'
        ? undefined
        : mayBeNaN(expr.expr)
    case 'call':
      return callMayBeNaN(expr.name, expr.args)
    case 'binary':
      return binaryMayBeNaN(expr)
    default:
      return undefined
  }
}

const noNaN: ReadonlySet<string> = new Set([
  'absent',
  'count_over_time',
  'present_over_time',
  'absent_over_time',
  'timestamp',
])

function callMayBeNaN(name: string, args: readonly Expr[]): string | undefined {
  if (noNaN.has(name)) return undefined
  if (name === 'histogram_quantile') return 'a quantile without observations'
  if (name === 'histogram_avg' || name === 'histogram_fraction') return 'a histogram without observations'
  if (name === 'scalar') return 'scalar() of no series'
  for (const arg of args) {
    const why = mayBeNaN(arg)
    if (why !== undefined) return why
  }
  return undefined
}

function binaryMayBeNaN({ operator, left, right, bool }: Expr & { kind: 'binary' }): string | undefined {
  if (comparisons.has(operator)) {
    // A filter lets nothing through that is NaN; only != does.
    if (!bool && operator !== '!=') return undefined
    return bool ? undefined : mayBeNaN(left)
  }
  if (operator === 'and' || operator === 'unless') return mayBeNaN(left)
  if ((operator === '/' || operator === '%') && mayBeZero(right)) return 'a division by zero'
  return mayBeNaN(left) ?? mayBeNaN(right)
}

/** Whether a denominator can be 0; a filter, a positive constant or a lower bound rule it out. */
function mayBeZero(expr: Expr): boolean {
  const inner = withoutParens(expr)
  if (inner.kind === 'number') return inner.value === 0
  if (inner.kind === 'call') {
    if (inner.name === 'clamp_min') return !isPositive(inner.args[1])
    if (inner.name === 'clamp') return !isPositive(inner.args[1])
    if (inner.name === 'vector') return inner.args[0] === undefined || mayBeZero(inner.args[0])
    if (inner.name === 'time' || inner.name === 'pi' || inner.name === 'count_over_time') return false
    if (inner.name === 'scalar' && inner.args[0]) return mayBeZero(inner.args[0])
    return true
  }
  if (inner.kind === 'aggregate')
    return inner.operator !== 'count' && inner.operator !== 'group' && mayBeZero(inner.expr)
  if (inner.kind === 'unary') return mayBeZero(inner.expr)
  if (inner.kind !== 'binary') return true
  const { operator, left, right, bool } = inner
  if (comparisons.has(operator) && !bool) return !excludesZero(operator, right)
  if (operator === '+') return !isPositive(left) && !isPositive(right)
  if (operator === '*' || operator === '/') return mayBeZero(left) || (operator === '*' && mayBeZero(right))
  if (operator === 'or' || operator === 'and' || operator === 'unless')
    return mayBeZero(left) || (operator === 'or' && mayBeZero(right))
  return typeOf(inner) !== 'scalar' || mayBeZero(left)
}

function excludesZero(operator: string, right: Expr): boolean {
  const bound = withoutParens(right)
  if (bound.kind !== 'number') return false
  if (operator === '>') return bound.value >= 0
  if (operator === '>=') return bound.value > 0
  return operator === '!=' && bound.value === 0
}

function isPositive(expr: Expr | undefined): boolean {
  const inner = expr && withoutParens(expr)
  if (inner?.kind === 'call' && inner.name === 'vector') return isPositive(inner.args[0])
  return inner?.kind === 'number' && inner.value > 0
}
