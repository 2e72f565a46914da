import type { BuiltinNode, CallNode, IdentifierNode, Node, PredicateNode } from '../ast/node.ts'
import { isBuiltin } from '../builtins/names.ts'
import type { Token } from '../lexer/token.ts'
import type { Parser } from './parser.ts'
import { type ArgumentKind, predicateForm } from './predicates.ts'

/**
 * A call of `name`; the parser stands at its bracket. `given` is what a pipe put before the arguments.
 *
 * @param mayBeOverridden false behind `::`, which always means the builtin
 */
export function parseCall(parser: Parser, name: Token, given: Node[], mayBeOverridden: boolean): Node {
  const isOwn = parser.dialect === '1.17' && mayBeOverridden && parser.isOverridden(name.value)
  const form = isOwn ? undefined : predicateForm(name.value, parser.dialect)
  if (form) {
    const args = [...given, ...predicateArguments(parser, form.slice(given.length))]
    return parser.node<BuiltinNode>({ kind: 'builtin', name: name.value, args }, name.at)
  }
  if (!isOwn && isBuiltin(name.value, parser.dialect)) {
    const args = [...given, ...parseArguments(parser)]
    return parser.node<BuiltinNode>({ kind: 'builtin', name: name.value, args }, name.at)
  }
  const callee = parser.node<IdentifierNode>({ kind: 'identifier', name: name.value }, name.at)
  const args = [...given, ...parseArguments(parser)]
  return parser.node<CallNode>({ kind: 'call', callee, args }, name.at)
}

function predicateArguments(parser: Parser, form: readonly ArgumentKind[]): Node[] {
  parser.expect('Bracket', '(')
  const args: Node[] = []
  for (const [at, kind] of form.entries()) {
    const isOptional = kind.endsWith('?')
    if (parser.dialect === '1.17') {
      if (parser.is('Bracket', ')')) {
        if (isOptional) break
        throw parser.problem(`expected at least ${form.length} arguments`)
      }
    } else if (isOptional && !parser.is('Operator', ',')) break
    if (at > 0) parser.expect('Operator', ',')
    args.push(kind.startsWith('predicate') ? parsePredicate(parser) : parser.expression(0))
  }
  if (parser.dialect === '1.17' && parser.is('Operator', ',')) parser.next()
  parser.expect('Bracket', ')')
  return args
}

/** The arguments in brackets, a comma behind the last one allowed from 1.17 on. */
export function parseArguments(parser: Parser): Node[] {
  const args: Node[] = []
  parser.expect('Bracket', '(')
  while (!parser.is('Bracket', ')')) {
    if (args.length > 0) parser.expect('Operator', ',')
    if (parser.dialect === '1.17' && parser.is('Bracket', ')')) break
    args.push(parser.expression(0))
  }
  parser.expect('Bracket', ')')
  return args
}

function parsePredicate(parser: Parser): Node {
  const { at } = parser.current
  const inBrackets = parser.is('Bracket', '{')
  if (inBrackets) parser.next()
  parser.predicateDepth++
  const body = inBrackets && parser.dialect === '1.17' ? parser.sequence() : parser.expression(0)
  if (parser.dialect === '1.17' && !inBrackets && parser.is('Operator', ';'))
    throw parser.problem('wrap predicate with brackets { and }')
  parser.predicateDepth--
  if (inBrackets) parser.expect('Bracket', '}')
  return parser.node<PredicateNode>({ kind: 'predicate', body }, at)
}
