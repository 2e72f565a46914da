import { describe, expect, it } from 'vitest'
import { classifyMetric, judgeRules } from '../../../src/lib/verify/kayenta/classify-metric.ts'
import { summaryScore } from '../../../src/lib/verify/kayenta/score-metrics.ts'

/** Ratios of errors of 30 steps with 1 to 9 errors each. */
const around = (center: number) => Array.from({ length: 30 }, (_, index) => (center * (1 + ((index * 7) % 9))) / 5)

describe("Kayenta's judge", () => {
  it('is blind to a doubled ratio of errors when that is small', () => {
    const of = (base: number) => classifyMetric(around(2 * base), around(base), judgeRules).classification
    expect(of(1e-2)).toBe('High')
    expect(of(1e-5)).toBe('Pass')
  })

  it('tells two constants apart, and passes one and the same', () => {
    expect(classifyMetric([2, 2, 2, 2, 2], [1, 1, 1, 1, 1], judgeRules).classification).toBe('High')
    expect(classifyMetric([1, 1], [1, 1, 1], judgeRules)).toMatchObject({ classification: 'Pass', deviation: 1 })
  })

  it('makes no test of one value in each arm', () => {
    expect(classifyMetric([1], [1, Number.NaN], judgeRules).classification).not.toBe('High')
  })

  it('passes a canary of nothing but errors', () => {
    const metric = { name: 'a', classification: 'Error' as const, critical: false, groups: ['g'] }
    expect(summaryScore([metric], {})).toBe(100)
  })
})
