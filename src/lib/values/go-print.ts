/**
 * A JSON value as Go's `fmt.Sprint` prints it after decoding: `map[a:1 b:2]`, `[1 2]`, `<nil>`. kubectl's custom columns
 * and JSONPath show scalars and, in messages, whole values this way.
 */
export function goPrint(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'number') return goFloat(value)
  if (Array.isArray(value)) return `[${value.map(goPrint).join(' ')}]`
  if (typeof value === 'object') {
    const entries = sortedEntries(value).map(([key, each]) => `${key}:${goPrint(each)}`)
    return `map[${entries.join(' ')}]`
  }
  return String(value)
}

/**
 * Go's %v of a JSON number: whole ones are int64 (apimachinery decodes them so) and stand as they are, others are float64
 * with an exponent of at least two digits below 1e-4 and from 1e6 on (strconv: precision 6 decides for the shortest form).
 */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 2 ** 63) return BigInt(value).toString()
  if (size >= 1e-4 && size < 1e6) return String(value)
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`
}

/** Entries in the order of Go's sorted map keys. Objects of JavaScript keep keys that look like numbers apart. */
export function sortedEntries(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
