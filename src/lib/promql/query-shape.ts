import { type Binary, comparisons, type Expr } from './syntax/ast.ts'
import { typeOf } from './syntax/check-types.ts'

/** Whether the series of an expression can still have a label that its selectors have. */
export function keepsLabel(expr: Expr, label: string): boolean {
  switch (expr.kind) {
    case 'paren':
    case 'unary':
    case 'subquery':
      return keepsLabel(expr.expr, label)
    case 'vector-selector':
    case 'matrix-selector':
      return true
    case 'aggregate': {
      const isInList = expr.grouping.includes(label)
      const isKept = expr.operator === 'topk' || expr.operator === 'bottomk' || isInList !== expr.without
      return isKept && keepsLabel(expr.expr, label)
    }
    case 'binary':
      return binaryKeepsLabel(expr, label)
    case 'call':
      if (expr.name === 'absent' || expr.name === 'absent_over_time' || expr.name === 'vector') return false
      if (expr.name === 'histogram_quantile' && label === 'le') return false
      if ((expr.name === 'label_replace' || expr.name === 'label_join') && namesTarget(expr.args, label)) return true
      return expr.args.some(arg => typeOf(arg) !== 'scalar' && typeOf(arg) !== 'string' && keepsLabel(arg, label))
    default:
      return false
  }
}

function namesTarget(args: readonly Expr[], label: string): boolean {
  const target = args[1]
  return target?.kind === 'string' && target.value === label
}

function binaryKeepsLabel({ operator, left, right, matching }: Binary, label: string): boolean {
  if (typeOf(left) === 'scalar') return keepsLabel(right, label)
  if (typeOf(right) === 'scalar' || operator === 'and' || operator === 'unless') return keepsLabel(left, label)
  if (operator === 'or') return keepsLabel(left, label) || keepsLabel(right, label)
  if (matching.include.includes(label)) return true
  if (matching.card === 'many-to-one') return keepsLabel(left, label)
  if (matching.card === 'one-to-many') return keepsLabel(right, label)
  return matching.labels.includes(label) === matching.on && keepsLabel(left, label) && keepsLabel(right, label)
}

/** Whether a vector can hold several series, as far as the form of the query decides; false for a scalar. */
export function mayBeSeveral(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return false
    case 'paren':
    case 'unary':
    case 'subquery':
      return mayBeSeveral(expr.expr)
    case 'vector-selector':
    case 'matrix-selector':
      return true
    case 'aggregate': {
      if (!mayBeSeveral(expr.expr)) return false
      if (expr.operator === 'count_values') return true
      const isRanking = expr.operator === 'topk' || expr.operator === 'bottomk'
      const picksOne = isRanking && expr.param?.kind === 'number' && expr.param.value <= 1
      return expr.without || expr.grouping.length > 0 || (isRanking && !picksOne)
    }
    case 'binary': {
      const { left, right, matching, operator } = expr
      if (operator === 'or')
        return matching.on ? matching.labels.length > 0 || mayBeSeveral(left) : !isOneLabelless(expr)
      if (operator === 'and' || operator === 'unless') return mayBeSeveral(left)
      if (typeOf(left) === 'scalar' || typeOf(right) === 'scalar') return mayBeSeveral(left) || mayBeSeveral(right)
      if (matching.card === 'many-to-one') return mayBeSeveral(left)
      if (matching.card === 'one-to-many') return mayBeSeveral(right)
      return mayBeSeveral(left) && mayBeSeveral(right) && !(matching.on && matching.labels.length === 0)
    }
    case 'call':
      if (expr.name === 'absent' || expr.name === 'absent_over_time') return false
      return expr.args.some(arg => typeOf(arg) !== 'scalar' && mayBeSeveral(arg)) && typeOf(expr) !== 'scalar'
  }
}

/** `sum(a) or vector(0)`: both sides are one series without labels, so the right one only stands in. */
function isOneLabelless({ left, right }: Binary): boolean {
  return isLabelless(left) && isLabelless(right)
}

function isLabelless(expr: Expr): boolean {
  switch (expr.kind) {
    case 'paren':
    case 'unary':
      return isLabelless(expr.expr)
    case 'aggregate':
      return !expr.without && expr.grouping.length === 0 && !['topk', 'bottomk', 'count_values'].includes(expr.operator)
    case 'binary': {
      const scalars = [typeOf(expr.left), typeOf(expr.right)].map(type => type === 'scalar')
      if (scalars[0]) return isLabelless(expr.right)
      if (scalars[1]) return isLabelless(expr.left)
      return isLabelless(expr.left) && isLabelless(expr.right)
    }
    case 'call':
      if (expr.name === 'vector') return true
      if (expr.name === 'absent' || expr.name.startsWith('label_')) return false
      return (
        expr.args.some(arg => typeOf(arg) === 'vector') &&
        expr.args.every(arg => typeOf(arg) !== 'vector' || isLabelless(arg))
      )
    default:
      return false
  }
}

/** Whether a vector is empty when its metrics have no samples; false for a scalar. */
export function mayBeEmpty(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return false
    case 'paren':
    case 'unary':
    case 'subquery':
    case 'aggregate':
      return mayBeEmpty(expr.expr)
    case 'vector-selector':
    case 'matrix-selector':
      return true
    case 'binary': {
      const { operator, left, right } = expr
      if (operator === 'or') return mayBeEmpty(left) && mayBeEmpty(right)
      if (operator === 'unless' || (comparisons.has(operator) && !expr.bool)) return typeOf(expr) === 'vector'
      return mayBeEmpty(left) || mayBeEmpty(right)
    }
    case 'call':
      if (typeOf(expr) === 'scalar' || expr.name === 'vector') return false
      if (expr.name === 'absent' || expr.name === 'absent_over_time') return true
      return expr.args.some(arg => typeOf(arg) !== 'string' && mayBeEmpty(arg))
  }
}
