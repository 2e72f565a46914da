import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/lib/values/failure.ts'
import { compareQuantities, equalQuantities, parseQuantity } from '../../../src/lib/values/quantity.ts'

const nano = 1_000_000_000n

describe('parseQuantity', () => {
  it.each([
    ['1', nano],
    ['250m', nano / 4n],
    ['1.5', (nano * 3n) / 2n],
    ['.5', nano / 2n],
    ['5.', nano * 5n],
    ['64Mi', (nano * 64n) << 20n],
    ['1.5Gi', (nano * 3n) << 29n],
    ['2k', nano * 2000n],
    ['2e3', nano * 2000n],
    ['2E3', nano * 2000n],
    ['1E', nano * 10n ** 18n],
    ['-1', -nano],
    ['+3', nano * 3n],
    ['100n', 100n],
    ['0.1n', 1n],
    [2, nano * 2n],
  ])('%s', (text, value) => {
    expect(parseQuantity(text)).toBe(value)
  })

  it.each(['', 'm', '1 Gi', '1gi', '1KiB', 'a', '1.2.3', '--1', 'e3'])('refuses %j', text => {
    expect(() => parseQuantity(text)).toThrow(Failure)
  })

  it.each([
    ['1', '1000m', 0],
    ['1Gi', '1G', 1],
    ['100m', '1', -1],
  ])('compares %s with %s', (a, b, sign) => {
    expect(Math.sign(compareQuantities(a, b))).toBe(sign)
  })

  it('tells equal ones by value', () => {
    expect(equalQuantities('1', '1000m')).toBe(true)
    expect(equalQuantities('1', undefined)).toBe(false)
    expect(equalQuantities('x', 'x')).toBe(true)
  })
})
