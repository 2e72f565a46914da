/** Go's strconv.FormatFloat(value, 'f', -1, 64): the shortest plain decimal, never with an exponent. */
export function plainFloat(value: number): string {
  if (!Number.isFinite(value)) return infinite(value)
  if (Object.is(value, -0)) return '-0'
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? []
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  const rest = digits.slice(point)
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}${rest && `.${rest}`}`
}

/** fmt's `%.Nf`: as many decimals (one or more) as asked for; the half goes to the even digit, where toFixed goes up. */
export function fixedFloat(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return infinite(value)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  // toFixed turns to exponents here, where every double is whole
  if (size >= 1e21) return `${sign}${BigInt(size)}.${'0'.repeat(decimals)}`
  return sign + (isHalf(size, decimals) ? halfToEven(size, decimals) : size.toFixed(decimals))
}

const infinite = (value: number) => (Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf')

/** toFixed writes a double's exact digits. */
const isHalf = (size: number, decimals: number) => /^50*$/.test(decimalsOf(size).slice(decimals))

const decimalsOf = (size: number) => size.toFixed(100).split('.')[1] ?? ''

function halfToEven(size: number, decimals: number): string {
  const exact = size.toFixed(100)
  const down = exact.slice(0, exact.indexOf('.') + 1 + decimals)
  return /[02468]$/.test(down) ? down : size.toFixed(decimals)
}
