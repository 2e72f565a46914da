import type { BinaryNode, BuiltinNode, Node, UnaryNode } from '../ast/node.ts'
import { rewrite } from '../ast/walk.ts'
import { boolNature, natureOf } from '../check/nature.ts'
import type { Dialect } from '../dialect.ts'
import { wrapInt } from '../go/numbers.ts'
import { power } from '../go/power.ts'
import { concat } from '../go/strings.ts'
import { anySlice, float64Type, intType, stringType } from '../go/types.ts'
import { anySliceOf, type Value } from '../go/values.ts'
import { Problem } from '../problem.ts'

const maxPasses = 1000

/**
 * Computes what is known before evaluation, until nothing changes (optimizer/fold.go). Not only faster: `x and false` is
 * false here without looking at x.
 *
 * @throws Problem for a remainder by zero
 */
export function foldConstants(root: Node, dialect: Dialect): Node {
  let node = root
  for (let pass = 0; pass <= maxPasses; pass++) {
    let changed = false
    node = rewrite(node, each => {
      const folded = fold(each, dialect)
      if (folded !== each) changed = true
      return folded
    })
    if (!changed) break
  }
  return node
}

function fold(node: Node, dialect: Dialect): Node {
  switch (node.kind) {
    case 'unary':
      return foldUnary(node)
    case 'binary':
      return foldBinary(node, dialect)
    case 'array':
      return node.nodes.length > 0 ? foldArray(node, dialect) : node
    case 'builtin':
      return foldFilters(node, dialect)
    default:
      return node
  }
}

const integer = (node: Node, value: bigint): Node => ({
  kind: 'integer',
  value: wrapInt(value),
  at: node.at,
  nature: natureOf(intType),
})
const float = (node: Node, value: number): Node => ({
  kind: 'float',
  value,
  at: node.at,
  nature: natureOf(float64Type),
})
const bool = (node: Node, value: boolean): Node => ({ kind: 'bool', value, at: node.at, nature: boolNature })

function foldUnary(node: UnaryNode): Node {
  const { operand, operator } = node
  if (operand.kind === 'bool' && (operator === '!' || operator === 'not')) return bool(node, !operand.value)
  if (operator !== '-' && operator !== '+') return node
  if (operand.kind === 'integer') return integer(node, operator === '-' ? -operand.value : operand.value)
  if (operand.kind === 'float') return float(node, operator === '-' ? -operand.value : operand.value)
  return node
}

function foldBinary(node: BinaryNode, dialect: Dialect): Node {
  switch (node.operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '**':
    case '^':
      return foldArithmetic(node)
    case 'and':
    case '&&':
      return foldLogical(node, true, dialect)
    case 'or':
    case '||':
      return foldLogical(node, false, dialect)
    case '==':
      return foldEquality(node)
    default:
      return node
  }
}

function foldArithmetic(node: BinaryNode): Node {
  const { left, right, operator } = node
  if (left.kind === 'string' && right.kind === 'string' && operator === '+')
    return { kind: 'string', value: concat(left.value, right.value), at: node.at, nature: natureOf(stringType) }
  const isNumber = (each: Node) => each.kind === 'integer' || each.kind === 'float'
  if (!isNumber(left) || !isNumber(right)) return node
  if (left.kind === 'integer' && right.kind === 'integer') {
    if (operator === '+') return integer(node, left.value + right.value)
    if (operator === '-') return integer(node, left.value - right.value)
    if (operator === '*') return integer(node, left.value * right.value)
    if (operator === '%') {
      if (right.value === 0n) throw new Problem('integer divide by zero', node.at)
      return integer(node, left.value % right.value)
    }
  }
  if (operator === '%' || !('value' in left) || !('value' in right)) return node
  return float(node, calculate(Number(left.value), operator, Number(right.value)))
}

function calculate(a: number, operator: string, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    default:
      return power(a, b)
  }
}

/** `neutral`: true for and, false for or. */
function foldLogical(node: BinaryNode, neutral: boolean, dialect: Dialect): Node {
  const { left, right } = node
  const kept = (side: Node): Node => ({
    ...side,
    at: node.at,
    ...(dialect === '1.17' && node.nature ? { nature: node.nature } : {}),
  })
  if (left.kind === 'bool' && left.value === neutral) return kept(right)
  if (right.kind === 'bool' && right.value === neutral) return kept(left)
  return left.kind === 'bool' || right.kind === 'bool' ? bool(node, !neutral) : node
}

function foldEquality(node: BinaryNode): Node {
  const { left, right } = node
  if (left.kind === 'integer' && right.kind === 'integer') return bool(node, left.value === right.value)
  if (left.kind === 'string' && right.kind === 'string') return bool(node, left.value === right.value)
  if (left.kind === 'bool' && right.kind === 'bool') return bool(node, left.value === right.value)
  return node
}

function foldArray(node: Node & { kind: 'array' }, dialect: Dialect): Node {
  const values: Value[] = []
  for (const each of node.nodes) {
    if (each.kind !== 'integer' && each.kind !== 'float' && each.kind !== 'string' && each.kind !== 'bool') return node
    values.push(each.value)
  }
  const nature = dialect === '1.17' ? { nature: natureOf(anySlice) } : {}
  return { kind: 'constant', value: anySliceOf(values), at: node.at, ...nature }
}

/** A filter of a filter is one with both conditions. */
function foldFilters(node: BuiltinNode, dialect: Dialect): Node {
  const [inner, outerTest, ...more] = node.args
  if (node.name !== 'filter' || !outerTest || more.length > 0) return node
  if (inner?.kind !== 'builtin' || inner.name !== 'filter') return node
  const [collection, innerTest] = inner.args
  if (!collection || !innerTest) return node
  // 1.15 leaves the predicates as they are, and so does not see the constants in them.
  const body = (test: Node) => (dialect === '1.17' && test.kind === 'predicate' ? test.body : test)
  const test: Node = {
    kind: 'binary',
    operator: '&&',
    left: body(innerTest),
    right: body(outerTest),
    at: { from: 0, to: 0 },
  }
  return {
    kind: 'builtin',
    name: 'filter',
    args: [collection, { kind: 'predicate', body: test, at: { from: 0, to: 0 } }],
    at: node.at,
    ...(dialect === '1.17' && node.nature ? { nature: node.nature } : {}),
  }
}
