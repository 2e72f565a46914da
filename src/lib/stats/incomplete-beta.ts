import { logBeta } from './gamma.ts'

/**
 * log P(X > x) for X ~ Beta(a, b), by the continued fraction (Lentz' method) on the side where it converges fast; the
 * log keeps tails that are far below the smallest double.
 */
export function logUpperBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return Number.NEGATIVE_INFINITY
  const logFront = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)
  if (x > (a + 1) / (a + b + 2)) return logFront + Math.log(continuedFraction(1 - x, b, a) / b)
  return Math.log1p(-Math.exp(logFront) * (continuedFraction(x, a, b) / a))
}

const maxTerms = 10_000
const tiny = 1e-300

function continuedFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m <= maxTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    const change = d * c
    h *= change
    if (Math.abs(change - 1) < 1e-15) return h
  }
  throw new Error(`the incomplete beta function did not converge at x=${x}, a=${a}, b=${b}`)
}

const nonZero = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
