import type { Dialect } from '../dialect.ts'
import { bytesOf, fromBytes } from '../go/strings.ts'
import { Problem } from '../problem.ts'

const simple: Record<string, number> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
  '`': 96,
  '?': 63,
}

const escapes =
  /\\(?:u\{([0-9a-fA-F]{1,6})\}|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3])([0-7]{2})|(.))/gsu

const failure = (octal = false) =>
  new Problem(octal ? 'unable to unescape octal sequence in string' : 'unable to unescape string')

/** The text of a literal between its quotes; `\x41` and `\101` are code points (parser/lexer/utils.go). */
export function unescapeText(inner: string, dialect: Dialect): string {
  const text = newlines(inner)
  if (!text.includes('\\')) return text
  return text.replace(escapes, (_, braced, hex, short, long, octal, octalRest, other) => {
    if (braced !== undefined && dialect === '1.15') throw failure()
    const digits = braced ?? hex ?? short ?? long
    if (digits !== undefined) return codePoint(Number.parseInt(digits, 16))
    if (octal !== undefined) return codePoint(Number.parseInt(octal + octalRest, 8))
    return String.fromCharCode(simpleCode(other))
  })
}

/** The bytes of a `b"..."` literal: letters as UTF-8, `\x` and octal escapes as single bytes, no `\u`. */
export function unescapeBytes(inner: string): Uint8Array {
  const text = newlines(inner)
  const bytes: number[] = []
  let from = 0
  for (const match of text.matchAll(escapes)) {
    const [all, braced, hex, short, long, octal, octalRest, other] = match
    bytes.push(...bytesOf(text.slice(from, match.index)))
    if (braced ?? short ?? long) throw failure()
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16))
    else if (octal !== undefined) bytes.push(Number.parseInt(octal + octalRest, 8))
    else bytes.push(simpleCode(other ?? ''))
    from = match.index + all.length
  }
  bytes.push(...bytesOf(text.slice(from)))
  return Uint8Array.from(bytes)
}

const newlines = (text: string) => text.replace(/\r\n?/g, '\n')

function simpleCode(letter: string): number {
  const code = Object.hasOwn(simple, letter) ? simple[letter] : undefined
  if (code === undefined) throw failure(/[0-3]/.test(letter))
  return code
}

function codePoint(code: number): string {
  if (code > 0x10ffff) throw failure()
  // A surrogate cannot be written in UTF-8.
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code)
}

/** Text of bytes, for a token's value. */
export const bytesAsText = (bytes: Uint8Array): string => fromBytes(bytes)
