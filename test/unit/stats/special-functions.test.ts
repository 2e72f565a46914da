import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logBeta, logGamma } from '../../../src/lib/stats/gamma.ts'
import { logUpperBeta } from '../../../src/lib/stats/incomplete-beta.ts'
import { normalQuantile } from '../../../src/lib/stats/normal.ts'
import { zeroIn } from '../../../src/lib/stats/zero-in.ts'

const relative = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected)

describe('log gamma', () => {
  it('of whole numbers is that of the factorials', () => {
    let logFactorial = 0
    for (let n = 2; n < 170; n++) {
      logFactorial += Math.log(n - 1)
      expect(Math.abs(logGamma(n) - logFactorial)).toBeLessThan(1e-12 * Math.max(1, logFactorial))
    }
  })

  it('follows gamma(x + 1) = x gamma(x), also below one half', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), x => {
        const [a, b] = [logGamma(x + 1), Math.log(x) + logGamma(x)]
        expect(Math.abs(a - b)).toBeLessThan(1e-11 * Math.max(1, Math.abs(a)))
      }),
    )
  })
})

describe('the upper tail of a beta distribution', () => {
  it.each([
    // whole parameters have a finite sum: P(X > x) = P(Binomial(a + b - 1, x) < a)
    { x: 0.1, a: 1, b: 9, p: 0.9 ** 9 },
    { x: 0.5, a: 2, b: 2, p: 0.5 },
    { x: 0.25, a: 3, b: 1, p: 1 - 0.25 ** 3 },
  ])('P(Beta($a, $b) > $x)', ({ x, a, b, p }) => {
    expect(relative(Math.exp(logUpperBeta(x, a, b)), p)).toBeLessThan(1e-13)
  })

  it('and the mirrored one make one', () => {
    const parameter = fc.double({ min: 0.1, max: 5000, noNaN: true })
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), parameter, parameter, (x, a, b) => {
        expect(Math.exp(logUpperBeta(x, a, b)) + Math.exp(logUpperBeta(1 - x, b, a))).toBeCloseTo(1, 10)
      }),
    )
  })

  it('keeps tails below the smallest double', () => {
    const value = logUpperBeta(0.9, 1, 1000)
    expect(relative(value, 1000 * Math.log(0.1))).toBeLessThan(1e-12)
    expect(Math.exp(value)).toBe(0)
  })
})

describe('the quantile of the normal distribution', () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.01, -2.3263478740408408],
    [1e-9, -5.997807015007686],
    [1e-300, -37.0471],
  ])('at %s is %s', (p, expected) => {
    expect(normalQuantile(p)).toBeCloseTo(expected, p < 1e-100 ? 4 : 12)
    if (p > 1e-6) expect(normalQuantile(1 - p)).toBeCloseTo(-expected, 9)
  })

  it('has no value outside', () => {
    expect([0, 1, -1, 2, Number.NaN].map(normalQuantile)).toEqual([-Infinity, Infinity, NaN, NaN, NaN])
  })
})

describe('the beta function', () => {
  it('is symmetric', () => {
    expect(logBeta(3, 4)).toBeCloseTo(Math.log(1 / 60), 12)
    expect(logBeta(4, 3)).toBeCloseTo(Math.log(1 / 60), 12)
  })
})

describe('a zero', () => {
  it('is found to the tolerance, of smooth and of step functions', () => {
    const target = fc.double({ min: -9, max: 9, noNaN: true })
    fc.assert(
      fc.property(target, fc.boolean(), (at, isStep) => {
        const f = (x: number) => (isStep ? Math.sign(at - x) || 1 : (at - x) ** 3 + (at - x))
        const options = { lowValue: f(-10), highValue: f(10), tolerance: 1e-6, maxIterations: 1000 }
        expect(Math.abs(zeroIn(f, -10, 10, options) - at)).toBeLessThan(1e-5)
      }),
    )
  })
})
