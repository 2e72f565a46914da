import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvRecords } from '../../../../src/lib/analysis/providers/csv.ts'
import { encodeValues, parseValues } from '../../../../src/lib/analysis/providers/query-values.ts'
import { any, decodeFirst, float64, list, plainOf, struct } from '../../../../src/lib/analysis/providers/typed-json.ts'
import { childOf, membersOf, parseXml } from '../../../../src/lib/analysis/providers/xml.ts'

describe('CSV', () => {
  it.each([
    ['a,b\nc', [['a', 'b'], ['c']]],
    ['a,\r\n,b\r\n', [['a', ''], ['', 'b']]], // biome-ignore format: one record per pair
    ['\n\r\na\n\n', [['a']]],
    ['"a,""b""\r\nc",d', [['a,"b"\nc', 'd']]],
    ['a\rb,c', [['a\rb', 'c']]],
    ['a\n"b', [['a']]],
    ['a\nb"c\nd', [['a']]],
    ['a\n"b"c\nd', [['a']]],
    ['', []],
  ])('%j', (text, records) => {
    expect([...csvRecords(text)]).toEqual(records)
  })

  it('reads what was written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'ü', ' ') })
    const record = fc.array(field, { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(record, { maxLength: 4 }), records => {
        const text = records
          .map(each => `${each.map(cell => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`)
          .join('')
        expect([...csvRecords(text)]).toEqual(records)
      }),
    )
  })
})

describe('XML', () => {
  it.each([
    ['<a><b>x &amp; &#65;&#x42;</b></a>', 'x & AB'],
    ['<?xml version="1.0"?>\n<!-- c --><n:a xmlns:n="u>v"><n:b attr=\'1\'><![CDATA[<x>]]></n:b></n:a>', '<x>'],
    ['<a><b/></a>', ''],
    ['<a/>', undefined],
  ])('%s', (text, content) => {
    const root = parseXml(text)
    if (!root || 'problem' in root) throw new Error('no root')
    expect([root.name, childOf(root, 'B')?.text]).toEqual(['a', content])
  })

  it('finds members in order', () => {
    const root = parseXml('<l><member>1</member><x/><member>2</member></l>')
    expect(root && !('problem' in root) ? membersOf(root).map(({ text }) => text) : []).toEqual(['1', '2'])
  })

  it.each([
    ['', undefined],
    ['nothing', undefined],
    ['<a>', { problem: 'XML syntax error on line 1: unexpected EOF' }],
    ['<a>\n<b', { problem: 'XML syntax error on line 2: unexpected EOF' }],
    ['<a></b>', { problem: 'XML syntax error on line 1: element <a> closed by </b>' }],
  ])('%j is none', (text, result) => {
    expect(parseXml(text)).toEqual(result)
  })

  it('ends on any text', () => {
    const part = fc.constantFrom('<a>', '</a>', '<b x="', '"/>', '<![CDATA[', ']]>', '&amp;', 'text', '<!--', '<', '>')
    fc.assert(fc.property(fc.array(part), parts => parseXml(parts.join('')) !== null))
  })
})

describe('JSON of a stream', () => {
  it.each([
    ['{"a":1} x', { a: 1 }],
    ['[1,"]"][2]', [1, ']']],
    ['"a\\"b" 1', 'a"b'],
    ['1.5e3 {}', 1500],
    [' null', null],
  ])('%s', (text, value) => {
    expect(plainOf(decodeFirst(any, text))).toEqual(value)
  })

  it.each([
    ['', 'EOF'],
    [' \n', 'EOF'],
    ['{"a":', 'unexpected EOF'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['{"A":"x"}', 'json: cannot unmarshal string into Go struct field T.a of type float64'],
    ['{"b":[[1],2]}', 'json: cannot unmarshal number into Go struct field T.b of type []float64'],
    ['[]', 'json: cannot unmarshal array into Go value of type p.T'],
  ])('%j is refused', (text, message) => {
    const shape = struct('T', 'p.T', { a: float64, b: list(list(float64, '[]float64'), '[][]float64') })
    expect(() => decodeFirst(shape, text)).toThrow(message)
  })
})

describe('query values', () => {
  it('are read as they were written', () => {
    const pair = fc.tuple(fc.string({ minLength: 1 }), fc.string())
    fc.assert(
      fc.property(fc.uniqueArray(pair, { selector: ([name]) => name }), pairs => {
        const wellFormed = pairs.filter(([name, value]) => !/\p{Surrogate}/u.test(name + value))
        expect(new Map(parseValues(encodeValues(wellFormed)))).toEqual(new Map(wellFormed))
      }),
    )
  })
})
