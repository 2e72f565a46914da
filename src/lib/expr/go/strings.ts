/**
 * Go strings are bytes, ours are UTF-16. A byte that is not part of valid UTF-8 is kept as the lone surrogate U+DC00 + byte,
 * which no valid Go string can contain; so every byte string has exactly one form here.
 */
const stray = /(?<![\ud800-\udbff])[\udc80-\udcff]/
const strays = /(?<![\ud800-\udbff])[\udc80-\udcff]/g
/** Quick, and false for almost every text. */
const surrogate = /[\ud800-\udfff]/
const ascii = /^[\0-\x7f]*$/
const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const isAscii = (text: string): boolean => ascii.test(text)
export const hasStrayBytes = (text: string): boolean => surrogate.test(text) && stray.test(text)

/** What a Go program would print for stray bytes: U+FFFD each. */
export const toValidText = (text: string): string => (surrogate.test(text) ? text.replace(strays, '\ufffd') : text)

/** The valid parts between stray bytes. */
export const splitAtStrayBytes = (text: string): string[] => (surrogate.test(text) ? text.split(strays) : [text])

/** Text from outside as a Go string: lone surrogates, which UTF-8 cannot hold, become U+FFFD as in Go's JSON decoder. */
export const fromOutside = (text: string): string =>
  text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')

export function bytesOf(text: string): Uint8Array {
  if (!hasStrayBytes(text)) return encoder.encode(text)
  const bytes: number[] = []
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00)
    else bytes.push(...encoder.encode(letter))
  }
  return Uint8Array.from(bytes)
}

export function fromBytes(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    const parts: string[] = []
    for (let at = 0; at < bytes.length; ) {
      const size = sequenceLength(bytes, at)
      parts.push(
        size === 0
          ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
          : strictDecoder.decode(bytes.subarray(at, at + size)),
      )
      at += size || 1
    }
    return parts.join('')
  }
}

/** Bytes of the valid UTF-8 sequence at `at`, 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  const size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  if (size <= 1) return size
  if (at + size > bytes.length) return 0
  const second = bytes[at + 1] ?? 0
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return 0
  for (let next = at + 2; next < at + size; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0
  return size
}

export const byteLength = (text: string): number => (isAscii(text) ? text.length : bytesOf(text).length)

/** Number of runes; each stray byte counts as one. */
export function runeCount(text: string): number {
  if (isAscii(text)) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}

export const sliceBytes = (text: string, from: number, to: number): string =>
  isAscii(text) ? text.slice(from, to) : fromBytes(bytesOf(text).subarray(from, to))

export function byteAt(text: string, index: number): number {
  return isAscii(text) ? text.charCodeAt(index) : (bytesOf(text)[index] ?? 0)
}

/** Stray bytes at the seam can come together to a letter. */
export function concat(a: string, b: string): string {
  return hasStrayBytes(a) && hasStrayBytes(b) ? normalized(a + b) : a + b
}

export const normalized = (text: string): string => (hasStrayBytes(text) ? fromBytes(bytesOf(text)) : text)

/** Byte order, which is code point order for valid text and not the order of UTF-16. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  if (isAscii(a) && isAscii(b)) return a < b ? -1 : 1
  const [left, right] = [bytesOf(a), bytesOf(b)]
  for (let at = 0; at < left.length && at < right.length; at++) {
    const order = (left[at] ?? 0) - (right[at] ?? 0)
    if (order !== 0) return order
  }
  return left.length - right.length
}
