import { usage } from '../failure.ts'
import { goUnquote } from '../go-unquote.ts'
import { FloatLiteral } from './go-values.ts'
import type { JsonPath, JsonPathNode, Slice } from './jsonpath.ts'

/**
 * Reads a template of client-go's JSONPath dialect: text, `{.field}`, `{['a\.b']}`, `{[0]}`, `{[1:5:2]}`, `{[0,2]}`,
 * `{.*}`, `{..name}`, `{[?(@.a=="x")]}`, `{range .items[*]}...{end}`, `{"\n"}`. Follows client-go parser.go, quirks
 * included: a dot in a quoted key needs a backslash, and a filter is one comparison.
 *
 * @throws Failure `usage` that names the column
 */
export function parseJsonPath(template: string): JsonPath {
  return { template, nodes: new TemplateReader(template, template, 0).read() }
}

const sliceForm = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/
const comparison = /^([^!<>=]+)([!<>=]+)(.+?)$/

class TemplateReader {
  readonly #template: string
  readonly #text: string
  /** where `text` begins in the template, for messages */
  readonly #offset: number
  #at = 0

  constructor(template: string, text: string, offset: number) {
    this.#template = template
    this.#text = text
    this.#offset = offset
  }

  read(): JsonPathNode[] {
    const nodes: JsonPathNode[] = []
    while (this.#at < this.#text.length) {
      const brace = this.#text.indexOf('{', this.#at)
      const end = brace < 0 ? this.#text.length : brace
      if (end > this.#at) nodes.push({ kind: 'text', text: this.#text.slice(this.#at, end) })
      this.#at = end
      if (brace >= 0) nodes.push({ kind: 'action', nodes: this.#readAction() })
    }
    return nodes
  }

  #readAction(): JsonPathNode[] {
    const nodes: JsonPathNode[] = []
    this.#at++
    for (;;) {
      if (this.#skips('}')) return nodes
      if (this.#skips('[?(')) nodes.push(this.#readFilter())
      else if (this.#skips('..')) nodes.push(...this.#readRecursive(nodes))
      else nodes.push(...this.#readNode())
    }
  }

  #readNode(): JsonPathNode[] {
    const start = this.#at
    const letter = this.#next()
    if (letter === '' || letter === '\n' || letter === '\r') throw this.#error('unclosed action', start)
    if (letter === ' ' || letter === '@' || letter === '$') return []
    if (letter === '[') return this.#readBrackets()
    if (letter === '"' || letter === "'") return [this.#readQuoted(letter)]
    if (letter === '.') return [this.#readField()]
    if (/[+\-\p{Nd}]/u.test(letter)) return [this.#readNumber(start)]
    if (/[_\p{L}]/u.test(letter)) return [this.#readWord(start)]
    throw this.#error(`unrecognized character in action: ${codePointName(letter)}`, start)
  }

  #readWord(start: number): JsonPathNode {
    const word = this.#text.slice(start, this.#wordEnd(/[ \t\r\n.,[\]$@{}]/g))
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' }
    return { kind: 'identifier', name: word }
  }

  #readRecursive(before: readonly JsonPathNode[]): JsonPathNode[] {
    if (before.at(-1)?.kind === 'recursive') throw this.#error('invalid multiple recursive descent', this.#at - 2)
    const isField = /^[_\p{L}\p{Nd}]/u.test(this.#text.slice(this.#at, this.#at + 2))
    return isField ? [{ kind: 'recursive' }, this.#readField()] : [{ kind: 'recursive' }]
  }

  #readNumber(start: number): JsonPathNode {
    const text = this.#text.slice(start, this.#wordEnd(/[^.\p{Nd}]/gu))
    if (/^[+-]?\d+$/.test(text)) return { kind: 'literal', value: Number(text) }
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw this.#error(`cannot parse number ${text}`, start)
    return { kind: 'literal', value: new FloatLiteral(Number(text)) }
  }

  #readField(): JsonPathNode {
    const start = this.#at
    while (this.#at < this.#text.length && !/[ \t\r\n.,[\]$@{}]/.test(this.#text[this.#at] ?? ''))
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1
    const name = this.#text.slice(start, this.#at)
    return name === '*' ? { kind: 'wildcard' } : { kind: 'field', name: name.replaceAll('\\', '') }
  }

  #readQuoted(quote: string): JsonPathNode {
    const start = this.#at
    for (let letter = this.#next(); letter !== quote || this.#text[this.#at - 2] === '\\'; letter = this.#next())
      if (letter === '' || letter === '\n') throw this.#error('unterminated quoted string', start - 1)
    const text = goUnquote(this.#text.slice(start, this.#at - 1), quote)
    if (text === undefined)
      throw this.#error(`unquote string ${this.#text.slice(start - 1, this.#at)}: invalid syntax`, start)
    return { kind: 'text', text }
  }

  #readBrackets(): JsonPathNode[] {
    const start = this.#at
    for (let letter = this.#next(); letter !== ']'; letter = this.#next())
      if (letter === '' || letter === '\n') throw this.#error('unterminated array', start - 1)
    const text = this.#text.slice(start, this.#at - 1)
    if (text.includes(',')) return [this.#readUnion(text, start)]
    const key = /^'([^']*)'$/.exec(text)?.[1]
    if (key !== undefined) return this.#actionIn(`.${key}`, start)
    return [{ kind: 'slice', slice: this.#sliceOf(text === '*' ? ':' : text, start) }]
  }

  #readUnion(text: string, start: number): JsonPathNode {
    const branches: JsonPathNode[][] = []
    for (let at = 0; at <= text.length; ) {
      const comma = text.indexOf(',', at)
      const end = comma < 0 ? text.length : comma
      const part = text.slice(at, end).replace(/^ +| +$/g, '')
      branches.push(this.#actionIn(`[${part}]`, start + text.indexOf(part, at) - 1))
      at = end + 1
    }
    return { kind: 'union', branches }
  }

  #sliceOf(text: string, at: number): Slice {
    const match = sliceForm.exec(text)
    if (match === null) throw this.#error(`invalid array index ${text}`, at)
    const [, first = '', second, third] = match
    const start = this.#indexIn(first, at)
    if (second === undefined) return { start, end: (start ?? 0) + 1, isDerived: true, step: undefined }
    return {
      start,
      end: this.#indexIn(second.slice(1), at),
      isDerived: false,
      step: this.#indexIn(third?.slice(1) ?? '', at),
    }
  }

  #indexIn(text: string, at: number): number | undefined {
    if (text === '') return undefined
    if (text === '-') throw this.#error(`array index ${text} is not a number`, at)
    return Number(text)
  }

  #readFilter(): JsonPathNode {
    const start = this.#at
    this.#skipToFilterEnd(start)
    if (this.#next() !== ']') throw this.#error('unclosed array expect ]', this.#at)
    const text = this.#text.slice(start, this.#at - 2)
    const match = comparison.exec(text)
    if (match === null) return { kind: 'filter', left: this.#actionIn(text, start), operator: 'exists', right: [] }
    const [, left = '', operator = '', right = ''] = match
    return {
      kind: 'filter',
      left: this.#actionIn(left, start),
      operator,
      right: this.#actionIn(right, start + left.length + operator.length),
    }
  }

  /** To behind the closing parenthesis; one quoted string may contain parentheses. */
  #skipToFilterEnd(start: number): void {
    let quote = ''
    let isClosed = false
    for (;;) {
      const letter = this.#next()
      if (letter === '' || letter === '\n') throw this.#error('unterminated filter', start - 3)
      if (letter === '"' || letter === "'") {
        if (quote === '') quote = letter
        else if (letter === quote && this.#text[this.#at - 2] !== '\\') isClosed = true
      } else if (letter === ')' && (quote !== '') === isClosed) return
    }
  }

  #actionIn(text: string, offset: number): JsonPathNode[] {
    // the opening brace stands one before the text
    const first = new TemplateReader(this.#template, `{${text}}`, this.#offset + offset - 1).read()[0]
    return first?.kind === 'action' ? first.nodes : []
  }

  #next(): string {
    const codePoint = this.#text.codePointAt(this.#at)
    if (codePoint === undefined) return ''
    const letter = String.fromCodePoint(codePoint)
    this.#at += letter.length
    return letter
  }

  #skips(prefix: string): boolean {
    if (!this.#text.startsWith(prefix, this.#at)) return false
    this.#at += prefix.length
    return true
  }

  #wordEnd(terminator: RegExp): number {
    terminator.lastIndex = this.#at
    this.#at = terminator.exec(this.#text)?.index ?? this.#text.length
    return this.#at
  }

  #error(why: string, at: number) {
    const column = Math.min(this.#offset + at, this.#template.length) + 1
    return usage(`error parsing jsonpath ${this.#template}, ${why} (column ${column})`, { reason: 'InvalidJsonPath' })
  }
}

/** Go's %#U: `U+0026 '&'`. */
function codePointName(letter: string): string {
  const hex = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return /\p{C}/u.test(letter) ? `U+${hex}` : `U+${hex} '${letter}'`
}
