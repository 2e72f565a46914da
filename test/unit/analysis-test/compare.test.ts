import { describe, expect, it } from 'vitest'
import type { ExpectedValue } from '../../../src/lib/analysis-test/analysis-test.ts'
import { expectationFor, valueMatches } from '../../../src/lib/analysis-test/compare.ts'
import { expectationOfMessage, messageMatches } from '../../../src/lib/analysis-test/message-match.ts'

describe('a value meets', () => {
  it.each<{ expected: ExpectedValue; actual: string | undefined; is: boolean }>([
    { expected: 0.99, actual: '0.9899999', is: true },
    { expected: 0.99, actual: '[0.9899999]', is: true },
    { expected: 1000, actual: '[1001]', is: true },
    { expected: 1000, actual: '[1001.1]', is: false },
    { expected: 1000, actual: '[998.9]', is: false },
    { expected: -1000, actual: '-999.5', is: true },
    { expected: 0, actual: '[0]', is: true },
    { expected: 0, actual: '[0.0001]', is: false },
    { expected: 1, actual: '[1,1]', is: false },
    { expected: 1, actual: '[]', is: false },
    { expected: 1, actual: undefined, is: false },
    { expected: [1, 2], actual: '[1,2.001]', is: true },
    { expected: [1, 2], actual: '[1]', is: false },
    { expected: [], actual: '[]', is: true },
    { expected: Number.NaN, actual: '[NaN]', is: true },
    { expected: Number.NaN, actual: '[0]', is: false },
    { expected: Number.POSITIVE_INFINITY, actual: '[+Inf]', is: true },
    { expected: Number.POSITIVE_INFINITY, actual: '[-Inf]', is: false },
    { expected: 1e300, actual: '+Inf', is: false },
    { expected: '[0.99]', actual: '[0.99]', is: true },
    { expected: '[0.99]', actual: '[0.9899999]', is: false },
    { expected: '', actual: undefined, is: true },
    { expected: 1, actual: '"1"', is: false },
    { expected: true, actual: 'true', is: true },
    { expected: false, actual: 'true', is: false },
    { expected: null, actual: undefined, is: true },
    { expected: null, actual: '[]', is: false },
  ])('$expected against $actual: $is', ({ expected, actual, is }) => expect(valueMatches(expected, actual)).toBe(is))
})

it.each<{ value: string | undefined; before: ExpectedValue | undefined; becomes: ExpectedValue }>([
  { value: '[0.98999999]', before: 1, becomes: 0.99 },
  { value: '[0.98999999]', before: [1], becomes: [0.99] },
  { value: '[0.98999999]', before: '[1]', becomes: '[0.98999999]' },
  { value: '[1,2]', before: undefined, becomes: [1, 2] },
  { value: '{"ok":true}', before: 1, becomes: '{"ok":true}' },
  { value: undefined, before: 1, becomes: null },
  { value: '[]', before: 1, becomes: [] },
])('$value is expected as $becomes where $before was', ({ value, before, becomes }) =>
  expect(expectationFor(value, before)).toEqual(becomes),
)

describe('a message', () => {
  it.each([
    { expected: 'all', actual: 'all', is: true },
    { expected: 'all', actual: 'all of it', is: false },
    { expected: '/all/', actual: 'after all of it', is: true },
    { expected: '/^all/', actual: 'after all', is: false },
    { expected: '/(?i)ALL/', actual: 'all', is: true },
    { expected: '/', actual: '/', is: true },
    { expected: '//', actual: '//', is: true },
  ])('$expected against $actual: $is', ({ expected, actual, is }) => expect(messageMatches(expected, actual)).toBe(is))

  it.each(['plain', '', '/looks like (a pattern/', '/[a]+$/'])('%j is met by its expectation alone', message => {
    expect(messageMatches(expectationOfMessage(message), message)).toBe(true)
    expect(messageMatches(expectationOfMessage(message), `${message}x`)).toBe(false)
  })
})
