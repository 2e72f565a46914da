import type {
  BinaryNode,
  BoolNode,
  ConditionalNode,
  IdentifierNode,
  NilNode,
  Node,
  PointerNode,
  SequenceNode,
  StringNode,
  UnaryNode,
  VariableNode,
} from '../ast/node.ts'
import type { Dialect } from '../dialect.ts'
import { isToken, type Token } from '../lexer/token.ts'
import { nowhere } from '../problem.ts'
import { parseCall } from './call.ts'
import { parseArray, parseMap } from './collection.ts'
import { numberLiteral } from './number-literal.ts'
import { binaryPrecedence, isComparison, isNegatable, isRightAssociative, unaryPrecedence } from './operators.ts'
import { parsePostfix } from './postfix.ts'
import { TokenStream } from './token-stream.ts'

/** Names of the environment, which take precedence over builtins of the same name (1.17). */
export type IsOverridden = (name: string) => boolean

/**
 * Parses an expression (parser/parser.go of the dialect).
 *
 * @throws Problem
 */
export function parse(source: string, dialect: Dialect, isOverridden: IsOverridden = () => false): Node {
  const parser = new Parser(source, dialect, isOverridden)
  const node = dialect === '1.17' ? parser.sequence() : parser.expression(0)
  if (!parser.is('EOF')) throw parser.unexpected()
  return node
}

/** A Pratt parser: each operator takes to its right what binds more strongly. */
export class Parser extends TokenStream {
  readonly isOverridden: IsOverridden
  /** How many predicates surround the current token. */
  predicateDepth = 0

  constructor(source: string, dialect: Dialect, isOverridden: IsOverridden) {
    super(source, dialect)
    this.isOverridden = isOverridden
  }

  sequence(): Node {
    const first = this.expression(0)
    const nodes = [first]
    while (this.is('Operator', ';')) {
      this.next()
      if (this.is('EOF')) break
      nodes.push(this.expression(0))
    }
    return nodes.length === 1 ? first : this.node<SequenceNode>({ kind: 'sequence', nodes }, first.at)
  }

  expression(precedence: number): Node {
    return this.nested(() => {
      if (precedence === 0 && this.is('Operator', 'let')) return this.variable()
      if (precedence === 0 && this.is('Operator', 'if')) return this.conditionalIf()
      const node = this.operations(this.primary(), precedence)
      return precedence === 0 ? this.ternaries(node) : node
    })
  }

  private operations(first: Node, precedence: number): Node {
    let left = first
    let previous = ''
    while (this.is('Operator')) {
      const token = this.current
      let operator = token
      const negated = token.value === 'not'
      if (negated) {
        this.next()
        if (this.dialect === '1.17' && !isNegatable(this.current.value)) throw this.unexpected()
        operator = this.current
      }
      const strength = binaryPrecedence.get(operator.value)
      if (strength === undefined || strength < precedence) {
        if (negated && this.dialect === '1.17') this.backUp(token)
        break
      }
      this.next()
      if (previous === '??' && operator.value !== '??' && operator.value !== '|') throw this.mixedCoalescing(operator)
      left = this.operation(left, operator, strength, negated)
      previous = operator.value
    }
    return left
  }

  private mixedCoalescing(operator: Token) {
    return this.problem(
      `Operator (${operator.value}) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses.`,
      operator.at,
    )
  }

  /** One operator with its right side; the stream stands behind the operator. */
  private operation(left: Node, operator: Token, strength: number, negated: boolean): Node {
    if (operator.value === '|') {
      const name = this.current
      this.expect('Identifier')
      return parseCall(this, name, [left], true)
    }
    if (this.dialect === '1.17' && isComparison(operator.value)) return this.comparisons(left, operator, strength)
    const right = this.expression(isRightAssociative(operator.value) ? strength : strength + 1)
    const node = this.node<BinaryNode>({ kind: 'binary', operator: operator.value, left, right }, operator.at)
    return negated ? this.node<UnaryNode>({ kind: 'unary', operator: 'not', operand: node }, operator.at) : node
  }

  /** `1 < x < 10` is `1 < x && x < 10`. */
  private comparisons(first: Node, firstOperator: Token, strength: number): Node {
    let left = first
    let operator = firstOperator
    let all: Node | undefined
    for (;;) {
      const right = this.expression(strength + 1)
      const one: Node = this.node<BinaryNode>({ kind: 'binary', operator: operator.value, left, right }, operator.at)
      all = all ? this.node<BinaryNode>({ kind: 'binary', operator: '&&', left: all, right: one }, operator.at) : one
      left = right
      operator = this.current
      if (!isToken(operator, 'Operator') || !isComparison(operator.value)) return all
      this.next()
    }
  }

  private variable(): Node {
    this.expect('Operator', 'let')
    const name = this.current
    this.expect('Identifier')
    this.expect('Operator', '=')
    const value = this.expression(0)
    this.expect('Operator', ';')
    const body = this.dialect === '1.17' ? this.sequence() : this.expression(0)
    return this.node<VariableNode>({ kind: 'variable', name: name.value, value, body }, name.at)
  }

  private conditionalIf(): Node {
    return this.nested(() => {
      this.next()
      const test = this.expression(0)
      const yes = this.block()
      this.expect('Operator', 'else')
      const no = this.is('Operator', 'if') ? this.conditionalIf() : this.block()
      return this.node<ConditionalNode>({ kind: 'conditional', ternary: false, test, yes, no }, nowhere)
    })
  }

  private block(): Node {
    this.expect('Bracket', '{')
    const node = this.sequence()
    this.expect('Bracket', '}')
    return node
  }

  private ternaries(first: Node): Node {
    let node = first
    while (this.is('Operator', '?')) {
      this.next()
      // `a ?: b` is `a ? a : b`.
      let yes = node
      if (!this.is('Operator', ':')) yes = this.expression(0)
      this.expect('Operator', ':')
      const no = this.expression(0)
      node = this.node<ConditionalNode>({ kind: 'conditional', ternary: true, test: node, yes, no }, this.current.at)
    }
    return node
  }

  private primary(): Node {
    const token = this.current
    const strength = token.kind === 'Operator' ? unaryPrecedence.get(token.value) : undefined
    if (strength !== undefined) {
      this.next()
      const operand = this.expression(strength)
      return parsePostfix(this, this.node<UnaryNode>({ kind: 'unary', operator: token.value, operand }, token.at))
    }
    if (this.is('Bracket', '(')) {
      this.next()
      const node = this.dialect === '1.17' ? this.sequence() : this.expression(0)
      this.expect('Bracket', ')')
      return parsePostfix(this, node)
    }
    if (this.is('Operator', '#') || this.is('Operator', '.')) {
      if (this.predicateDepth > 0) return this.pointer()
      if (this.dialect === '1.15') throw this.problem('cannot use pointer accessor outside closure')
    }
    if (this.is('Operator', '::')) {
      this.next()
      const name = this.current
      this.expect('Identifier')
      return parsePostfix(this, parseCall(this, name, [], false))
    }
    return this.secondary()
  }

  private pointer(): Node {
    const token = this.current
    let name = ''
    if (token.value === '#') {
      this.next()
      if (this.is('Identifier')) {
        name = this.current.value
        this.next()
      }
    }
    return parsePostfix(this, this.node<PointerNode>({ kind: 'pointer', name }, token.at))
  }

  private secondary(): Node {
    const token = this.current
    switch (token.kind) {
      case 'Identifier':
        this.next()
        return this.named(token)
      case 'Number':
        this.next()
        return numberLiteral(this, token.value, token.at)
      case 'String': {
        this.next()
        const node = this.node<StringNode>({ kind: 'string', value: token.value }, token.at)
        return this.dialect === '1.17' ? parsePostfix(this, node) : node
      }
      case 'Bytes':
        this.next()
        return parsePostfix(this, this.node({ kind: 'bytes', value: token.value }, token.at))
    }
    if (this.is('Bracket', '[')) return parsePostfix(this, parseArray(this, token))
    if (this.is('Bracket', '{')) return parsePostfix(this, parseMap(this, token))
    throw this.unexpected(token)
  }

  private named(token: Token): Node {
    switch (token.value) {
      case 'true':
      case 'false':
        return this.node<BoolNode>({ kind: 'bool', value: token.value === 'true' }, token.at)
      case 'nil':
        return this.node<NilNode>({ kind: 'nil' }, token.at)
    }
    if (this.is('Bracket', '(')) return parsePostfix(this, parseCall(this, token, [], true))
    return parsePostfix(this, this.node<IdentifierNode>({ kind: 'identifier', name: token.value }, token.at))
  }
}
