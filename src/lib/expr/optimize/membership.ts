import type { BinaryNode, Node } from '../ast/node.ts'
import { kindOf, natureOf } from '../check/nature.ts'
import type { Dialect } from '../dialect.ts'
import { type GoType, intSetType, intSlice, stringSetType } from '../go/types.ts'
import { Dictionary, Slice, type Value } from '../go/values.ts'

const isInt = (node: Node) => node.nature !== undefined && kindOf(node.nature) === 'int'

/** `x in [1, 2]` and `x in ["a", "b"]` look into a set. The set is strict: an x of another type is an error then. */
export function inSet(node: Node): Node {
  if (node.kind !== 'binary' || node.operator !== 'in' || node.right.kind !== 'array') return node
  const { nodes } = node.right
  if (nodes.length === 0) return node
  if (isInt(node.left) && nodes.every(each => each.kind === 'integer')) return withSet(node, intSetType)
  return nodes.every(each => each.kind === 'string') ? withSet(node, stringSetType) : node
}

function withSet(node: BinaryNode, type: GoType): Node {
  if (node.right.kind !== 'array') return node
  const entries = new Map<unknown, readonly [Value, Value]>()
  for (const each of node.right.nodes)
    if (each.kind === 'integer' || each.kind === 'string') entries.set(each.value, [each.value, null])
  const set: Node = {
    kind: 'constant',
    value: new Dictionary(type, entries),
    at: node.right.at,
    nature: natureOf(type),
  }
  return { ...node, right: set }
}

/** `x in 1..3` compares with both ends. */
export function inRange(node: Node): Node {
  if (node.kind !== 'binary' || node.operator !== 'in' || !isInt(node.left)) return node
  const range = node.right
  if (range.kind !== 'binary' || range.operator !== '..') return node
  if (range.left.kind !== 'integer' || range.right.kind !== 'integer') return node
  const compare = (operator: string, bound: Node): Node => ({
    kind: 'binary',
    operator,
    left: node.left,
    right: bound,
    at: { from: 0, to: 0 },
  })
  return { ...node, operator: 'and', left: compare('>=', range.left), right: compare('<=', range.right) }
}

const largestConstantRange = 1_000_000n

/** 1.15 builds constant ranges before evaluation, where they do not count as memory. */
export function constantRange(node: Node, dialect: Dialect): Node {
  if (dialect !== '1.15' || node.kind !== 'binary' || node.operator !== '..') return node
  if (node.left.kind !== 'integer' || node.right.kind !== 'integer') return node
  const from = node.left.value
  const size = BigInt.asIntN(64, node.right.value - from + 1n)
  if (size > largestConstantRange) return node
  const items = Array.from({ length: Math.max(Number(size), 0) }, (_, at) => from + BigInt(at))
  return { kind: 'constant', value: new Slice(intSlice, items), at: node.at }
}
