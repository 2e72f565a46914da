import type { FloatNode, IntegerNode } from '../ast/node.ts'
import { parseFloat64, parseInteger } from '../go/numbers.ts'
import type { TokenStream } from './token-stream.ts'

type Literal = { kind: 'integer'; base: 0 | 10; what: string } | { kind: 'float' }

/** The node of a number token; the stream stands behind it, where errors are reported. */
export function numberLiteral(stream: TokenStream, text: string, at: { from: number; to: number }) {
  const digits = text.replaceAll('_', '')
  const literal = stream.dialect === '1.17' ? literalKind(digits) : oldLiteralKind(digits)
  if (literal.kind === 'float') {
    const parsed = parseFloat64(digits)
    if ('error' in parsed) throw stream.problem(`invalid float literal: ${parsed.error}`)
    return stream.node<FloatNode>({ kind: 'float', value: parsed.value }, at)
  }
  const parsed = parseInteger(digits, literal.base)
  if ('error' in parsed) throw stream.problem(`invalid ${literal.what} literal: ${parsed.error}`)
  return stream.node<IntegerNode>({ kind: 'integer', value: parsed.value }, at)
}

function literalKind(digits: string): Literal {
  const lower = digits.toLowerCase()
  if (lower.startsWith('0x')) return { kind: 'integer', base: 0, what: 'hex' }
  if (/[.e]/.test(lower)) return { kind: 'float' }
  if (lower.startsWith('0b')) return { kind: 'integer', base: 0, what: 'binary' }
  if (lower.startsWith('0o')) return { kind: 'integer', base: 0, what: 'octal' }
  return { kind: 'integer', base: 10, what: 'integer' }
}

/** 1.15 knows hexadecimal numbers only, and only with a small x. */
function oldLiteralKind(digits: string): Literal {
  if (digits.includes('x')) return { kind: 'integer', base: 0, what: 'hex' }
  return /[.eE]/.test(digits) ? { kind: 'float' } : { kind: 'integer', base: 10, what: 'integer' }
}
