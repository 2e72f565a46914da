import { goQuote, goQuoteRune } from '../labels/quote.ts'
import type { Span } from '../problem.ts'
import { scanNumber, scanRemainingDuration } from './number-token.ts'
import { escapeProblem } from './string-literal.ts'

export type TokenKind =
  | 'identifier'
  | 'metric identifier'
  | 'string'
  | 'number'
  | 'duration'
  | 'keyword'
  | 'operator'
  | 'aggregator'
  | 'preprocessor'
  | 'punctuation'
  | 'end'
  | 'error'

export interface Token extends Span {
  kind: TokenKind
  text: string
  /** Lower case for words that the grammar knows. */
  word: string
  /** For `error`: what is wrong. */
  message?: string
}

const words = (kind: TokenKind, text: string) => text.split(' ').map((word): [string, TokenKind] => [word, kind])

const reserved: ReadonlyMap<string, TokenKind> = new Map([
  ...words('operator', 'and or unless atan2'),
  ...words(
    'aggregator',
    'sum avg count min max group stddev stdvar topk bottomk count_values quantile limitk limit_ratio',
  ),
  ...words('keyword', 'offset smoothed anchored by without on ignoring group_left group_right bool'),
  ...words('keyword', 'fill fill_left fill_right'),
  ...words('preprocessor', 'start end step range max_of min_of'),
  ...words('number', 'inf nan'),
])
const durationWords = new Set(['step', 'range', 'max_of', 'min_of'])

const isSpace = (letter: string) => letter !== '' && ' \t\n\r'.includes(letter)
const isDigit = (letter: string) => letter >= '0' && letter <= '9' && letter.length === 1
const isAlpha = (letter: string) => /^[a-zA-Z_]$/.test(letter)

/**
 * Cuts a query into tokens by the rules of promql/parser/lex.go. The last token is `end`, or `error` at the first place that
 * cannot be a token.
 */
export function tokenize(query: string): Token[] {
  return new Lexer(query).run()
}

class Lexer {
  readonly #text: string
  readonly #tokens: Token[] = []
  #at = 0
  #parens = 0
  #inBraces = false
  #inBrackets = false
  #gotColon = false
  #gotDuration = false

  constructor(text: string) {
    this.#text = text
  }

  run(): Token[] {
    for (;;) {
      const last = this.#next()
      if (!last) continue
      this.#tokens.push(last)
      if (last.kind === 'end' || last.kind === 'error') return this.#tokens
    }
  }

  /** The letter here, whole when it is made of two UTF-16 units; empty at the end. */
  #peek(ahead = 0): string {
    const code = this.#text.codePointAt(this.#at + ahead)
    return code === undefined ? '' : String.fromCodePoint(code)
  }

  #token(kind: TokenKind, length: number): Token {
    const start = this.#at
    this.#at += length
    const text = this.#text.slice(start, this.#at)
    return { kind, text, word: kind === 'identifier' ? text : text.toLowerCase(), start, end: this.#at }
  }

  #error(message: string, start = this.#at): Token {
    return { kind: 'error', text: '', word: '', start, end: this.#text.length, message }
  }

  #next(): Token | undefined {
    const letter = this.#peek()
    if (isSpace(letter)) {
      this.#at++
      return undefined
    }
    if (letter === '#' && !this.#inBrackets) {
      while (this.#at < this.#text.length && !'\r\n'.includes(this.#text.charAt(this.#at))) this.#at++
      return undefined
    }
    if (this.#inBrackets) return this.#inDuration(letter)
    if (letter === '"' || letter === "'" || letter === '`') return this.#string(letter)
    return this.#inBraces ? this.#inSelector(letter) : this.#inExpression(letter)
  }

  #inExpression(letter: string): Token {
    const pair = this.#text.slice(this.#at, this.#at + 2)
    if (letter === '') {
      if (this.#parens !== 0) return this.#error('unclosed left parenthesis')
      return { kind: 'end', text: '', word: '', start: this.#at, end: this.#at }
    }
    if (isDigit(letter) || (letter === '.' && isDigit(this.#peek(1)))) return this.#number()
    if (isAlpha(letter) || letter === ':') return this.#name()
    if (['==', '!=', '<=', '>=', '</', '>/'].includes(pair)) return this.#token('operator', 2)
    switch (letter) {
      case '=':
        if (pair === '=~') return this.#error("unexpected character after '=': '~'")
        return this.#token('punctuation', 1)
      case '!': {
        const after = this.#peek(1)
        return this.#error(`unexpected character after '!': ${after === '' ? '-1' : goQuoteRune(after)}`)
      }
      case '(':
        this.#parens++
        return this.#token('punctuation', 1)
      case ')':
        return this.#closeParen()
      case '{':
        this.#inBraces = true
        return this.#token('punctuation', 1)
      case '[':
        this.#inBrackets = true
        this.#gotColon = false
        this.#gotDuration = false
        return this.#token('punctuation', 1)
      case ']':
        return this.#error("unexpected right bracket ']'")
      case ',':
        return this.#token('punctuation', 1)
    }
    if ('*/%+-^<>@'.includes(letter)) return this.#token('operator', 1)
    return this.#error(`unexpected character: ${goQuoteRune(letter)}`)
  }

  #closeParen(): Token {
    if (this.#parens === 0) return this.#error("unexpected right parenthesis ')'", this.#at + 1)
    this.#parens--
    return this.#token('punctuation', 1)
  }

  #inSelector(letter: string): Token {
    const pair = this.#text.slice(this.#at, this.#at + 2)
    if (letter === '') return this.#error('unexpected end of input inside braces')
    if (isAlpha(letter)) {
      const length = this.#text.slice(this.#at).match(/^\w+/)?.[0].length ?? 1
      return this.#token('identifier', length)
    }
    if (['=~', '!~', '!='].includes(pair)) return this.#token('operator', 2)
    switch (letter) {
      case '=':
      case ',':
        return this.#token('punctuation', 1)
      case '!': {
        const after = this.#peek(1)
        return this.#error(`unexpected character after '!' inside braces: ${after === '' ? '-1' : goQuoteRune(after)}`)
      }
      case '{':
        return this.#error("unexpected left brace '{'")
      case '}':
        this.#inBraces = false
        return this.#token('punctuation', 1)
    }
    return this.#error(`unexpected character inside braces: ${goQuoteRune(letter)}`)
  }

  #inDuration(letter: string): Token {
    if (letter === '') {
      const before = this.#tokens[this.#tokens.length - 1]?.kind
      if (before !== 'number' && before !== 'duration')
        return this.#error('unexpected end of input in duration expression')
      return this.#error(this.#parens === 0 ? 'unclosed left bracket' : 'unclosed left parenthesis')
    }
    if (isDigit(letter) || (letter === '.' && isDigit(this.#peek(1)))) {
      this.#gotDuration = true
      return this.#number()
    }
    switch (letter) {
      case ']':
        this.#inBrackets = false
        return this.#token('punctuation', 1)
      case ':':
        if (!this.#gotDuration)
          return this.#error('unexpected colon before duration in duration expression', this.#at + 1)
        if (this.#gotColon) return this.#error('unexpected repeated colon in duration expression', this.#at + 1)
        this.#gotColon = true
        return this.#token('punctuation', 1)
      case '(':
        this.#parens++
        return this.#token('punctuation', 1)
      case ')':
        return this.#closeParen()
      case ',':
        return this.#token('punctuation', 1)
    }
    if ('*/%+-^'.includes(letter)) return this.#token('operator', 1)
    const word = this.#text.slice(this.#at).match(/^[a-zA-Z_]+/)?.[0] ?? ''
    if (durationWords.has(word.toLowerCase())) {
      this.#gotDuration = true
      return this.#token('preprocessor', word.length)
    }
    return this.#error(`unexpected character in duration expression: ${goQuoteRune(letter)}`)
  }

  #number(): Token {
    const start = this.#at
    const number = scanNumber(this.#text, start)
    if (number.valid) return this.#token('number', number.end - start)
    const duration = scanRemainingDuration(this.#text, number.end)
    if (duration.valid) return this.#token('duration', duration.end - start)
    return this.#error(`bad number or duration syntax: ${goQuote(this.#text.slice(start, duration.end))}`, start)
  }

  #name(): Token {
    const word = this.#text.slice(this.#at).match(/^[\w:]+/)?.[0] ?? ''
    const lower = word.toLowerCase()
    const kind = reserved.get(lower)
    // These three were names before they were modifiers, so they are modifiers with a parenthesis only.
    const isFill = lower === 'fill' || lower === 'fill_left' || lower === 'fill_right'
    const opens = /^[ \t\n\r]*\(/.test(this.#text.slice(this.#at + word.length))
    if (kind && !(isFill && !opens)) return this.#token(kind, word.length)
    return this.#token(word.includes(':') ? 'metric identifier' : 'identifier', word.length)
  }

  #string(quote: string): Token {
    const start = this.#at
    for (let at = start + 1; ; at++) {
      const letter = this.#text.charAt(at)
      if (letter === '' || (letter === '\n' && quote !== '`'))
        return this.#error(quote === '`' ? 'unterminated raw string' : 'unterminated quoted string', start)
      if (letter === quote) return this.#token('string', at + 1 - start)
      if (letter !== '\\' || quote === '`') continue
      const sequence = escapeProblem(this.#text, at + 1, quote)
      if (typeof sequence === 'string') return this.#error(sequence, start)
      at = sequence.end - 1
    }
  }
}

/** How the parser's messages name a token. */
export function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of input'
    case 'identifier':
    case 'metric identifier':
      return `${token.kind} ${goQuote(token.text)}`
    case 'string':
    case 'duration':
    case 'number': {
      const letters = [...token.text]
      const shown = letters.length > 10 ? `${goQuote(letters.slice(0, 10).join(''))}...` : goQuote(token.text)
      return `${token.kind} ${shown}`
    }
    case 'keyword':
      return `<${token.text}>`
    case 'operator':
      return `<op:${token.text}>`
    case 'aggregator':
      return `<aggr:${token.text}>`
    default:
      return goQuote(token.text)
  }
}
