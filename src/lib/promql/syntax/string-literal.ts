import { goUnquote } from '../../values/go-unquote.ts'

const lengths: Readonly<Record<string, readonly [digits: number, base: number]>> = {
  x: [2, 16],
  u: [4, 16],
  U: [8, 16],
}
const codePoint = (letter: string) =>
  `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${letter}'`

/**
 * Reads the escape sequence whose backslash is just before `at`.
 *
 * @returns where it ends, or what is wrong with it (lexEscape in promql/parser/lex.go)
 */
export function escapeProblem(text: string, at: number, quote: string): { end: number } | string {
  const letter = text.charAt(at)
  if (letter === '') return 'escape sequence not terminated'
  if ('abfnrtv\\'.includes(letter) || letter === quote) return { end: at + 1 }
  const isOctal = letter >= '0' && letter <= '7'
  const [digits, base] = isOctal ? [3, 8] : (lengths[letter] ?? [0, 0])
  if (digits === 0) return `unknown escape sequence ${codePoint(String.fromCodePoint(text.codePointAt(at) ?? 0))}`
  const start = isOctal ? at : at + 1
  for (let index = start; index < start + digits; index++) {
    const digit = text.charAt(index)
    if (digit === '') return 'escape sequence not terminated'
    if (Number.isNaN(Number.parseInt(digit, base))) return `illegal character ${codePoint(digit)} in escape sequence`
  }
  const value = Number.parseInt(text.slice(start, start + digits), base)
  const largest = letter === 'u' || letter === 'U' ? 0x10ffff : 255
  if (value > largest || (value >= 0xd800 && value < 0xe000)) return 'escape sequence is an invalid Unicode code point'
  return { end: start + digits }
}

/** What a quoted string of a query means. */
export function unquote(literal: string): string | undefined {
  const quote = literal.charAt(0)
  const inner = literal.slice(1, -1)
  if (quote === '`') return inner
  return goUnquote(inner, quote)
}
