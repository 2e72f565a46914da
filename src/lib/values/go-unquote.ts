const simpleEscapes: Record<string, number> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }

/**
 * The text between two like quotes with its escapes resolved, as Go's strconv.UnquoteChar does: `\n`, `\x41`, `\101`,
 * `\u00e4`, `\U0001F600`; `\'` and `\"` only inside their own quotes.
 *
 * @returns undefined when an escape is unknown or a quote stands unescaped in the middle
 */
export function goUnquote(inner: string, quote: string): string | undefined {
  if (!inner.includes('\\') && !inner.includes(quote)) return inner
  const pattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))|([^\\])/gsuy
  const bytes: number[] = []
  for (let at = 0; at < inner.length; at = pattern.lastIndex) {
    pattern.lastIndex = at
    const match = pattern.exec(inner)
    if (match === null) return undefined
    const added = unquoted(match, quote)
    if (added === undefined) return undefined
    bytes.push(...added)
  }
  return new TextDecoder().decode(new Uint8Array(bytes))
}

/** UTF-8 of one letter or escape; `\x` and octal escapes are bytes, not letters. */
function unquoted(match: RegExpExecArray, quote: string): Iterable<number> | undefined {
  const [, hex, short, long, octal, single, plain] = match
  if (hex !== undefined) return [Number.parseInt(hex, 16)]
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8)
    return byte > 255 ? undefined : [byte]
  }
  const codePoint = short ?? long
  if (codePoint !== undefined) {
    const value = Number.parseInt(codePoint, 16)
    const isLetter = value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff)
    return isLetter ? new TextEncoder().encode(String.fromCodePoint(value)) : undefined
  }
  if (single !== undefined) {
    const byte = single === quote ? single.charCodeAt(0) : simpleEscapes[single]
    return byte === undefined ? undefined : [byte]
  }
  return plain === undefined || plain === quote ? undefined : new TextEncoder().encode(plain)
}
