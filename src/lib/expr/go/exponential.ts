// exp and log as Go computes them on amd64 with fused multiply-add (math/exp_amd64.s, log_amd64.s): for x ** 1.5 the last
// digit depends on it. Both follow published methods: N. Shibata's (SLEEF) and FreeBSD's e_log.c.

/** A finite double as an integer times a power of two. */
function exactly(value: number): [bigint, number] {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n)
  return [value < 0 ? -mantissa : mantissa, (exponent === 0 ? 1 : exponent) - 1075]
}

/** a * b + c, rounded once. For values far from the ends of the range. */
function multiplyAdd(a: number, b: number, c: number): number {
  const [x, xe] = exactly(a)
  const [y, ye] = exactly(b)
  const [z, ze] = exactly(c)
  const exponent = Math.min(xe + ye, ze)
  const sum = ((x * y) << BigInt(xe + ye - exponent)) + (z << BigInt(ze - exponent))
  // Beyond 1000 bits a power of two would not be a double; the bits below are none of the result's.
  const surplus = Math.max(sum.toString(2).length - 900, 0)
  return Number(sum >> BigInt(surplus)) * 2 ** (exponent + surplus)
}

const ln2Upper = 0.693147180559663
const ln2Lower = 2.8235290563031577e-13
const log2e = Math.LOG2E
const taylor = [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1]

function roundHalfEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

export function goExp(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) > 750) return Math.exp(value)
  const exponent = roundHalfEven(value * log2e)
  // The assembler gives up as soon as the power of two is too large, though the rest might make up for it.
  if (exponent >= 1024) return Number.POSITIVE_INFINITY
  let rest = multiplyAdd(-exponent, ln2Upper, value)
  rest = multiplyAdd(-exponent, ln2Lower, rest) * 0.0625
  if (rest === 0) return 2 ** exponent
  let series = 1 / 40320
  for (const coefficient of taylor) series = multiplyAdd(series, rest, coefficient)
  // exp(rest) - 1, squared up four times to undo the sixteenth.
  let less = rest * series
  for (let times = 0; times < 3; times++) less *= less + 2
  const result = multiplyAdd(less, less + 2, 1)
  // In two steps: the smallest powers are no numbers by themselves.
  return exponent < -1000 ? result * 2 ** (exponent + 1000) * 2 ** -1000 : result * 2 ** exponent
}

const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10
const odd = [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586] as const
const even = [0.3999999999940942, 0.22222198432149784, 0.15313837699209373] as const

/** `mantissa` in [0.5, 1) and `exponent` of the value, which is positive. */
export function goLog(givenMantissa: number, givenExponent: number): number {
  let [mantissa, exponent] = [givenMantissa, givenExponent]
  if (mantissa < Math.SQRT1_2) {
    mantissa *= 2
    exponent--
  }
  const f = mantissa - 1
  const s = f / (2 + f)
  const s2 = s * s
  const s4 = s2 * s2
  const t1 = s2 * (odd[0] + s4 * (odd[1] + s4 * (odd[2] + s4 * odd[3])))
  const t2 = s4 * (even[0] + s4 * (even[1] + s4 * even[2]))
  const half = 0.5 * f * f
  return exponent * ln2High - (half - (s * (half + (t1 + t2)) + exponent * ln2Low) - f)
}

/** Mantissa in [0.5, 1) and exponent, as Go's math.Frexp. */
export function splitFloat(value: number): [number, number] {
  let exponent = 0
  let mantissa = value
  if (Math.abs(mantissa) < 2 ** -1022) {
    mantissa *= 2 ** 52
    exponent -= 52
  }
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, mantissa)
  const high = view.getUint32(0)
  exponent += ((high >>> 20) & 0x7ff) - 1022
  view.setUint32(0, (high & ~(0x7ff << 20)) | (1022 << 20))
  return [view.getFloat64(0), exponent]
}

/** The natural logarithm of a positive number; the smallest ones Go's assembler takes for normal ones. */
export function goLn(value: number): number {
  return value < 2 ** -1022 ? goLog(0.5 + value * 2 ** 1021, -1022) : goLog(...splitFloat(value))
}
