import type { SyntaxNode } from '@lezer/common'
import { metricName } from '../labels/labels.ts'
import type { Matcher, MatchOperator } from '../labels/matcher.ts'
import { goQuote } from '../labels/quote.ts'
import { AnchoredRegex } from '../labels/regular-expression.ts'
import { type Span, SyntaxProblem } from '../problem.ts'
import type { VectorSelector } from './ast.ts'
import { type Conversion, childrenOf } from './convert.ts'
import type { Token } from './lexer.ts'

export function readSelector(conversion: Conversion, node: SyntaxNode, span: Span): VectorSelector {
  const name = node.getChild('Identifier') ? conversion.tokenAt(node.from).text : undefined
  const braces = node.getChild('LabelMatchers')
  const matchers = braces ? childrenOf(braces).map(each => readMatcher(conversion, each)) : []
  if (name === undefined) return { kind: 'vector-selector', matchers, span }
  matchers.push({ name: metricName, operator: '=', value: name })
  return { kind: 'vector-selector', name, matchers, span }
}

function readMatcher(conversion: Conversion, node: SyntaxNode): Matcher {
  const label = conversion.tokenAt(node.from)
  const name = label.kind === 'string' ? conversion.string(label) : label.text
  if (node.name === 'QuotedLabelName') return { name: metricName, operator: '=', value: name }
  const operator = conversion.tokenAfter(label.end)
  const value = conversion.tokenAfter(operator.end)
  return matcher(name, operator.text as MatchOperator, conversion.string(value), { start: label.start, end: value.end })
}

function matcher(name: string, operator: MatchOperator, value: string, span: Span): Matcher {
  if (operator === '=' || operator === '!=') return { name, operator, value }
  const regex = AnchoredRegex.compile(value)
  if (regex instanceof AnchoredRegex) return { name, operator, value, regex }
  throw new SyntaxProblem(regex.reason, span)
}

export function groupingLabels(conversion: Conversion, node: SyntaxNode): string[] {
  return childrenOf(node).map(child => {
    const token: Token = conversion.tokenAt(child.from)
    const name = token.kind === 'string' ? conversion.string(token) : token.text
    if (name === '') throw new SyntaxProblem(`invalid label name for grouping: ${goQuote(name)}`, token)
    return name
  })
}
