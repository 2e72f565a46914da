import { goQuote } from './quote.ts'

const minInt = -(2n ** 63n)
const maxInt = 2n ** 63n - 1n

export const wrapInt = (value: bigint): bigint => BigInt.asIntN(64, value)

/** Go's conversion of a float64 to an int on amd64: truncated, and the smallest int for whatever does not fit. */
export function truncateToInt(value: number): bigint {
  if (!(value >= -(2 ** 63) && value < 2 ** 63)) return minInt
  return BigInt(Math.trunc(value))
}

type Parsed<T> = { value: T } | { error: string }

const refused = (name: string, text: string, why: string) => ({
  error: `strconv.${name}: parsing ${goQuote(text)}: ${why}`,
})

/** Go's strconv.ParseInt with 64 bits; base 0 reads the prefixes 0x, 0o, 0b and 0. The error is Go's. */
export function parseInteger(text: string, base: 0 | 10, name = 'ParseInt'): Parsed<bigint> {
  const match = /^([+-]?)(.+)$/s.exec(text)
  const digits = match?.[2] ?? ''
  const pattern = base === 10 ? /^[0-9]+$/ : /^(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9][0-9]*|0)$/
  if (!pattern.test(digits)) return refused(name, text, 'invalid syntax')
  const octal = base === 0 && /^0[0-7]+$/.test(digits)
  const size = BigInt(octal ? `0o${digits.slice(1)}` : digits)
  const value = match?.[1] === '-' ? -size : size
  return value < minInt || value > maxInt ? refused(name, text, 'value out of range') : { value }
}

const decimal = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const hexadecimal = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/
const special = /^([+-]?)(inf|infinity)$/i

/** Go's strconv.ParseFloat with 64 bits. The error is Go's. */
export function parseFloat64(text: string): Parsed<number> {
  if (/^nan$/i.test(text)) return { value: Number.NaN }
  const infinite = special.exec(text)
  if (infinite) return { value: infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY }
  const plain = withoutUnderscores(text)
  if (plain === undefined) return refused('ParseFloat', text, 'invalid syntax')
  let value: number
  if (decimal.test(plain)) value = Number(plain)
  else {
    const match = hexadecimal.exec(plain)
    if (!match || `${match[2]}${match[3]}` === '') return refused('ParseFloat', text, 'invalid syntax')
    value = hexFloat(match[1] ?? '', match[2] ?? '', match[3] ?? '', match[4] ?? '0')
  }
  return Number.isFinite(value) ? { value } : refused('ParseFloat', text, 'value out of range')
}

/** Underscores are allowed between digits and behind a base prefix. */
function withoutUnderscores(text: string): string | undefined {
  if (!text.includes('_')) return text
  const isHex = /^[+-]?0[xX]/.test(text)
  const wrong = isHex ? /(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])/ : /(?<![0-9])_|_(?![0-9])/
  return wrong.test(text) ? undefined : text.replaceAll('_', '')
}

function hexFloat(sign: string, whole: string, fraction: string, exponent: string): number {
  const power = Math.max(-5000, Math.min(5000, Number(exponent))) - 4 * fraction.length
  let mantissa = BigInt(`0x${whole}${fraction}`)
  if (mantissa === 0n) return sign === '-' ? -0 : 0
  // 64 bits and a sticky one are enough to round once, to even, in the division below.
  let shift = 0
  const bits = mantissa.toString(2).length
  if (bits > 64) {
    shift = bits - 64
    const lost = mantissa & ((1n << BigInt(shift)) - 1n)
    mantissa = (mantissa >> BigInt(shift)) | (lost === 0n ? 0n : 1n)
  }
  const total = power + shift
  const value =
    total >= 0
      ? Number(mantissa << BigInt(Math.min(total, 2000)))
      : Number(mantissa) * 2 ** Math.max(total, -1022) * 2 ** Math.min(0, Math.max(total + 1022, -200))
  return sign === '-' ? -value : value
}

/** fmt's %v of a float64: shortest digits, with an exponent below 1e-4 and from a million on. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e6) return String(value)
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`
}

/** Go's math.Round: half away from zero. */
export function roundHalfAway(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 52) return value
  const truncated = Math.trunc(value)
  return Math.abs(value - truncated) >= 0.5 ? truncated + Math.sign(value) : truncated
}
