import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponentialBound } from '../../../../src/lib/promql/histogram/bucket.ts'
import { added, addedWithErrors, errorHistogram } from '../../../../src/lib/promql/histogram/combine.ts'
import {
  type Buckets,
  type FloatHistogram,
  floatHistogram,
} from '../../../../src/lib/promql/histogram/float-histogram.ts'
import { readHistogram } from '../../../../src/lib/promql/histogram/notation.ts'

function histogram(text: string): FloatHistogram {
  const read = readHistogram(text)
  if ('problem' in read) throw new Error(read.problem)
  return read
}

const total = ({ positive, negative, zeroCount }: FloatHistogram) =>
  [...positive.counts, ...negative.counts, zeroCount].reduce((sum, count) => sum + count, 0)

const buckets = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: -8, max: 8 }), { maxLength: 6 }),
    fc.array(fc.nat({ max: 50 }), { minLength: 6, maxLength: 6 }),
  )
  .map(([indexes, counts]) => ({ indexes: indexes.sort((a, b) => a - b), counts: counts.slice(0, indexes.length) }))
const histograms = fc
  .record({
    schema: fc.integer({ min: -2, max: 3 }),
    // A bound of every schema.
    zeroThreshold: fc.constantFrom(0, 2 ** -16, 1, 16),
    zeroCount: fc.nat({ max: 20 }),
    positive: buckets,
    negative: buckets,
  })
  .map(parts => {
    // No bucket lies within the zero bucket.
    const outside = ({ indexes, counts }: Buckets): Buckets => {
      const kept = indexes.flatMap((index, at) =>
        exponentialBound(index - 1, parts.schema) >= parts.zeroThreshold ? [at] : [],
      )
      return { indexes: kept.map(at => indexes[at] ?? 0), counts: kept.map(at => counts[at] ?? 0) }
    }
    const made = floatHistogram({ ...parts, positive: outside(parts.positive), negative: outside(parts.negative) })
    return { ...made, count: total(made) }
  })

describe('sums of histograms', () => {
  it('keep every observation, whatever the layouts are', () => {
    fc.assert(
      fc.property(histograms, histograms, (a, b) => {
        const sum = added(a, b)?.histogram
        const compensated = addedWithErrors(a, b)
        expect(sum?.count).toBe(a.count + b.count)
        // Buckets below the zero threshold of the sum are in its zero bucket.
        if (sum) expect(total(sum)).toBe(a.count + b.count)
        expect(compensated?.histogram).toEqual(sum)
        expect(compensated && total(errorHistogram(compensated.histogram, compensated.errors))).toBe(0)
      }),
    )
  })

  it.each([
    ['gauge with counter', 'counter_reset_hint:gauge', '', 'gauge', false],
    ['unknown with reset', '', 'counter_reset_hint:reset', 'unknown', false],
    ['reset with no reset', 'counter_reset_hint:reset', 'counter_reset_hint:not_reset', 'unknown', true],
  ])('%s', (_what, a, b, hint, hintsCollide) => {
    expect(added(histogram(a), histogram(b))).toMatchObject({ histogram: { hint }, hintsCollide })
  })

  it('of custom buckets have the bounds that both have', () => {
    const a = histogram('schema:-53 count:4 custom_values:[1 5 10] buckets:[1 1 1 1]')
    const b = histogram('schema:-53 count:3 custom_values:[5 20] buckets:[1 1 1]')
    expect(added(a, b)).toMatchObject({
      histogram: { customValues: [5], positive: { indexes: [0, 1], counts: [3, 4] } },
      boundsReconciled: true,
    })
  })

  it('of exponential and custom buckets there are none', () => {
    expect(added(histogram(''), histogram('schema:-53'))).toBeUndefined()
  })
})

describe('bounds of exponential buckets', () => {
  it.each([
    [0, 0, 1],
    [1, 0, 2],
    [1, -1, 4],
    [1, 1, Math.SQRT2 - Number.EPSILON],
    [1024, 0, Number.MAX_VALUE],
    [1025, 0, Number.POSITIVE_INFINITY],
    [-1074, 0, 5e-324],
  ])('%d in schema %d: %d', (index, schema, expected) => {
    expect(exponentialBound(index, schema)).toBe(expected)
  })
})
