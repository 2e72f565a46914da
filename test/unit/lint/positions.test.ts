import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isScalar, parseDocument, stringify } from 'yaml'
import { scalarOffsets } from '../../../src/lib/lint/sources/scalar-offsets.ts'
import { findingsOf } from './checked.ts'

function marked(yaml: string, wanted: string): string {
  const document = parseDocument(yaml)
  const node = document.get('a', true)
  if (!isScalar(node)) throw new Error('no scalar')
  const offsets = scalarOffsets(node, yaml)
  const at = String(node.value).indexOf(wanted)
  const end = at + wanted.length - 1
  return yaml.slice(offsets[at], (offsets[end] ?? 0) + 1)
}

describe('positions inside of scalars', () => {
  it.each([
    ['plain', 'a: one two\n', 'two', 'two'],
    ['plain on two lines', 'a: one\n  two three\n', 'three', 'three'],
    ['folded at the break', 'a: one\n  two\n', 'e t', 'e\n  t'],
    ['single quotes', "a: 'it''s here'\n", 'here', 'here'],
    ['a quote itself', "a: 'it''s here'\n", "t's", "t''s"],
    ['double quotes', 'a: "x \\"y\\" z"\n', 'z', 'z'],
    ['escapes', 'a: "\\u00e9\\x41\\U0001F600 z"\n', 'z', 'z'],
    ['an escaped break', 'a: "one \\\n  two"\n', 'two', 'two'],
    ['double quotes on two lines', 'a: "one\n\n  two"\n', 'two', 'two'],
    ['literal', 'a: |\n  one\n    two\n\n  three\n', 'three', 'three'],
    ['literal, indented more', 'a: |\n  one\n    two\n', '  two', '  two'],
    ['literal with an indicator', 'a: |2\n    one\n  two\n', 'two', 'two'],
    ['literal, stripped', 'a: |-\n  one\n  two', 'two', 'two'],
    ['folded', 'a: >\n  one\n  two\n\n  three\n', 'three', 'three'],
    ['folded, indented more', 'a: >-\n  one\n    two\n  three\n', 'three', 'three'],
    ['carriage returns', 'a: |\r\n  one\r\n  two\r\n', 'two', 'two'],
    ['comment behind the header', 'a: | # why\n  one\n', 'one', 'one'],
  ])('%s', (_name, yaml, wanted, written) => {
    expect(marked(yaml, wanted)).toBe(written)
  })

  it('finds every letter of any text again, however it is written', () => {
    const words = fc.stringMatching(/^[a-z"'{}\\#:]{1,6}$/)
    const text = fc.array(fc.oneof({ weight: 5, arbitrary: words }, fc.constantFrom('\n', '\n\n', ' ')), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(
        text,
        fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'),
        fc.constantFrom(0, 20),
        (parts, type, lineWidth) => {
          const written = `x${parts.join(' ')}`
          const yaml = stringify({ b: { a: written } }, { defaultStringType: type, lineWidth })
          const node = parseDocument(yaml).getIn(['b', 'a'], true)
          if (!isScalar(node)) throw new Error('no scalar')
          // what the library reads, which is not always what it was given
          const value = String(node.value)
          const offsets = scalarOffsets(node, yaml)
          expect(offsets).toHaveLength(value.length + 1)
          for (const [index, letter] of [...value].entries())
            if (/[a-z{}:#]/.test(letter)) expect(yaml[offsets[index] ?? -1]).toBe(letter)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('leads from a condition with an argument to its line', () => {
    const [finding] = findingsOf(`kind: AnalysisTemplate
metadata: {name: a}
spec:
  args: [{name: limit}]
  metrics:
  - name: m
    successCondition: >-
      result[0] < {{args.limit}} &&
      😀 > 1
    provider: {prometheus: {query: vector(1)}}
`)
    expect(finding).toMatchObject({ rule: 'CA017', place: { line: 9, column: 7 } })
  })

  it('leads from a query with arguments to its line', () => {
    const [finding] = findingsOf(`kind: AnalysisTemplate
metadata: {name: a}
spec:
  args: [{name: service}]
  metrics:
  - name: m
    successCondition: len(result) == 0
    provider:
      prometheus:
        query: |
          sum(rate(x_total{service="{{args.service}}"}[5m])) +
            nope(x)
`)
    expect(finding).toMatchObject({ rule: 'CA032', place: { line: 12, column: 13, endColumn: 17 } })
  })
})
