import type { CallNode, ChainNode, MemberNode, Node, SliceNode, StringNode } from '../ast/node.ts'
import { isName } from '../lexer/characters.ts'
import type { Token } from '../lexer/token.ts'
import { parseArguments } from './call.ts'
import type { Parser } from './parser.ts'

/** Members, calls of methods, indexes and slices behind a value. */
export function parsePostfix(parser: Parser, base: Node): Node {
  let node = base
  while (parser.is('Operator') || parser.is('Bracket')) {
    const token = parser.current
    if (token.value === '.' || token.value === '?.') {
      parser.next()
      const isOptional = token.value === '?.'
      if (isOptional && parser.dialect === '1.17' && parser.is('Bracket', '[')) node = index(parser, node, true)
      else node = member(parser, node, isOptional)
    } else if (token.value === '[') node = index(parser, node, false)
    else break
  }
  return node
}

function member(parser: Parser, base: Node, optional: boolean): Node {
  const name = parser.current
  parser.next()
  if (!isMemberName(name)) throw parser.problem('expected name')
  const property = parser.node<StringNode>({ kind: 'string', value: name.value }, name.at)
  const inner = base.kind === 'chain' ? base.inner : base
  const isCalled = parser.is('Bracket', '(')
  const found = parser.node<MemberNode>({ kind: 'member', base: inner, property, optional, isCalled }, name.at)
  const node = isCalled
    ? parser.node<CallNode>({ kind: 'call', callee: found, args: parseArguments(parser) }, name.at)
    : found
  // The chain that `?.` opens goes on with every name behind it.
  return base.kind === 'chain' || optional ? parser.node<ChainNode>({ kind: 'chain', inner: node }, name.at) : node
}

/** Words such as `not` and `matches` are names here. */
const isMemberName = (token: Token) => token.kind === 'Identifier' || (token.kind === 'Operator' && isName(token.value))

function index(parser: Parser, base: Node, optional: boolean): Node {
  const { at } = parser.current
  parser.next()
  const from = parser.is('Operator', ':') ? undefined : parser.expression(0)
  if (parser.is('Operator', ':')) {
    parser.next()
    const to = parser.is('Bracket', ']') ? undefined : parser.expression(0)
    const node = parser.node<SliceNode>({ kind: 'slice', base, from, to }, at)
    parser.expect('Bracket', ']')
    return node
  }
  const found = parser.node<MemberNode>({ kind: 'member', base, property: from as Node, optional, isCalled: false }, at)
  const node = optional ? parser.node<ChainNode>({ kind: 'chain', inner: found }, at) : found
  parser.expect('Bracket', ']')
  return node
}
