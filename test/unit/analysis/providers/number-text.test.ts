import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixedFloat, plainFloat } from '../../../../src/lib/analysis/providers/number-text.ts'

describe('plainFloat', () => {
  it.each([
    [0, '0'],
    [-0, '-0'],
    [10, '10'],
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [-1.25e22, '-12500000000000000000000'],
    [123456.789, '123456.789'],
    [5e-324, `0.${'0'.repeat(323)}5`],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('%d', (value, text) => {
    expect(plainFloat(value)).toBe(text)
  })

  it('has no exponent and says the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
        const text = plainFloat(value)
        expect(text).toMatch(/^-?\d+(\.\d+)?$/)
        expect(Number(text)).toBe(value)
      }),
    )
  })
})

describe('fixedFloat', () => {
  it.each([
    [0.125, 2, '0.12'],
    [0.375, 2, '0.38'],
    [0.255, 2, '0.26'],
    [-0.125, 2, '-0.12'],
    [-0, 2, '-0.00'],
    [1e21, 2, '1000000000000000000000.00'],
    [1e-9, 6, '0.000000'],
    [Number.NaN, 6, 'NaN'],
    [Number.NEGATIVE_INFINITY, 6, '-Inf'],
  ])('%d with %d decimals', (value, decimals, text) => {
    expect(fixedFloat(value, decimals)).toBe(text)
  })

  it('is within half of the last decimal', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), value => {
        expect(Math.abs(Number(fixedFloat(value, 2)) - value)).toBeLessThanOrEqual(0.005 + 1e-9)
      }),
    )
  })
})
