import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/lib/values/failure.ts'
import {
  formatGoDuration,
  parseGoDuration,
  parseGoDurationNanos,
  readGoDuration,
  shortGoDuration,
} from '../../../src/lib/values/go-duration.ts'

describe('parseGoDuration', () => {
  it.each([
    ['0', 0],
    ['+0', 0],
    ['5s', 5000],
    ['-5s', -5000],
    ['+5s', 5000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['5.s', 5000],
    ['300ms', 300],
    ['1us', 0.001],
    ['1µs', 0.001],
    ['1μs', 0.001],
    ['10ns', 0.00001],
    ['3s3s', 6000],
    ['39h9m14.425s', 140_954_425],
    ['0.3333333333333333333h', 1_200_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseGoDuration(text)).toBe(ms)
  })

  it.each([
    '',
    '+',
    '-',
    '3',
    '1d',
    '1w',
    ' 5s',
    '5s ',
    '5 s',
    's',
    '.s',
    '+-5s',
    '1e3s',
    '1h-5m',
    '10m5',
    '0x1s',
    '5S',
    '9223372036854775808ns',
    '3000000h',
  ])('refuses %j as a usage error', text => {
    expect(() => parseGoDuration(text)).toThrow(Failure)
    expect(() => parseGoDuration(text)).toThrow(/invalid duration/)
    expect(readGoDuration(text)).toBeUndefined()
  })

  it('knows the largest and the smallest duration to the nanosecond', () => {
    expect(parseGoDurationNanos('9223372036854775807ns')).toBe(9223372036854775807n)
    expect(parseGoDurationNanos('-9223372036854775808ns')).toBe(-9223372036854775808n)
  })
})

describe('formatGoDuration', () => {
  it.each([
    [0, '0s'],
    [1000, '1s'],
    [1500, '1.5s'],
    [90_000, '1m30s'],
    [600_000, '10m0s'],
    [5_400_000, '1h30m0s'],
    [300, '300ms'],
    [1.1, '1.1ms'],
    [0.0022, '2.2µs'],
    [0.000001, '1ns'],
    [-5000, '-5s'],
    [200 * 3_600_000, '200h0m0s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatGoDuration(ms)).toBe(text)
  })

  it('is read back as the same duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), ms => {
        expect(parseGoDuration(formatGoDuration(ms))).toBe(ms)
      }),
    )
  })

  it.each([
    [600_000, '10m'],
    [7_200_000, '2h'],
    [5_400_000, '1h30m'],
    [3_605_000, '1h0m5s'],
    [10_000, '10s'],
    [0, '0s'],
  ])('%d ms is short for %s', (ms, text) => {
    expect(shortGoDuration(ms)).toBe(text)
  })
})
