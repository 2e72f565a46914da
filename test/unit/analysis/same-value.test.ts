import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSameValue } from '../../../src/lib/analysis/same-value.ts'

describe('two values', () => {
  it.each([
    { a: { x: 1 }, b: { x: 1 }, is: true },
    { a: { x: 1, y: undefined }, b: { x: 1 }, is: true },
    { a: { x: 1 }, b: { x: 1, y: undefined }, is: true },
    { a: { x: 1, y: 2 }, b: { y: 2, x: 1 }, is: true },
    { a: { x: 1 }, b: { x: 1, y: null }, is: false },
    { a: { x: 1 }, b: {}, is: false },
    { a: [1, [2]], b: [1, [2]], is: true },
    { a: [1, 2], b: [1], is: false },
    { a: [], b: {}, is: false },
    { a: {}, b: [], is: false },
    { a: null, b: {}, is: false },
    { a: undefined, b: undefined, is: true },
    { a: '1', b: 1, is: false },
  ])('$a and $b: $is', ({ a, b, is }) => expect(isSameValue(a, b)).toBe(is))

  it('are the same exactly when their JSON is', () => {
    // fields in one order, since JSON keeps it
    const value = fc.letrec(tie => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(0, 1, 'a', '', true, null),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.record({ a: tie('any'), b: tie('any') }, { requiredKeys: [] }),
      ),
    })).any
    fc.assert(
      fc.property(value, value, (a, b) => {
        const sorted = (each: unknown) => JSON.stringify(each, (_key, inner) => inOrder(inner))
        expect(isSameValue(a, b)).toBe(sorted(a) === sorted(b))
        expect(isSameValue(a, structuredClone(a))).toBe(true)
      }),
    )
  })
})

const inOrder = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
