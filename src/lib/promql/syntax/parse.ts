import { parser } from '@prometheus-io/lezer-promql'
import { SyntaxProblem } from '../problem.ts'
import type { Expr } from './ast.ts'
import { checkTypes } from './check-types.ts'
import { Conversion } from './convert.ts'
import { tokenize } from './lexer.ts'
import { maskedText } from './mask.ts'
import { unexpectedToken } from './unexpected.ts'

/**
 * A query as a checked tree.
 *
 * The grammar is @prometheus-io/lezer-promql's. It was made for editors and accepts more than the server does, so tokens
 * come from a lexer that follows promql/parser/lex.go, and types are checked as in promql/parser/parse.go.
 *
 * @throws SyntaxProblem with the first thing that is wrong, in the server's words
 */
export function parseExpression(query: string): Expr {
  const tokens = tokenize(query)
  const last = tokens[tokens.length - 1]
  if (tokens.length === 1 && last?.kind === 'end')
    throw new SyntaxProblem('no expression found in input', query === '' ? undefined : { start: 0, end: 0 })
  const tree = parser.parse(maskedText(query, tokens))
  let failedAt: number | undefined
  tree.iterate({
    enter(node) {
      if (node.type.isError && failedAt === undefined) failedAt = node.from
    },
  })
  if (last?.kind === 'error' && (failedAt === undefined || failedAt >= (tokens[tokens.length - 2]?.end ?? 0)))
    throw new SyntaxProblem(last.message ?? 'unexpected character', last)
  const conversion = new Conversion(query, tokens)
  if (failedAt !== undefined) {
    const problem = unexpectedToken(tokens, failedAt)
    throw conversion.problemBefore(tree.topNode, problem.span?.start ?? query.length) ?? problem
  }
  const top = tree.topNode.firstChild
  if (!top) throw new SyntaxProblem('no expression found in input')
  const expr = conversion.expression(top)
  checkTypes(query, expr)
  return expr
}
