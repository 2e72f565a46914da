import { Problem } from '../problem.ts'
import { parseFloat64 } from './numbers.ts'
import { bytesOf, fromOutside } from './strings.ts'
import { objectType } from './types.ts'
import { anySliceOf, Dictionary, type Value } from './values.ts'

const maxDepth = 10_000
const simpleEscapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/**
 * Go's json.Unmarshal into an `any`: numbers are float64, the last of equal keys wins.
 *
 * @throws Problem with Go's message
 */
export function decodeJson(text: string): Value {
  const decoder = new Decoder(text)
  const value = decoder.value('looking for beginning of value', 0)
  decoder.end()
  return value
}

class Decoder {
  private readonly text: string
  private at = 0
  /** A number beyond float64, of which Go speaks only if the rest is JSON. */
  private tooLarge: string | undefined

  constructor(text: string) {
    this.text = text
  }

  private skipSpace(): void {
    while (/^[ \t\r\n]$/.test(this.text[this.at] ?? '')) this.at++
  }

  private problem(context: string): Problem {
    if (this.at >= this.text.length) {
      // Go puts a space behind the end, which is wrong in the middle of a word, number or escape.
      const isInside = /literal (?:true|false|null) |numeric literal|escape/.test(context)
      return new Problem(isInside ? `invalid character ' ' ${context}` : 'unexpected end of JSON input')
    }
    return new Problem(`invalid character ${quotedLetter(this.text, this.at)} ${context}`)
  }

  end(): void {
    this.skipSpace()
    if (this.at < this.text.length) throw this.problem('after top-level value')
    if (this.tooLarge !== undefined)
      throw new Problem(`json: cannot unmarshal number ${this.tooLarge} into Go value of type float64`)
  }

  value(context: string, depth: number): Value {
    if (depth > maxDepth) throw new Problem('exceeded max depth')
    this.skipSpace()
    const letter = this.text[this.at] ?? ''
    if (letter === '{') return this.object(depth)
    if (letter === '[') return this.array(depth)
    if (letter === '"') return this.string()
    if (letter === 't') return this.word('true', true)
    if (letter === 'f') return this.word('false', false)
    if (letter === 'n') return this.word('null', null)
    if (/^[-0-9]$/.test(letter)) return this.number()
    throw this.problem(context)
  }

  private word(word: string, value: Value): Value {
    for (let seen = 0; seen < word.length; seen++, this.at++) {
      if (this.text[this.at] !== word[seen]) throw this.problem(`in literal ${word} (expecting '${word[seen]}')`)
    }
    return value
  }

  private number(): number {
    const start = this.at
    if (this.text[this.at] === '-') this.at++
    if (this.text[this.at] === '0') this.at++
    else this.digits('in numeric literal')
    if (this.text[this.at] === '.') {
      this.at++
      this.digits('after decimal point in numeric literal')
    }
    if (/^[eE]$/.test(this.text[this.at] ?? '')) {
      this.at++
      if (/^[-+]$/.test(this.text[this.at] ?? '')) this.at++
      this.digits('in exponent of numeric literal')
    }
    const text = this.text.slice(start, this.at)
    const parsed = parseFloat64(text)
    if ('value' in parsed) return parsed.value
    this.tooLarge ??= text
    return 0
  }

  private digits(context: string): void {
    if (!/^[0-9]$/.test(this.text[this.at] ?? '')) throw this.problem(context)
    while (/^[0-9]$/.test(this.text[this.at] ?? '')) this.at++
  }

  private string(): string {
    let value = ''
    for (this.at++; ; this.at++) {
      const letter = this.text[this.at]
      if (letter === undefined || letter < ' ') throw this.problem('in string literal')
      if (letter === '"') break
      if (letter !== '\\') value += letter
      else value += this.escape()
    }
    this.at++
    return fromOutside(value)
  }

  private escape(): string {
    const letter = this.text[++this.at] ?? ''
    const simple = Object.hasOwn(simpleEscapes, letter) ? simpleEscapes[letter] : undefined
    if (simple !== undefined) return simple
    if (letter !== 'u') throw this.problem('in string escape code')
    let code = ''
    for (let digit = 0; digit < 4; digit++) {
      const next = this.text[++this.at] ?? ''
      if (!/^[0-9a-fA-F]$/.test(next)) throw this.problem('in \\u hexadecimal character escape')
      code += next
    }
    return String.fromCharCode(Number.parseInt(code, 16))
  }

  private array(depth: number): Value {
    const items: Value[] = []
    this.at++
    this.skipSpace()
    if (this.text[this.at] === ']') this.at++
    else
      for (;;) {
        items.push(this.value('looking for beginning of value', depth + 1))
        this.skipSpace()
        if (this.text[this.at] === ']') break
        if (this.text[this.at] !== ',') throw this.problem('after array element')
        this.at++
      }
    if (items.length > 0) this.at++
    return anySliceOf(items)
  }

  private object(depth: number): Value {
    const entries = new Map<unknown, readonly [Value, Value]>()
    this.at++
    this.skipSpace()
    if (this.text[this.at] === '}') {
      this.at++
      return new Dictionary(objectType, entries)
    }
    for (let context = 'looking for beginning of object key string'; ; ) {
      this.skipSpace()
      if (this.text[this.at] !== '"') throw this.problem(context)
      const key = this.string()
      this.skipSpace()
      if (this.text[this.at] !== ':') throw this.problem('after object key')
      this.at++
      entries.set(key, [key, this.value('looking for beginning of value', depth + 1)])
      this.skipSpace()
      if (this.text[this.at] === '}') break
      if (this.text[this.at] !== ',') throw this.problem('after object key:value pair')
      this.at++
      context = 'looking for beginning of object key string'
    }
    this.at++
    return new Dictionary(objectType, entries)
  }
}

/** The first byte, as Go's scanner sees it. */
function quotedLetter(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0
  const letter = String.fromCodePoint(code)
  if (letter === "'") return `'\\''`
  if (letter === '"') return `'"'`
  if (code < 0x80) return `'${letter === '\\' ? '\\\\' : code < 0x20 || code === 0x7f ? controlText(code) : letter}'`
  const byte = bytesOf(letter)[0] ?? 0
  const asLetter = String.fromCharCode(byte)
  return `'${/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(asLetter) ? asLetter : `\\u${byte.toString(16).padStart(4, '0')}`}'`
}

function controlText(code: number): string {
  const named: Record<number, string> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' }
  return named[code] ?? `\\x${code.toString(16).padStart(2, '0')}`
}
