import { describe, expect, it } from 'vitest'
import { parseOutputFormat } from '../../../src/lib/output/output-format.ts'
import { sortedBy } from '../../../src/lib/output/sort-by.ts'
import { Failure } from '../../../src/lib/values/failure.ts'

function failureOf(run: () => unknown): Failure {
  try {
    run()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('no failure')
}

describe('parseOutputFormat', () => {
  it.each([
    { text: undefined, is: { name: 'table' } },
    { text: 'json', is: { name: 'json' } },
    { text: 'YAML', is: { name: 'yaml' } },
    { text: 'jsonpath={.a}={.b}', is: { name: 'jsonpath', template: { text: '{.a}={.b}' } } },
    { text: 'jsonpath-file=a/b', is: { name: 'jsonpath', template: { file: 'a/b' } } },
    { text: 'jsonpath-as-json={.a}', is: { name: 'jsonpath-as-json', template: { text: '{.a}' } } },
    { text: 'custom-columns=A:.a', is: { name: 'custom-columns', template: { text: 'A:.a' } } },
    { text: 'custom-columns-file=c', is: { name: 'custom-columns', template: { file: 'c' } } },
  ])('$text', ({ text, is }) => expect(parseOutputFormat(text)).toEqual(is))

  it.each([
    {
      text: 'jsn',
      says: 'unable to match a printer suitable for the output format "jsn"',
      hint: 'did you mean -o json?',
    },
    { text: 'jsonpth={.a}', says: 'output format "jsonpth={.a}"', hint: 'did you mean -o jsonpath={.a}?' },
    { text: 'jsonpath', says: 'template format specified but no template given', hint: 'for example: -o jsonpath=' },
    { text: 'jsonpath=', says: 'template format specified but no template given' },
    { text: 'custom-columns=', says: 'custom-columns format specified but no custom columns given' },
    { text: 'go-template={{.a}}', says: 'Go templates cannot be run', hint: 'use -o jsonpath=' },
    { text: 'template', says: 'Go templates cannot be run' },
    { text: 'json=x', says: 'output format "json" takes no value' },
    { text: '', says: 'allowed formats are: custom-columns,custom-columns-file,info,json,' },
  ])('$text is refused', ({ text, says, hint }) => {
    const failure = failureOf(() => parseOutputFormat(text))
    expect(failure.outcome).toBe('usage')
    expect(failure.message).toContain(says)
    if (hint !== undefined) expect(failure.hints.join()).toContain(hint)
  })

  it('names only what the command takes', () => {
    const failure = failureOf(() => parseOutputFormat('name', ['json', 'jsonpath']))
    expect(failure.message).toMatch(/allowed formats are: json,jsonpath,jsonpath-file$/)
  })
})

describe('sortedBy', () => {
  const of = (...values: unknown[]) => values.map((v, index) => ({ index, ...(v === undefined ? {} : { v }) }))
  const order = (values: unknown[]) => sortedBy(of(...values), '.v').map(({ index }) => index)

  it.each([
    { values: [10, 9, 1.5], is: [2, 1, 0] },
    { values: ['b', 'a', 'c'], is: [1, 0, 2] },
    { values: ['1Gi', '512Mi', '1'], is: [2, 1, 0] },
    { values: ['100m', '1', '0.05'], is: [2, 0, 1] },
    { values: ['2026-01-03T00:00:00Z', '2026-01-02T00:00:00Z'], is: [1, 0] },
    { values: ['b', undefined, null, 'a'], is: [1, 2, 3, 0] },
    { values: [1, 1, 0], is: [2, 0, 1] },
    { values: [[1, 2], [1], [0, 9]], is: [2, 1, 0] },
  ])('$values', ({ values, is }) => expect(order(values)).toEqual(is))

  it.each([
    { values: [{}, {}], says: 'field {.v} has values that cannot be sorted: object' },
    { values: [1, 'a'], says: 'cannot be sorted: number and string' },
    { values: [undefined, undefined], says: 'couldn\'t find any field with path "{.v}" in the list of objects' },
  ])('$values is refused', ({ values, says }) => {
    expect(failureOf(() => order(values)).message).toContain(says)
  })

  it('sorts nothing into nothing', () => expect(sortedBy([], '.v')).toEqual([]))
})
