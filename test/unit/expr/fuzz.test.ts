import { describe, expect, it } from 'vitest'
import { fuzzExpr } from '../../fuzz/fuzz-expr.ts'

describe('any condition', () => {
  it('ends in a verdict in both dialects', () => {
    const crashes: string[] = []
    const summary = fuzzExpr(3000, 11, text => crashes.push(text))
    expect(crashes).toEqual([])
    for (const outcome of ['Successful', 'Failed', 'Error runtime', 'Error compile'])
      expect(summary.outcomes[outcome]).toBeGreaterThan(50)
  })
})
