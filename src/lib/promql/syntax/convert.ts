import type { SyntaxNode } from '@lezer/common'
import { searchIndex } from '../functions/search-index.ts'
import { goQuote } from '../labels/quote.ts'
import { type Span, SyntaxProblem } from '../problem.ts'
import type { Aggregate, Aggregator, Binary, BinaryOperator, Expr, NumberLiteral } from './ast.ts'
import { DurationReader, numberOf } from './convert-durations.ts'
import { groupingLabels, readSelector } from './convert-labels.ts'
import { addAt, addExtension, addOffset, matrixSelector, subquery } from './convert-modifiers.ts'
import { functionSignatures } from './function-signatures.ts'
import type { Token } from './lexer.ts'
import { onLastOperand, rebound } from './rebind.ts'
import { unquote } from './string-literal.ts'
import { unexpectedToken } from './unexpected.ts'

const parameterised: ReadonlySet<string> = new Set([
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
])

const reaching = (from: Expr, to: Span): Span => ({ start: from.span.start, end: to.end })

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child)
  return children
}

/** Turns a syntax tree into ours, bottom up, so that the first problem is the one that the server would find first. */
export class Conversion {
  readonly query: string
  readonly #tokens: readonly Token[]
  readonly #byStart: ReadonlyMap<number, Token>
  readonly durations: DurationReader

  constructor(query: string, tokens: readonly Token[]) {
    this.query = query
    this.#tokens = tokens
    this.#byStart = new Map(tokens.map(token => [token.start, token]))
    this.durations = new DurationReader(this)
  }

  tokenAt(start: number): Token {
    const token = this.#byStart.get(start)
    if (!token) throw new SyntaxProblem('unexpected syntax', { start, end: start })
    return token
  }

  tokenAfter(end: number): Token {
    const index = searchIndex(this.#tokens.length, each => (this.#tokens[each]?.start ?? 0) >= end)
    return this.#tokens[index] ?? this.tokenAt(this.query.length)
  }

  /** What is wrong with calls that are complete before a syntax error further on: those were complained about first. */
  problemBefore(top: SyntaxNode, end: number): SyntaxProblem | undefined {
    let problem: SyntaxProblem | undefined
    top.cursor().iterate(
      () => undefined,
      cursor => {
        if (problem || cursor.name !== 'FunctionCall' || cursor.to >= end) return
        if (this.query.charAt(cursor.to - 1) !== ')') return
        problem = this.#functionProblem(this.tokenAt(cursor.from))
      },
    )
    return problem
  }

  expression(node: SyntaxNode): Expr {
    const children = childrenOf(node)
    const [first, second, third] = children
    const span: Span = { start: node.from, end: node.to }
    switch (node.name) {
      case 'VectorSelector':
        return this.#nameOrNumber(node, span)
      case 'NumberDurationLiteral':
        return numberOf(this.tokenAt(node.from))
      case 'StringLiteral':
        return { kind: 'string', value: this.string(this.tokenAt(node.from)), span }
      case 'ParenExpr':
        return { kind: 'paren', expr: this.expression(this.#required(first, node)), span }
      case 'UnaryExpr':
        return this.#unary(this.#required(first, node), this.#required(second, node), span)
      case 'FunctionCall':
        return this.#call(node, span)
      case 'AggregateExpr':
        return this.#aggregate(node, children, span)
      case 'BinaryExpr':
        return this.#binary(children, span)
      case 'MatrixSelector': {
        const inner = this.expression(this.#required(first, node))
        const range = this.durations.positive(this.#required(second, node))
        return onLastOperand(inner, last =>
          matrixSelector(last, range, this.#bracket(first, node), reaching(last, span)),
        )
      }
      case 'SubqueryExpr': {
        const inner = this.expression(this.#required(first, node))
        const range = this.durations.positive(this.#required(second, node))
        const step = third && this.durations.positive(third)
        return onLastOperand(inner, last => subquery(last, range, step, reaching(last, span)))
      }
      case 'OffsetExpr': {
        const inner = this.expression(this.#required(first, node))
        const offset = this.durations.offset(this.#required(third, node))
        return onLastOperand(inner, last => addOffset(last, offset, span))
      }
      case 'StepInvariantExpr': {
        const inner = this.expression(this.#required(first, node))
        const at = this.#required(third, node)
        return onLastOperand(inner, last => addAt(this, last, at, span))
      }
      case 'AnchoredExpr':
      case 'SmoothedExpr': {
        const inner = this.expression(this.#required(first, node))
        const extension = node.name === 'AnchoredExpr' ? 'anchored' : 'smoothed'
        return onLastOperand(inner, last => addExtension(last, extension, span))
      }
      default:
        throw unexpectedToken(this.#tokens, node.from)
    }
  }

  string(token: Token): string {
    const value = unquote(token.text)
    if (value === undefined)
      throw new SyntaxProblem(`error unquoting string ${goQuote(token.text)}: invalid syntax`, token)
    return value
  }

  #required(node: SyntaxNode | undefined, parent: SyntaxNode): SyntaxNode {
    if (!node) throw unexpectedToken(this.#tokens, parent.to)
    return node
  }

  #bracket(before: SyntaxNode | undefined, node: SyntaxNode): Span {
    return { start: this.tokenAfter(before?.to ?? node.from).start, end: node.to }
  }

  #nameOrNumber(node: SyntaxNode, span: Span): Expr {
    const token = this.tokenAt(node.from)
    if (token.kind !== 'number' && token.kind !== 'duration') return readSelector(this, node, span)
    // Numbers are masked as names, and unlike names they take no braces.
    if (node.to > token.end) throw unexpectedToken(this.#tokens, token.end)
    return numberOf(token)
  }

  #unary(sign: SyntaxNode, operand: SyntaxNode, span: Span): Expr {
    const expr = this.expression(operand)
    const operator = this.tokenAt(sign.from).text === '-' ? '-' : '+'
    if (expr.kind === 'number') {
      const value = operator === '-' ? -expr.value : expr.value
      return { kind: 'number', value, span: { start: span.start, end: expr.span.end } } satisfies NumberLiteral
    }
    return { kind: 'unary', operator, expr, span }
  }

  #arguments(node: SyntaxNode): Expr[] {
    return childrenOf(node).map(child => this.expression(child))
  }

  #functionProblem(name: Token): SyntaxProblem | undefined {
    const signature = functionSignatures.get(name.text)
    if (!signature) return new SyntaxProblem(`unknown function with name ${goQuote(name.text)}`, name)
    if (signature.experimental) return new SyntaxProblem(`function ${goQuote(name.text)} is not enabled`, name)
    return undefined
  }

  #call(node: SyntaxNode, span: Span): Expr {
    const name = this.tokenAt(node.from)
    const body = node.getChild('FunctionCallBody')
    const args = body ? this.#arguments(body) : []
    const problem = this.#functionProblem(name)
    if (problem) throw problem
    return { kind: 'call', name: name.text, args, span }
  }

  #aggregate(node: SyntaxNode, children: readonly SyntaxNode[], span: Span): Aggregate {
    const operator = this.tokenAt(node.from).word as Aggregator
    let args: Expr[] = []
    let grouping: string[] = []
    let without = false
    for (const child of children) {
      if (child.name === 'FunctionCallBody') args = this.#arguments(child)
      if (child.name !== 'AggregateModifier') continue
      without = child.getChild('Without') !== null
      const labels = child.getChild('GroupingLabels')
      grouping = labels ? groupingLabels(this, labels) : []
    }
    if (args.length === 0) throw new SyntaxProblem('no arguments for aggregate expression provided', span)
    const wanted = parameterised.has(operator) ? 2 : 1
    if (operator === 'limitk' || operator === 'limit_ratio') {
      const flag = '--enable-feature=promql-experimental-functions'
      throw new SyntaxProblem(`${operator}() is experimental and must be enabled with ${flag}`, span)
    }
    const [first, second] = args
    if (args.length !== wanted || !first) {
      const counts = `expected ${wanted}, got ${args.length}`
      throw new SyntaxProblem(`wrong number of arguments for aggregate expression provided, ${counts}`, span)
    }
    const rest = { operator, grouping, without, span } as const
    return second
      ? { kind: 'aggregate', param: first, expr: second, ...rest }
      : { kind: 'aggregate', expr: first, ...rest }
  }

  #binary(children: readonly SyntaxNode[], span: Span): Expr {
    const [leftNode, operatorNode] = children
    const rightNode = children[children.length - 1]
    if (!leftNode || !operatorNode || !rightNode) throw unexpectedToken(this.#tokens, span.end)
    const left = this.expression(leftNode)
    const matching: Binary['matching'] = { card: 'one-to-one', on: false, labels: [], include: [] }
    let bool = false
    let fill = false
    for (const child of children.slice(2, -1)) {
      if (child.name === 'BoolModifier') bool = true
      if (child.name === 'FillModifier') fill = true
      if (child.name !== 'MatchingModifierClause') continue
      const [labels, included] = child.getChildren('GroupingLabels')
      matching.on = child.getChild('On') !== null
      if (labels) matching.labels = groupingLabels(this, labels)
      if (included) matching.include = groupingLabels(this, included)
      if (child.getChild('GroupLeft')) matching.card = 'many-to-one'
      if (child.getChild('GroupRight')) matching.card = 'one-to-many'
    }
    const right = this.expression(rightNode)
    const whole: Span = { start: left.span.start, end: right.span.end }
    if (fill) throw new SyntaxProblem('binop fill modifiers are experimental and not enabled', whole)
    const operator = this.tokenAt(operatorNode.from).word as BinaryOperator
    return rebound({ kind: 'binary', operator, left, right, bool, matching, span: whole })
  }
}
