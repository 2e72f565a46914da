interface Scan {
  valid: boolean
  end: number
}

/**
 * How far a number goes from `start`, and whether it is well formed, by the rules of promql/parser/lex.go (scanNumber):
 * decimal or hexadecimal, single underscores between digits, one dot, one exponent, no letter after it.
 */
export function scanNumber(text: string, start: number): Scan {
  let at = start
  let digits = /[0-9]/
  const accept = (pattern: RegExp) => {
    const letter = text.charAt(at)
    const fits = letter !== '' && pattern.test(letter)
    if (fits) at++
    return fits
  }
  if (accept(/0/) && accept(/[xX]/)) {
    accept(/_/)
    digits = /[0-9a-fA-F]/
  }
  const isHexadecimal = digits.source.length > 5
  accept(/\./)
  accept(digits)
  let dotSeen = false
  let exponentSeen = false
  const part = isHexadecimal ? /[0-9a-fA-F._]/ : /[0-9._eE]/
  while (part.test(text.charAt(at))) {
    if (text.charAt(at) === '.') {
      at++
      if (dotSeen) return { valid: false, end: at }
      dotSeen = true
      if (accept(/[_.]/) || isHexadecimal) return { valid: false, end: at }
    } else if (/[eE]/.test(text.charAt(at)) && !isHexadecimal) {
      at++
      if (exponentSeen) return { valid: false, end: at }
      exponentSeen = true
      accept(/[+-]/)
      if (accept(/[._eE]/) || at >= text.length) return { valid: false, end: at }
    } else if (text.charAt(at) === '_') {
      at++
      if (accept(/[._eE]/) || at >= text.length) return { valid: false, end: at }
    } else while (accept(digits));
  }
  return { valid: at > start && !/\w/.test(text.charAt(at)), end: at }
}

/** The unit after a number, and more numbers with units. */
export function scanRemainingDuration(text: string, start: number): Scan {
  const units = text.slice(start).match(/^[smhdwy]s?(?:[0-9]+[smhdw]s?)*/)
  if (!units) return { valid: false, end: start }
  const end = start + units[0].length
  const after = text.charAt(end)
  // A number without a unit, or a letter that is no unit, belongs to what is wrong.
  if (/\w/.test(after)) return { valid: false, end: end + (text.slice(end).match(/^[0-9]+/)?.[0].length ?? 1) }
  return { valid: true, end }
}

const unitMs: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
}
const durationPattern = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const largestMs = 2 ** 63 / 1e6

/** Seconds of a duration such as `1h30m` (prometheus/common model.ParseDuration), or why it is none. */
export function durationSeconds(text: string): number | { reason: string } {
  const match = text.match(durationPattern)
  if (!match || text === '') {
    const unknown = text.match(/^[0-9]+([a-z.]*)/)?.[1] ?? ''
    if (unknown !== '' && !(unknown in unitMs)) return { reason: `unknown unit "${unknown}" in duration "${text}"` }
    return { reason: `not a valid duration string: "${text}"` }
  }
  let ms = 0
  for (const [index, unit] of Object.keys(unitMs).entries()) ms += Number(match[index + 1] ?? 0) * (unitMs[unit] ?? 0)
  return ms >= largestMs ? { reason: 'duration out of range' } : ms / 1000
}

/** The value of a number token (strconv.ParseInt with base 0, else ParseFloat), or undefined when it has none. */
export function numberValue(text: string): number | undefined {
  const word = text.toLowerCase()
  if (word === 'inf') return Number.POSITIVE_INFINITY
  if (word === 'nan') return Number.NaN
  if (/^0x_?[0-9a-f]+(?:_[0-9a-f]+)*$/.test(word)) return Number(BigInt(`0x${word.slice(2).replaceAll('_', '')}`))
  if (/^0[0-7_]+$/.test(word)) return Number.parseInt(word.replaceAll('_', ''), 8)
  // ParseFloat takes underscores only where a base prefix allows them.
  if (/^\d+(?:_\d+)+$/.test(word) && !word.startsWith('0')) return Number(word.replaceAll('_', ''))
  if (!/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(word)) return undefined
  const value = Number(word)
  return Number.isFinite(value) ? value : undefined
}
