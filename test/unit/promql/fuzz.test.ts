import { describe, expect, it } from 'vitest'
import { fuzzPromql } from '../../fuzz/fuzz-promql.ts'

describe('any query', () => {
  it('ends in a result or a problem, within its samples', () => {
    const crashes: string[] = []
    const summary = fuzzPromql(1500, 11, text => crashes.push(text))
    expect(crashes).toEqual([])
    expect(summary.outcomes.answered).toBeGreaterThan(500)
    expect(summary.outcomes['parse problem']).toBeGreaterThan(300)
  })
})
