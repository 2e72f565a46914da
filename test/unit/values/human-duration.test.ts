import { describe, expect, it } from 'vitest'
import { humanAge, humanDuration, parseTime } from '../../../src/lib/values/human-duration.ts'

const s = 1000
const m = 60 * s
const h = 60 * m
const d = 24 * h

describe('humanDuration', () => {
  it.each([
    [-2 * s, '<invalid>'],
    [-1999, '0s'],
    [-1, '0s'],
    [0, '0s'],
    [119 * s, '119s'],
    [120 * s, '2m'],
    [2 * m + 5 * s, '2m5s'],
    [10 * m - 1, '9m59s'],
    [10 * m + 30 * s, '10m'],
    [3 * h - 1, '179m'],
    [3 * h, '3h'],
    [3 * h + 5 * m, '3h5m'],
    [8 * h + 5 * m, '8h'],
    [47 * h, '47h'],
    [48 * h, '2d'],
    [3 * d + 16 * h, '3d16h'],
    [8 * d + 5 * h, '8d'],
    [729 * d, '729d'],
    [730 * d, '2y'],
    [800 * d, '2y70d'],
    [8 * 365 * d, '8y'],
  ])('%d ms is %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text)
  })
})

describe('times of objects', () => {
  it.each([
    ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02T03:04:05.123456Z', Date.UTC(2026, 0, 2, 3, 4, 5, 123)],
    ['2026-01-02T05:04:05+02:00', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02', undefined],
    ['2026-01-02T03:04:05', undefined],
    ['not a time', undefined],
    ['0001-01-01T00:00:00Z', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (text, ms) => {
    expect(parseTime(text)).toBe(ms)
  })

  it('has an age, or says that it has none', () => {
    const now = Date.UTC(2026, 0, 2)
    expect(humanAge('2026-01-01T23:59:00Z', now)).toBe('60s')
    expect(humanAge(undefined, now)).toBe('<unknown>')
  })
})
