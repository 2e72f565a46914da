import type { Dialect } from '../dialect.ts'
import { goQuote, goRune } from '../go/quote.ts'
import { Problem } from '../problem.ts'
import { isNamePart, isSpace } from './characters.ts'
import type { Token, TokenKind } from './token.ts'
import { bytesAsText, unescapeBytes, unescapeText } from './unescape.ts'

const operatorWords = new Set(['in', 'or', 'and', 'matches', 'contains', 'startsWith', 'endsWith', 'let'])
const afterNot = new Set(['in', 'matches', 'contains', 'startsWith', 'endsWith'])

/** Cuts an expression into tokens, one at a time, so that an error behind an error is not seen (parser/lexer). */
export class Lexer {
  private readonly letters: readonly string[]
  private readonly dialect: Dialect
  private readonly queue: Token[] = []
  private start = 0
  private end = 0
  private done = false

  constructor(source: string, dialect: Dialect) {
    this.letters = [...source]
    this.dialect = dialect
  }

  /** @returns undefined behind the EOF token */
  next(): Token | undefined {
    while (this.queue.length === 0 && !this.done) this.scan()
    return this.queue.shift()
  }

  private peek(): string {
    return this.letters[this.end] ?? ''
  }

  /** The next letter; '' at the end. */
  private advance(): string {
    return this.letters[this.end++] ?? ''
  }

  private accept(letters: string): boolean {
    const letter = this.peek()
    if (letter === '' || !letters.includes(letter)) return false
    this.end++
    return true
  }

  private acceptRun(letters: string): void {
    while (this.accept(letters));
  }

  private word(): string {
    return this.letters.slice(this.start, this.end).join('')
  }

  private emit(kind: TokenKind, value = this.word()): void {
    this.queue.push({ kind, value, at: { from: this.start, to: this.end } })
    this.start = this.end
  }

  private fail(message: string): Problem {
    const end = Math.min(this.end, this.letters.length + 1)
    return new Problem(message, { from: Math.max(end - 1, 0), to: Math.max(end, 0) })
  }

  private scan(): void {
    const letter = this.advance()
    const isNew = this.dialect === '1.17'
    if (letter === '') this.endOfFile()
    else if (isSpace(letter)) this.start = this.end
    else if (letter === "'" || letter === '"') this.text(letter)
    else if (isNew && letter === '`') this.rawText()
    else if (isNew && (letter === 'b' || letter === 'B') && /^['"]$/.test(this.peek())) this.bytes()
    else if (/^[0-9]$/.test(letter)) this.number()
    else if (letter === '/') this.slash()
    else if (letter === '#') this.pointer()
    else if (letter === '.') this.dot()
    else if ('([{)]}'.includes(letter)) this.emit('Bracket')
    else if ('?|:,;%+-^&!=*<>'.includes(letter)) this.operator(letter)
    else if (isNamePart(letter)) this.name()
    else throw this.fail(`unrecognized character: ${goRune(letter)}`)
  }

  private operator(first: string): void {
    if (first === '?') this.accept('.?')
    else if (first === '|') this.accept('|')
    else if (first === ':' && this.dialect === '1.17') this.accept(':')
    else if ('&!=*<>'.includes(first)) this.accept('&=*')
    this.emit('Operator')
  }

  private endOfFile(): void {
    const length = this.letters.length
    this.queue.push({ kind: 'EOF', value: '', at: { from: Math.max(length - 1, 0), to: length } })
    this.done = true
  }

  private text(quote: string): void {
    this.skipLiteral(quote)
    const inner = this.letters.slice(this.start + 1, this.end - 1).join('')
    this.emit(
      'String',
      this.unescaped(() => unescapeText(inner, this.dialect)),
    )
  }

  private bytes(): void {
    this.skipLiteral(this.advance())
    const inner = this.letters.slice(this.start + 2, this.end - 1).join('')
    this.emit(
      'Bytes',
      this.unescaped(() => bytesAsText(unescapeBytes(inner))),
    )
  }

  private unescaped(read: () => string): string {
    try {
      return read()
    } catch (error) {
      throw error instanceof Problem ? this.fail(error.message) : error
    }
  }

  /** To behind the closing quote; escapes are looked at only as far as needed to find it. */
  private skipLiteral(quote: string): void {
    for (let letter = this.advance(); letter !== quote; ) {
      if (letter === '\n' || letter === '') throw this.fail('literal not terminated')
      letter = letter === '\\' ? this.skipEscape(quote) : this.advance()
    }
  }

  private skipEscape(quote: string): string {
    const letter = this.advance()
    if ('abfnrtv\\'.includes(letter) && letter !== '') return this.advance()
    if (letter === quote) return this.advance()
    if (/^[0-7]$/.test(letter)) return this.skipDigits(letter, /^[0-7]$/, 3)
    if (letter === 'x') return this.skipDigits(this.advance(), /^[0-9a-fA-F]$/, 2)
    if (letter === 'u' && this.peek() === '{' && this.dialect === '1.17') return this.skipBraced()
    if (letter === 'u') return this.skipDigits(this.advance(), /^[0-9a-fA-F]$/, 4)
    if (letter === 'U') return this.skipDigits(this.advance(), /^[0-9a-fA-F]$/, 8)
    throw this.fail('invalid char escape')
  }

  private skipDigits(first: string, digit: RegExp, count: number): string {
    let letter = first
    for (let left = count; left > 0; left--) {
      if (!digit.test(letter)) throw this.fail('invalid char escape')
      letter = this.advance()
    }
    return letter
  }

  private skipBraced(): string {
    this.advance()
    let digits = 0
    while (this.peek() !== '}') {
      if (digits === 6 || !/^[0-9a-fA-F]$/.test(this.peek())) throw this.fail('invalid char escape')
      this.advance()
      digits++
    }
    if (digits === 0) throw this.fail('invalid char escape')
    this.advance()
    return this.advance()
  }

  /** Between backticks everything stands for itself; two of them are one. */
  private rawText(): void {
    for (;;) {
      const letter = this.advance()
      if (letter === '') throw this.fail('literal not terminated')
      if (letter !== '`') continue
      if (this.peek() !== '`') break
      this.advance()
    }
    this.emit(
      'String',
      this.letters
        .slice(this.start + 1, this.end - 1)
        .join('')
        .replaceAll('``', '`'),
    )
  }

  /** The first digit has been taken. */
  private number(): void {
    this.end--
    let digits = '0123456789_'
    if (this.accept('0')) {
      if (this.accept('xX')) digits = '0123456789abcdefABCDEF_'
      else if (this.accept('oO')) digits = '01234567_'
      else if (this.accept('bB')) digits = '01_'
    }
    this.acceptRun(digits)
    const beforeDot = this.end
    if (this.accept('.')) {
      // `1..2` is a range.
      if (this.peek() === '.') {
        this.end = beforeDot
        this.emit('Number')
        return
      }
      this.acceptRun(digits)
    }
    if (this.accept('eE')) {
      this.accept('+-')
      this.acceptRun(digits)
    }
    if (isNamePart(this.peek())) {
      this.advance()
      throw this.fail(`bad number syntax: ${goQuote(this.word())}`)
    }
    this.emit('Number')
  }

  private dot(): void {
    if (this.accept('0123456789')) this.number()
    else {
      this.accept('.')
      this.emit('Operator')
    }
  }

  private slash(): void {
    if (this.accept('/')) {
      for (let letter = this.advance(); letter !== '' && letter !== '\n'; ) letter = this.advance()
    } else if (this.accept('*')) {
      for (;;) {
        const letter = this.advance()
        if (letter === '') throw this.fail('unclosed comment')
        if (letter === '*' && this.accept('/')) break
      }
    } else {
      this.emit('Operator')
      return
    }
    this.end = Math.min(this.end, this.letters.length)
    this.start = this.end
  }

  private pointer(): void {
    this.accept('#')
    this.emit('Operator')
    this.skipName()
    if (this.end > this.start) this.emit('Identifier')
  }

  private skipName(): void {
    while (isNamePart(this.peek())) this.end++
  }

  private name(): void {
    this.skipName()
    const word = this.word()
    const isOperator = operatorWords.has(word) || (this.dialect === '1.17' && (word === 'if' || word === 'else'))
    if (word === 'not') this.not()
    else this.emit(isOperator ? 'Operator' : 'Identifier')
  }

  /** `not` binds to the operator word behind it, which then is one even where it would be a name. */
  private not(): void {
    this.emit('Operator')
    this.acceptRun(' ')
    this.start = this.end
    this.skipName()
    if (afterNot.has(this.word())) this.emit('Operator')
    else this.end = this.start
  }
}
