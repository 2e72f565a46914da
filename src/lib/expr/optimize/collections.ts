import type { BinaryNode, BuiltinNode, Node } from '../ast/node.ts'
import { print } from '../ast/print.ts'
import { someNode } from '../ast/walk.ts'
import { natureOf, typeOrAny } from '../check/nature.ts'
import type { Dialect } from '../dialect.ts'
import { wrapInt } from '../go/numbers.ts'
import { intType } from '../go/types.ts'
import { isLogical } from '../parser/operators.ts'

// What upstream's optimizer makes of builtins over builtins. Each changes what can be observed in some corner: which
// errors are met, how much memory counts, what is compared with what.

const isCall = (node: Node | undefined, name: string): node is BuiltinNode =>
  node?.kind === 'builtin' && node.name === name

const like = (node: Node, fields: Omit<BuiltinNode, 'kind' | 'at' | 'nature'>): BuiltinNode => ({
  kind: 'builtin',
  ...fields,
  at: node.at,
  ...(node.nature ? { nature: node.nature } : {}),
})

/** map(filter(x, p), q): one pass. */
export function filterMap(node: Node, dialect: Dialect): Node {
  if (!isCall(node, 'map') || node.args.length !== 2) return node
  const [filter, predicate] = node.args
  if (!isCall(filter, 'filter') || filter.mapped || predicate?.kind !== 'predicate') return node
  const usesIndex = someNode(predicate, each => each.kind === 'pointer' && each.name === 'index')
  if (dialect === '1.17' && usesIndex) return node
  return like(node, { name: 'filter', args: filter.args, mapped: predicate.body })
}

/** len(filter(x, p)) counts. */
export function filterLen(node: Node): Node {
  if (!isCall(node, 'len') || node.args.length !== 1) return node
  const [filter] = node.args
  return isCall(filter, 'filter') && filter.args.length === 2 ? like(node, { name: 'count', args: filter.args }) : node
}

/** filter(x, p)[0] and first(filter(x, p)) find; likewise [-1] and last. */
export function filterEnd(node: Node, index: bigint, end: string, find: string): Node {
  const isIndexed =
    node.kind === 'member' && !node.optional && node.property.kind === 'integer' && node.property.value === index
  const isEnd = isCall(node, end) && node.args.length === 1
  if (!isIndexed && !isEnd) return node
  const filter = isIndexed ? node.base : isCall(node, end) ? node.args[0] : undefined
  if (!isCall(filter, 'filter') || filter.args.length !== 2) return node
  return like(node, {
    name: find,
    args: filter.args,
    throws: isIndexed,
    ...(filter.mapped ? { mapped: filter.mapped } : {}),
  })
}

/** all(x, p) and all(x, q): one pass with `p and q`; any with or, none with the opposite. */
export function combinePredicates(node: Node): Node {
  if (node.kind !== 'binary' || !isLogical(node.operator)) return node
  const { left, right } = node
  if (left.kind !== 'builtin' || right.kind !== 'builtin' || left.name !== right.name) return node
  const operator = combinedOperator(left.name, node.operator)
  const [collection, first] = left.args
  const [other, second] = right.args
  if (!operator || !collection || !other || first?.kind !== 'predicate' || second?.kind !== 'predicate') return node
  if (typeOrAny(collection.nature) !== typeOrAny(other.nature) || print(collection) !== print(other)) return node
  const body = combinePredicates({ kind: 'binary', operator, left: first.body, right: second.body, at: first.at })
  return like(node, { name: left.name, args: [collection, { kind: 'predicate', body, at: first.at }] })
}

function combinedOperator(name: string, operator: string): string | undefined {
  const isAnd = operator === 'and' || operator === '&&'
  if (name === 'all' && isAnd) return operator
  if (name === 'any' && !isAnd) return operator
  if (name === 'none' && isAnd) return operator === 'and' ? 'or' : '||'
  return undefined
}

const integer = (node: Node, value: bigint): Node => ({
  kind: 'integer',
  value: wrapInt(value),
  at: node.at,
  nature: natureOf(intType),
})

/** sum(m..n), with a linear predicate too, and reduce(m..n, # + #acc) by the formula. */
export function sumRange(node: Node): Node {
  if (!isCall(node, 'sum') && !isCall(node, 'reduce')) return node
  const [range, predicate, initial] = node.args
  if (range?.kind !== 'binary' || range.operator !== '..') return node
  if (range.left.kind !== 'integer' || range.right.kind !== 'integer' || range.right.value < range.left.value)
    return node
  const count = wrapInt(range.right.value - range.left.value + 1n)
  const sum = wrapInt(count * (range.left.value + range.right.value)) / 2n
  if (node.name === 'sum') {
    const result = predicate ? linearSum(sum, count, predicate) : sum
    return result === undefined ? node : integer(node, result)
  }
  if (!predicate || !addsToAccumulator(predicate)) return node
  if (!initial) return integer(node, sum)
  return initial.kind === 'integer' ? integer(node, initial.value + sum) : node
}

const isElement = (node: Node) => node.kind === 'pointer' && node.name === ''
const isAccumulator = (node: Node) => node.kind === 'pointer' && node.name === 'acc'

function addsToAccumulator(predicate: Node): boolean {
  const body = predicate.kind === 'predicate' ? predicate.body : undefined
  if (body?.kind !== 'binary' || body.operator !== '+') return false
  return (isElement(body.left) && isAccumulator(body.right)) || (isAccumulator(body.left) && isElement(body.right))
}

function linearSum(sum: bigint, count: bigint, predicate: Node): bigint | undefined {
  const body = predicate.kind === 'predicate' ? predicate.body : undefined
  if (!body) return undefined
  if (isElement(body)) return sum
  if (body.kind !== 'binary') return undefined
  const elementFirst = isElement(body.left)
  const constant = elementFirst ? body.right : body.left
  if (constant.kind !== 'integer' || (!elementFirst && !isElement(body.right))) return undefined
  switch (body.operator) {
    case '*':
      return constant.value * sum
    case '+':
      return sum + count * constant.value
    case '-':
      return elementFirst ? sum - count * constant.value : count * constant.value - sum
    default:
      return undefined
  }
}

/** sum([a, b, c]) adds, from the right. */
export function sumArray(node: Node): Node {
  const array = isCall(node, 'sum') && node.args.length === 1 ? node.args[0] : undefined
  if (array?.kind !== 'array' || array.nodes.length < 2) return node
  const added = array.nodes.reduceRight(
    (right, left): Node => ({ kind: 'binary', operator: '+', left, right, at: node.at }) satisfies BinaryNode,
  )
  return { ...added, at: node.at, ...(node.nature ? { nature: node.nature } : {}) }
}

/** sum(map(x, p)) is sum(x, p). */
export function sumMap(node: Node): Node {
  if (!isCall(node, 'sum') || node.args.length !== 1) return node
  const [map] = node.args
  return isCall(map, 'map') && map.args.length === 2 ? like(node, { name: 'sum', args: map.args }) : node
}

/** count(x, p) > 0 stops at the first. */
export function countAny(node: Node): Node {
  if (node.kind !== 'binary' || node.right.kind !== 'integer') return node
  const { left, right, operator } = node
  if (!isCall(left, 'count') || left.args.length !== 2) return node
  const isAny = (operator === '>' && right.value === 0n) || (operator === '>=' && right.value === 1n)
  return isAny ? like(node, { name: 'any', args: left.args }) : node
}

/** count(x, p) > 5 stops at the sixth. */
export function countThreshold(node: Node): Node {
  if (node.kind !== 'binary' || node.right.kind !== 'integer' || node.right.value < 0n) return node
  const { left, right, operator } = node
  if (!isCall(left, 'count') || left.args.length !== 2) return node
  const beyond: Record<string, bigint> = { '>': 1n, '>=': 0n, '<': 0n, '<=': 1n }
  const more = beyond[operator]
  if (more === undefined || right.value + more <= 1n) return node
  left.threshold = right.value + more
  return node
}
