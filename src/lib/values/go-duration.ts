import { type Failure, usage } from './failure.ts'

const nanosPerUnit = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n], // U+00B5, micro sign
  ['μs', 1_000n], // U+03BC, Greek mu
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])
const nanosPerMs = 1_000_000n
const largest = 2n ** 63n

function invalid(text: string, why: string): Failure {
  return usage(`invalid duration ${JSON.stringify(text)}: ${why}`, {
    reason: 'InvalidDuration',
    hints: ['a duration is numbers with units, as in 90s, 5m or 1h30m (units: ns, us, ms, s, m, h)'],
  })
}

/**
 * Nanoseconds of a Go duration, exactly as time.ParseDuration reads it: an optional sign, then numbers with a unit
 * (`300ms`, `1.5h`, `1h30m`, `-5s`), or a bare `0`. No spaces, no `d`, no number without a unit.
 *
 * @throws Failure `usage` naming what is wrong (Go: src/time/format.go)
 */
export function parseGoDurationNanos(text: string): bigint {
  const negative = text.startsWith('-')
  let rest = negative || text.startsWith('+') ? text.slice(1) : text
  if (rest === '0') return 0n
  if (rest === '') throw invalid(text, text === '' ? 'it is empty' : 'there is no number')
  let total = 0n
  while (rest !== '') {
    const number = /^(\d*)(?:\.(\d*))?/.exec(rest)
    const whole = number?.[1] ?? ''
    const fraction = number?.[2] ?? ''
    if (whole === '' && fraction === '') throw invalid(text, `${JSON.stringify(rest)} does not start with a number`)
    rest = rest.slice(number?.[0].length ?? 0)
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? ''
    if (unit === '') throw invalid(text, 'a number has no unit')
    const nanos = nanosPerUnit.get(unit)
    if (nanos === undefined) throw invalid(text, `${JSON.stringify(unit)} is not a unit`)
    rest = rest.slice(unit.length)
    total += BigInt(whole || '0') * nanos
    total += fractionNanos(fraction, nanos)
    if (total > largest) throw invalid(text, 'it is too long (at most about 292 years)')
  }
  if (total === largest && !negative) throw invalid(text, 'it is too long (at most about 292 years)')
  return negative ? -total : total
}

/** Go multiplies the fraction's digits, as many as fit an int64, in float64 and truncates: `0.333..h` can be 20 minutes. */
function fractionNanos(digits: string, unitNanos: bigint): bigint {
  let value = 0n
  let scale = 1
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit)
    if (value > (largest - 1n) / 10n || next > largest) break
    value = next
    scale *= 10
  }
  return BigInt(Math.trunc(Number(value) * (Number(unitNanos) / scale)))
}

/**
 * Milliseconds of a Go duration (fractional below one millisecond); see {@link parseGoDurationNanos}.
 *
 * @throws Failure `usage`
 */
export function parseGoDuration(text: string): number {
  const nanos = parseGoDurationNanos(text)
  return Number(nanos / nanosPerMs) + Number(nanos % nanosPerMs) / 1e6
}

/** Milliseconds of a Go duration, or undefined where it is missing or cannot be read: for text out of the cluster. */
export function readGoDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  try {
    return parseGoDuration(text)
  } catch {
    return undefined
  }
}

const trimmed = (value: bigint, decimals: number) => {
  const digits = value.toString().padStart(decimals + 1, '0')
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return digits.slice(0, digits.length - decimals) + (fraction && `.${fraction}`)
}

/** How Go prints a duration of `ms` milliseconds: `1h30m0s`, `1.5s`, `300ms`, `10µs`, `0s` (Go: time.Duration.String). */
export function formatGoDuration(ms: number): string {
  const whole = Math.trunc(ms)
  const nanos = BigInt(whole) * nanosPerMs + BigInt(Math.round((ms - whole) * 1e6))
  if (nanos === 0n) return '0s'
  const sign = nanos < 0n ? '-' : ''
  const size = nanos < 0n ? -nanos : nanos
  if (size < 1_000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${trimmed(size, 3)}µs`
  if (size < 1_000_000_000n) return `${sign}${trimmed(size, 6)}ms`
  const minutes = size / 60_000_000_000n
  const seconds = `${trimmed(size % 60_000_000_000n, 9)}s`
  if (minutes === 0n) return sign + seconds
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

/** A duration as people write it: {@link formatGoDuration} without trailing zero units (`1h30m`, `10m`, `2h`, `0s`). */
export function shortGoDuration(ms: number): string {
  return formatGoDuration(ms).replace(/m0s$/, 'm').replace(/h0m$/, 'h')
}
