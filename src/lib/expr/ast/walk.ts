import type { Node, PairNode } from './node.ts'

/** The children of a node in the order of evaluation's source. */
export function childrenOf(node: Node): Node[] {
  switch (node.kind) {
    case 'unary':
      return [node.operand]
    case 'binary':
      return [node.left, node.right]
    case 'chain':
      return [node.inner]
    case 'member':
      return [node.base, node.property]
    case 'slice':
      return [node.base, node.from, node.to].filter(each => each !== undefined)
    case 'call':
      return [node.callee, ...node.args]
    case 'builtin':
      return node.args
    case 'predicate':
      return [node.body]
    case 'conditional':
      return [node.test, node.yes, node.no]
    case 'variable':
      return [node.value, node.body]
    case 'sequence':
    case 'array':
      return node.nodes
    case 'map':
      return node.pairs
    case 'pair':
      return [node.key, node.value]
    default:
      return []
  }
}

/** A copy of the tree in which every node, children first, is what `visit` returns for it. */
export function rewrite(node: Node, visit: (node: Node) => Node): Node {
  const inner = (child: Node) => rewrite(child, visit)
  switch (node.kind) {
    case 'unary':
      return visit({ ...node, operand: inner(node.operand) })
    case 'binary':
      return visit({ ...node, left: inner(node.left), right: inner(node.right) })
    case 'chain':
      return visit({ ...node, inner: inner(node.inner) })
    case 'member':
      return visit({ ...node, base: inner(node.base), property: inner(node.property) })
    case 'slice':
      return visit({
        ...node,
        base: inner(node.base),
        from: node.from && inner(node.from),
        to: node.to && inner(node.to),
      })
    case 'call':
      return visit({ ...node, callee: inner(node.callee), args: node.args.map(inner) })
    case 'builtin':
      return visit({ ...node, args: node.args.map(inner) })
    case 'predicate':
      return visit({ ...node, body: inner(node.body) })
    case 'conditional':
      return visit({ ...node, test: inner(node.test), yes: inner(node.yes), no: inner(node.no) })
    case 'variable':
      return visit({ ...node, value: inner(node.value), body: inner(node.body) })
    case 'sequence':
    case 'array':
      return visit({ ...node, nodes: node.nodes.map(inner) })
    case 'map':
      return visit({ ...node, pairs: node.pairs.map(pair => rewritePair(pair, visit)) })
    case 'pair':
      return visit({ ...node, key: inner(node.key), value: inner(node.value) })
    default:
      return visit({ ...node })
  }
}

function rewritePair(pair: PairNode, visit: (node: Node) => Node): PairNode {
  return { ...pair, key: rewrite(pair.key, visit), value: rewrite(pair.value, visit) }
}

export function someNode(node: Node, test: (node: Node) => boolean): boolean {
  return test(node) || childrenOf(node).some(each => someNode(each, test))
}

/** Nodes of a tree, itself included. */
export function sizeOf(node: Node): number {
  return childrenOf(node).reduce((sum, each) => sum + sizeOf(each), 1)
}
