import { bytesOf } from './strings.ts'

const short: Record<number, string> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
}

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0')
/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

/** Go's strconv.Quote. */
export function goQuote(text: string): string {
  let quoted = '"'
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    if (code >= 0xdc80 && code <= 0xdcff) quoted += `\\x${hex(code - 0xdc00, 2)}`
    else if (short[code] !== undefined) quoted += short[code]
    else if (printable.test(letter)) quoted += letter
    else if (code < 0x20 || code === 0x7f) quoted += `\\x${hex(code, 2)}`
    else quoted += code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
  }
  return `${quoted}"`
}

/** How package time quotes: what is not plain ASCII as bytes. */
export function timeQuote(text: string): string {
  const plain = text.replace(/["\\]/g, letter => `\\${letter}`)
  return `"${plain.replace(/[^ -\x7f]+/g, part => Array.from(bytesOf(part), byte => `\\x${hex(byte, 2)}`).join(''))}"`
}

/** fmt's %#U: `U+0060 '`'`. */
export function goRune(letter: string): string {
  const code = letter.codePointAt(0) ?? 0
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  return printable.test(letter) ? `${name} '${letter}'` : name
}
