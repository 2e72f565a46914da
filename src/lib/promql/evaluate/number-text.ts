function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return Object.is(value, -0) ? '-0' : undefined
}

/** Shortest text without an exponent, as Go's FormatFloat 'f' -1. */
export function formatFixed(value: number): string {
  const text = special(value) ?? String(value)
  const match = text.match(/^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/)
  if (!match) return text
  const [, sign = '', lead = '', fraction = '', exponent = '0'] = match
  const digits = lead + fraction
  const point = 1 + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return sign + digits.padEnd(point, '0')
}

/** Go's %v: an exponent of two digits below 1e-4 and from a million on. */
export function formatShort(value: number): string {
  const size = Math.abs(value)
  const text = special(value)
  if (text !== undefined || value === 0 || (size >= 1e-4 && size < 1e6)) return text ?? String(value)
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`
}

/** As the query API writes a sample: plain from 1e-7 to 1e21. */
export function formatSample(value: number): string {
  return special(value) ?? String(value)
}

/** Go's %.2g: a tie goes to the even digit. */
export function formatTwoDigits(value: number): string {
  const text = special(value)
  if (text !== undefined || value === 0) return text ?? '0'
  const [exact = ''] = Math.abs(value).toExponential(100).split('e')
  const isTie = /^\d\.\d50*$/.test(exact) && Number(exact[2]) % 2 === 0
  // Just below a tie, JavaScript rounds down as well.
  const rounded = isTie ? value * (1 - 2 * Number.EPSILON) : value
  const [mantissa = '', exponent = '0'] = rounded.toExponential(1).split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 2) return String(Number(rounded.toPrecision(2)))
  const sign = power < 0 ? '-' : '+'
  return `${String(Number(mantissa))}e${sign}${String(Math.abs(power)).padStart(2, '0')}`
}
