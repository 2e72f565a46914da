import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../../src/lib/values/failure.ts'
import { findJsonPath } from '../../../../src/lib/values/jsonpath/find-jsonpath.ts'
import { parseJsonPath } from '../../../../src/lib/values/jsonpath/parse-jsonpath.ts'
import { evaluateJsonPath } from '../../../../src/lib/values/jsonpath/print-jsonpath.ts'
import { relaxedJsonPath } from '../../../../src/lib/values/jsonpath/relaxed-jsonpath.ts'

function failureOf(run: () => unknown): Failure {
  try {
    run()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('no failure')
}

describe('errors name the column', () => {
  it.each([
    { template: '{.a', column: 4 },
    { template: 'text {.a[}', column: 9 },
    { template: '{.a[x]}', column: 5 },
    { template: '{.a} {&}', column: 7 },
    { template: '{.a} {.b[0,  x]}', column: 14 },
    { template: '{.a[?(@.b=="x" && @.c)]}', column: 16 },
    { template: '{"\\q"}', column: 3 },
  ])('$template at $column', ({ template, column }) => {
    const failure = failureOf(() => parseJsonPath(template))
    expect(failure.outcome).toBe('usage')
    expect(failure.message).toMatch(new RegExp(`\\(column ${column}\\)$`))
    expect(failure.message).toContain(template)
  })
})

describe('findJsonPath', () => {
  it('gives the values themselves, per action', () => {
    const object = { a: { b: [1, { c: true }] } }
    expect(findJsonPath(parseJsonPath('{.a.b}{.a.b[1].c}'), object)).toEqual([[[1, { c: true }]], [true]])
  })

  it('may be used again after a range', () => {
    const path = parseJsonPath('{range .a[*]}{@}{end}{.b}')
    const object = { a: [1, 2], b: 3 }
    expect(findJsonPath(path, object)).toEqual(findJsonPath(path, object))
  })

  it('does not reach what only the prototype has', () => {
    expect(failureOf(() => findJsonPath(parseJsonPath('{.constructor}'), {})).message).toContain('is not found')
  })
})

describe('numbers as Go prints them', () => {
  it.each([
    [1_000_000, '1000000'],
    [12345678.5, '1.23456785e+07'],
    [123456.5, '123456.5'],
    [1e20, '1e+20'],
    [1e21, '1e+21'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-2.5e-7, '-2.5e-07'],
    [0, '0'],
  ])('%s', (value, text) => expect(evaluateJsonPath('{.a}', { a: value })).toBe(text))
})

describe('relaxedJsonPath', () => {
  it.each(['metadata.name', '.metadata.name', '{metadata.name}', '{.metadata.name}'])('%s', text => {
    expect(relaxedJsonPath(text)).toBe('{.metadata.name}')
  })

  it.each(['{.a}{.b}', '{.a', 'a}'])('%s is refused', text => {
    expect(failureOf(() => relaxedJsonPath(text)).outcome).toBe('usage')
  })

  it('leaves nothing as it is', () => expect(relaxedJsonPath('')).toBe(''))
})

it('any key is reached when its terminators are escaped', () => {
  const key = fc.string({ minLength: 1 }).filter(text => !text.includes('\\') && text !== '*')
  fc.assert(
    fc.property(key, fc.string(), (name, value) => {
      const escaped = [...name].map(letter => `\\${letter}`).join('')
      expect(evaluateJsonPath(`{.${escaped}}`, Object.fromEntries([[name, value]]))).toBe(value)
    }),
  )
})

it('any template is either read or refused as a usage error', () => {
  const part = fc.constantFrom(
    '{',
    '}',
    '.a',
    '[',
    ']',
    '*',
    '?(',
    ')',
    '@',
    '"',
    "'",
    '..',
    '0',
    ':',
    ',',
    '==',
    ' ',
    'x',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), parts => {
      try {
        parseJsonPath(parts.join(''))
      } catch (error) {
        expect(error).toBeInstanceOf(Failure)
      }
    }),
  )
})
