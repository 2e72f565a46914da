// Exponential functions as Go computes them on amd64 (math/exp_amd64.s, sinh.go, tanh.go, log10.go).
import { goExp, goLn, goLog, splitFloat } from '../../expr/go/exponential.ts'
import { scale } from '../../expr/go/power.ts'
import { polynomial } from './go-trigonometry.ts'

export const exp = goExp

const sinhP = [-26.30563213397497, -2894.211355989564, -89912.72022039509, -630767.3640497717]
const sinhQ = [1, -173.6789535582337, 15215.17378790019, -630767.3640497717]
const tanhP = [-0.9643991794250523, -99.28772310019185, -1614.6876844170845]
const tanhQ = [1, 112.81167849163293, 2235.4883906010045, 4844.063053251255]

export function sinh(x: number): number {
  const size = Math.abs(x)
  let result: number
  if (size > 21) result = exp(size) * 0.5
  else if (size > 0.5) {
    const power = exp(size)
    result = (power - 1 / power) * 0.5
  } else {
    const square = size * size
    result = (polynomial(sinhP, square) * size) / polynomial(sinhQ, square)
  }
  return x < 0 || Object.is(x, -0) ? -result : result
}

export function cosh(x: number): number {
  const size = Math.abs(x)
  const power = exp(size)
  return size > 21 ? power * 0.5 : (power + 1 / power) * 0.5
}

const largest = 88.02969193111305

export function tanh(x: number): number {
  const size = Math.abs(x)
  if (size > 0.5 * largest) return Math.sign(x)
  if (size >= 0.625) {
    const result = 1 - 2 / (exp(2 * size) + 1)
    return x < 0 ? -result : result
  }
  if (x === 0 || Number.isNaN(x)) return x
  const square = x * x
  return x + (x * square * polynomial(tanhP, square)) / polynomial(tanhQ, square)
}

export function ln(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return Math.log(x)
  return goLn(x)
}

export function log10(x: number): number {
  return ln(x) * Math.LOG10E
}

export function log2(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return Math.log2(x)
  const [mantissa, exponent] = splitFloat(x)
  return mantissa === 0.5 ? exponent - 1 : goLog(mantissa, 0) * Math.LOG2E + exponent
}

const hugeFrom = 2 ** 28

export function asinh(x: number): number {
  if (!Number.isFinite(x)) return x
  const size = Math.abs(x)
  let result = size
  if (size > hugeFrom) result = ln(size) + Math.LN2
  else if (size > 2) result = ln(2 * size + 1 / (Math.sqrt(size * size + 1) + size))
  else if (size >= 1 / hugeFrom) result = Math.log1p(size + (size * size) / (1 + Math.sqrt(1 + size * size)))
  return x < 0 || Object.is(x, -0) ? -result : result
}

export function acosh(x: number): number {
  if (!(x >= 1)) return Number.NaN
  if (x >= hugeFrom) return ln(x) + Math.LN2
  if (x > 2) return ln(2 * x - 1 / (x + Math.sqrt(x * x - 1)))
  const over = x - 1
  return Math.log1p(over + Math.sqrt(2 * over + over * over))
}

const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10
const exp2Coefficients = [
  4.1381367970572385e-8, -0.0000016533902205465252, 0.00006613756321437934, -0.0027777777777015593, 0.16666666666666666,
]

export function exp2(x: number): number {
  if (Number.isNaN(x) || x > 1023.9999999999999) return x > 0 ? Number.POSITIVE_INFINITY : x
  if (x < -1074) return 0
  const exponent = Math.trunc(x > 0 ? x + 0.5 : x - 0.5)
  const rest = x - exponent
  const high = rest * ln2High
  const low = -rest * ln2Low
  const r = high - low
  const square = r * r
  const c = r - square * polynomial(exp2Coefficients, square)
  return scale(1 - (low - (r * c) / (2 - c) - high), exponent)
}
