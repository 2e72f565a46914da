import type { ArrayNode, MapNode, Node, PairNode, StringNode } from '../ast/node.ts'
import { type Token, tokenText } from '../lexer/token.ts'
import type { Parser } from './parser.ts'

/** `[a, b,]` */
export function parseArray(parser: Parser, token: Token): Node {
  const nodes: Node[] = []
  parser.expect('Bracket', '[')
  while (!parser.is('Bracket', ']')) {
    if (nodes.length > 0) {
      parser.expect('Operator', ',')
      if (parser.is('Bracket', ']')) break
    }
    nodes.push(parser.expression(0))
  }
  parser.expect('Bracket', ']')
  return parser.node<ArrayNode>({ kind: 'array', nodes }, token.at)
}

/** `{a: 1, "b": 2, (c): 3,}` */
export function parseMap(parser: Parser, token: Token): Node {
  const pairs: PairNode[] = []
  parser.expect('Bracket', '{')
  while (!parser.is('Bracket', '}')) {
    if (pairs.length > 0) {
      parser.expect('Operator', ',')
      if (parser.is('Bracket', '}')) break
      if (parser.is('Operator', ',')) throw parser.unexpected()
    }
    const key = parseKey(parser)
    parser.expect('Operator', ':')
    const value = parser.expression(0)
    pairs.push(parser.node<PairNode>({ kind: 'pair', key, value }, token.at))
  }
  parser.expect('Bracket', '}')
  return parser.node<MapNode>({ kind: 'map', pairs }, token.at)
}

function parseKey(parser: Parser): Node {
  if (parser.is('Bracket', '(')) return parser.expression(0)
  const token = parser.current
  if (!parser.is('Number') && !parser.is('String') && !parser.is('Identifier')) {
    throw parser.problem(
      `a map key must be a quoted string, a number, a identifier, or an expression enclosed in parentheses (unexpected token ${tokenText(token)})`,
    )
  }
  const key = parser.node<StringNode>({ kind: 'string', value: token.value }, token.at)
  parser.next()
  return key
}
