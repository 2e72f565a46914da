import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goJson } from '../../../src/lib/values/go-json.ts'
import { goPrint } from '../../../src/lib/values/go-print.ts'

describe('goJson', () => {
  it.each([
    { value: { b: 1, a: [true, null, 'x'] }, is: '{"a":[true,null,"x"],"b":1}' },
    { value: { 10: 'a', 9: 'b', x: 'c' }, is: '{"10":"a","9":"b","x":"c"}' },
    { value: '<a href="x">&\u2028', is: '"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028"' },
    { value: { a: undefined, b: {} }, is: '{"b":{}}' },
    { value: [[], {}], is: '[[],{}]' },
  ])('$is', ({ value, is }) => expect(goJson(value)).toBe(is))

  it('indents as kubectl does', () => {
    expect(goJson({ b: [1, { c: [] }], a: {} }, 4)).toBe(
      '{\n    "a": {},\n    "b": [\n        1,\n        {\n            "c": []\n        }\n    ]\n}',
    )
  })

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ noUnicodeString: false } as object),
        fc.integer({ min: 0, max: 4 }),
        (value, indent) => {
          expect(JSON.parse(goJson(value, indent))).toEqual(JSON.parse(JSON.stringify(value)))
        },
      ),
    )
  })
})

describe('goPrint', () => {
  it.each([
    [{ b: 1, a: 'x' }, 'map[a:x b:1]'],
    [[1, 'a', null], '[1 a <nil>]'],
    [true, 'true'],
    [{ a: [{ b: 0.5 }] }, 'map[a:[map[b:0.5]]]'],
  ])('%j', (value, text) => expect(goPrint(value)).toBe(text))
})
