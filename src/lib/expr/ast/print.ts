import { format } from '../go/format.ts'
import { formatFloat } from '../go/numbers.ts'
import { goQuote } from '../go/quote.ts'
import { isName } from '../lexer/characters.ts'
import {
  binaryPrecedence,
  isComparison,
  isNegatable,
  isRightAssociative,
  unaryPrecedence,
} from '../parser/operators.ts'
import type { Node } from './node.ts'

/** An expression that parses to the same tree. */
export function print(node: Node): string {
  switch (node.kind) {
    case 'nil':
      return 'nil'
    case 'identifier':
      return node.name
    case 'integer':
      return String(node.value)
    case 'float':
      return floatText(node.value)
    case 'bool':
      return String(node.value)
    case 'string':
      return textLiteral(node.value)
    case 'bytes':
      return `b${textLiteral(node.value)}`
    case 'constant':
      return format(node.value)
    case 'unary':
      return unaryText(node.operator, node.operand)
    case 'binary':
      return binaryText(node)
    case 'chain':
      return print(node.inner)
    case 'member':
      return memberText(node)
    case 'slice':
      return `${base(node.base)}[${node.from ? operand(node.from) : ''}:${node.to ? operand(node.to) : ''}]`
    case 'call':
      return `${base(node.callee)}(${list(node.args)})`
    case 'builtin':
      return `${node.name}(${list(node.args)})`
    case 'predicate':
      return `{ ${print(node.body)} }`
    case 'pointer':
      return `#${node.name}`
    case 'conditional':
      return conditionalText(node)
    case 'variable':
      return `let ${node.name} = ${operand(node.value)}; ${print(node.body)}`
    case 'sequence':
      return node.nodes.map(operand).join('; ')
    case 'array':
      return `[${list(node.nodes)}]`
    case 'map':
      return `{${node.pairs.map(print).join(', ')}}`
    case 'pair':
      return `${node.key.kind === 'string' ? textLiteral(node.key.value) : `(${print(node.key)})`}: ${operand(node.value)}`
  }
}

/** A float must not read as an integer. */
function floatText(value: number): string {
  const text = formatFloat(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}

/** Quoted with escapes that both dialects read. */
const textLiteral = goQuote

const isOpen = (node: Node) => node.kind === 'variable' || node.kind === 'sequence'

/** Where a whole expression may stand, but no further `;`. */
const operand = (node: Node): string => (isOpen(node) ? `(${print(node)})` : print(node))
const list = (nodes: readonly Node[]): string => nodes.map(operand).join(', ')

function unaryText(operator: string, node: Node): string {
  const strength = unaryPrecedence.get(operator) ?? 0
  const word = operator === 'not' ? 'not ' : operator
  if (node.kind === 'unary') return `${word}(${print(node)})`
  if (node.kind === 'binary') {
    const isStronger = (binaryPrecedence.get(node.operator) ?? 0) >= strength
    return isStronger ? word + print(node) : `${word}(${print(node)})`
  }
  return word + (needsBrackets(node) ? `(${print(node)})` : print(node))
}

const needsBrackets = (node: Node) => isOpen(node) || node.kind === 'conditional'

function binaryText(node: Node & { kind: 'binary' }): string {
  return `${side(node.left, node.operator, true)} ${node.operator} ${side(node.right, node.operator, false)}`
}

function side(node: Node, operator: string, isLeft: boolean): string {
  const strength = binaryPrecedence.get(operator) ?? 0
  let wrap = needsBrackets(node) || (node.kind === 'unary' && isLeft)
  if (node.kind === 'unary' && !isLeft) wrap = (unaryPrecedence.get(node.operator) ?? 0) < strength
  if (node.kind === 'binary') {
    const own = binaryPrecedence.get(node.operator) ?? 0
    const isEasy = isLeft !== isRightAssociative(operator)
    wrap = own < strength || (own === strength && !isEasy) || mixes(node.operator, operator)
  }
  return wrap ? `(${print(node)})` : print(node)
}

/** `a < b < c` and `a ?? b + c` are read in their own ways; negatable words take a `not` in front of them. */
const mixes = (inner: string, outer: string) =>
  (isComparison(inner) && isComparison(outer)) || inner === '??' || outer === '??' || isNegatable(inner)

/** What a member, index or call can follow without brackets. */
function base(node: Node): string {
  const simple = ['identifier', 'member', 'slice', 'call', 'builtin', 'pointer', 'array', 'map', 'chain']
  return simple.includes(node.kind) ? print(node) : `(${print(node)})`
}

function memberText(node: Node & { kind: 'member' }): string {
  const mark = node.optional ? '?.' : ''
  // A name goes on with the chain in front of it, an index starts anew.
  if (node.property.kind === 'string' && isName(node.property.value) && node.base.kind !== 'chain')
    return `${base(node.base)}${mark || '.'}${node.property.value}`
  return `${base(node.base)}${mark}[${operand(node.property)}]`
}

function conditionalText(node: Node & { kind: 'conditional' }): string {
  if (node.ternary) {
    const part = (each: Node) => (needsBrackets(each) ? `(${print(each)})` : print(each))
    return `${part(node.test)} ? ${part(node.yes)} : ${part(node.no)}`
  }
  const otherwise = node.no.kind === 'conditional' && !node.no.ternary ? print(node.no) : `{ ${print(node.no)} }`
  return `if ${operand(node.test)} { ${print(node.yes)} } else ${otherwise}`
}
