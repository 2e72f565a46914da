import { goExp, goLn, splitFloat } from './exponential.ts'

const isOdd = (value: number) => Math.abs(value) < 2 ** 53 && Math.abs(value % 2) === 1

/** value * 2^exponent, rounded once, as Go's math.Ldexp. */
export function scale(value: number, exponent: number): number {
  if (value === 0 || !Number.isFinite(value)) return value
  if (exponent > 1100) return value * 2 ** 1023 * 2 ** 1023
  if (exponent < -1200) return value * 2 ** -1074 * 2 ** -1074
  if (exponent > 1000) return value * 2 ** 1000 * 2 ** (exponent - 1000)
  if (exponent >= -1000) return value * 2 ** exponent
  const [mantissa, own] = splitFloat(value)
  const total = own + exponent
  // Down to the smallest normal number multiplication is exact, so the last one alone rounds.
  return total >= -1021 ? mantissa * 2 ** 10 * 2 ** (total - 10) : mantissa * 2 ** -1000 * 2 ** (total + 1000)
}

/**
 * Go's math.Pow (src/math/pow.go), step by step: it multiplies squares instead of rounding the true power, so its last
 * digits are its own.
 */
export function power(base: number, exponent: number): number {
  if (exponent === 0 || base === 1) return 1
  if (exponent === 1) return base
  if (Number.isNaN(base) || Number.isNaN(exponent)) return Number.NaN
  if (base === 0) return powerOfZero(base, exponent)
  if (!Number.isFinite(exponent)) return atInfinity(base, exponent > 0)
  if (!Number.isFinite(base)) {
    if (base < 0) return power(1 / base, -exponent)
    return exponent < 0 ? 0 : Number.POSITIVE_INFINITY
  }
  if (exponent === 0.5) return Math.sqrt(base)
  if (exponent === -0.5) return 1 / Math.sqrt(base)
  return general(base, exponent)
}

function powerOfZero(base: number, exponent: number): number {
  const keepsSign = Object.is(base, -0) && isOdd(exponent)
  if (exponent < 0) return keepsSign ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return keepsSign ? base : 0
}

function atInfinity(base: number, positive: boolean): number {
  if (base === -1) return 1
  return Math.abs(base) < 1 === positive ? 0 : Number.POSITIVE_INFINITY
}

function general(base: number, exponent: number): number {
  let whole = Math.trunc(Math.abs(exponent))
  let fraction = Math.abs(exponent) - whole
  if (fraction !== 0 && base < 0) return Number.NaN
  if (whole >= 2 ** 63) return atInfinity(base, exponent > 0)
  let mantissa = 1
  let scaling = 0
  if (fraction !== 0) {
    if (fraction > 0.5) {
      fraction--
      whole++
    }
    mantissa = goExp(fraction * goLn(base))
  }
  let [square, squareScaling] = splitFloat(base)
  for (let left = BigInt(whole); left !== 0n; left >>= 1n) {
    if (Math.abs(squareScaling) > 4096) {
      scaling += squareScaling
      break
    }
    if ((left & 1n) === 1n) {
      mantissa *= square
      scaling += squareScaling
    }
    square *= square
    squareScaling *= 2
    if (square < 0.5) {
      square += square
      squareScaling--
    }
  }
  return exponent < 0 ? scale(1 / mantissa, -scaling) : scale(mantissa, scaling)
}
