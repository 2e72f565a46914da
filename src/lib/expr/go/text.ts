import { byteLength, bytesOf, fromBytes, hasStrayBytes, isAscii, toValidText } from './strings.ts'

// package strings. Valid UTF-8 can be searched as UTF-16; where stray bytes are about, one letter stands for one byte.

const binaryOf = (text: string) => Array.from(bytesOf(text), byte => String.fromCharCode(byte)).join('')
const textOf = (binary: string) => fromBytes(Uint8Array.from(binary, letter => letter.charCodeAt(0)))

/** Runs a search on text, or on bytes where a text is not valid. */
function onBytes<T>(texts: readonly string[], search: (...texts: string[]) => T, back: (result: T) => T): T {
  return texts.some(hasStrayBytes) ? back(search(...texts.map(binaryOf))) : search(...texts)
}

const same = <T>(value: T): T => value

export const contains = (text: string, part: string): boolean => onBytes([text, part], (t, p) => t.includes(p), same)
export const hasPrefix = (text: string, part: string): boolean => onBytes([text, part], (t, p) => t.startsWith(p), same)
export const hasSuffix = (text: string, part: string): boolean => onBytes([text, part], (t, p) => t.endsWith(p), same)

/** In bytes from the start; -1 for not at all. */
export const indexOf = (text: string, part: string): number => bytesBefore(text, part, (t, p) => t.indexOf(p))
export const lastIndexOf = (text: string, part: string): number => bytesBefore(text, part, (t, p) => t.lastIndexOf(p))

function bytesBefore(text: string, part: string, find: (text: string, part: string) => number): number {
  if (hasStrayBytes(text) || hasStrayBytes(part)) return find(binaryOf(text), binaryOf(part))
  const index = find(text, part)
  return index <= 0 ? index : byteLength(text.slice(0, index))
}

export const trimPrefix = (text: string, part: string): string =>
  hasPrefix(text, part) ? dropBytes(text, part, true) : text
export const trimSuffix = (text: string, part: string): string =>
  hasSuffix(text, part) ? dropBytes(text, part, false) : text

function dropBytes(text: string, part: string, front: boolean): string {
  const cut = (t: string, p: string) => (front ? t.slice(p.length) : t.slice(0, t.length - p.length))
  return onBytes([text, part], cut, textOf)
}

export const trimSpace = (text: string): string => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '')

/** Drops letters of `set` at both ends. */
export function trim(text: string, set: string): string {
  const letters = [...text]
  const drop = new Set(set)
  let from = 0
  let to = letters.length
  while (from < to && drop.has(letters[from] ?? '')) from++
  while (to > from && drop.has(letters[to - 1] ?? '')) to--
  return letters.slice(from, to).join('')
}

/** strings.SplitN and SplitAfterN; undefined stands for a nil slice. */
export function split(text: string, separator: string, limit: number, keep: boolean): string[] | undefined {
  if (limit === 0) return undefined
  if (separator === '') return explode(text, limit)
  return onBytes<string[]>(
    [text, separator],
    (t, s) => {
      const parts = t.split(s)
      const head = limit > 0 && parts.length > limit ? parts.slice(0, limit - 1) : parts.slice(0, -1)
      const last = parts.slice(head.length).join(s)
      return [...(keep ? head.map(part => part + s) : head), last]
    },
    parts => parts.map(textOf),
  )
}

function explode(text: string, limit: number): string[] {
  const letters = [...text]
  if (limit < 0 || letters.length <= limit) return letters
  return [...letters.slice(0, limit - 1), letters.slice(limit - 1).join('')]
}

/** strings.Replace; a negative limit replaces all. */
export function replace(text: string, old: string, by: string, limit: number): string {
  if (old === by || limit === 0) return text
  if (old === '') return insertBetween(text, by, limit)
  return onBytes(
    [text, old, by],
    (t, o, b) => {
      const parts = t.split(o)
      const times = limit < 0 ? parts.length - 1 : Math.min(limit, parts.length - 1)
      return [...parts.slice(0, times), parts.slice(times).join(o)].join(b)
    },
    textOf,
  )
}

/** An empty text is found before every letter and at the end. */
function insertBetween(text: string, by: string, limit: number): string {
  const letters = [...text]
  const times = limit < 0 ? letters.length + 1 : Math.min(limit, letters.length + 1)
  const parts = letters.map((letter, at) => (at < times ? by + letter : letter))
  return parts.join('') + (times > letters.length ? by : '')
}

/** strings.ToUpper and ToLower: letter by letter, so that none becomes two. */
export function changeCase(text: string, upper: boolean): string {
  if (isAscii(text)) return upper ? text.toUpperCase() : text.toLowerCase()
  return Array.from(toValidText(text), letter => {
    if (!upper && letter === '\u0130') return 'i'
    const changed = upper ? letter.toUpperCase() : letter.toLowerCase()
    return [...changed].length === 1 ? changed : letter
  }).join('')
}
