import { goQuote } from '../go/quote.ts'
import type { Location } from '../problem.ts'

export type TokenKind = 'Identifier' | 'Number' | 'String' | 'Bytes' | 'Operator' | 'Bracket' | 'EOF'

export interface Token {
  kind: TokenKind
  value: string
  at: Location
}

/** As error messages name a token: `Operator("=")`, `EOF`. */
export const tokenText = (token: Token): string =>
  token.value === '' ? token.kind : `${token.kind}(${goQuote(token.value)})`

export const isToken = (token: Token, kind: TokenKind, value?: string): boolean =>
  token.kind === kind && (value === undefined || token.value === value)
