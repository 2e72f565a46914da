import { describe, expect, it } from 'vitest'
import { findingsOf, template } from './checked.ts'

const rulesOf = (text: string, version: '1.9' | '1.10') => findingsOf(text, version).map(({ rule }) => rule)

describe('the two controllers', () => {
  it.each([
    ['a function of 1.10', 'len(uniq(result)) == 1', ['CA017'], ['CA019']],
    ['a comparison in a chain', '0 < result[0] < 2', ['CA017'], ['CA019']],
    ['the maximum of a list', 'max(result) < 2', ['CA017'], ['CA019']],
    ['lists of different types', 'result == [1]', ['CA019'], ['CA019']],
    ['what both have alike', 'result[0] < 2 && result[0] > 0', [], []],
    ['functions that both have', 'sum(result) < 2', [], []],
  ])('%s', (_name, condition, older, newer) => {
    expect(rulesOf(template(`successCondition: "${condition}"`), '1.9')).toEqual(older)
    expect(rulesOf(template(`successCondition: "${condition}"`), '1.10')).toEqual(newer)
  })

  it('fields that only the newer one has', () => {
    const text = template('successCondition: result[0] == 1', 'vector(1)').replace(
      'query:',
      'authentication: {basicAuth: {username: a, password: "{{args.p}}"}}\n        query:',
    )
    expect(rulesOf(text, '1.9')).toContain('CA002')
    expect(rulesOf(text, '1.10')).not.toContain('CA002')
  })
})

describe('arguments that are open', () => {
  it.each([
    ['a threshold', 'result[0] < {{args.limit}}', []],
    ['an operator', 'result[0] {{args.operator}} 1', []],
    ['in quotes', "result[0] < asFloat('{{args.limit}}')", []],
    ['the whole condition', '{{args.condition}}', []],
    ['beside a mistake', 'results[0] < {{args.limit}}', ['CA017']],
    ['beside a wrong type', 'result < {{args.limit}}', ['CA017']],
  ])('%s', (_name, condition, rules) => {
    const text = template(`successCondition: "${condition}"`).replace(
      '  metrics:',
      '  args: [{name: limit}, {name: operator}, {name: condition}]\n  metrics:',
    )
    expect(
      findingsOf(text)
        .map(({ rule }) => rule)
        .filter(rule => rule !== 'CA041'),
    ).toEqual(rules)
  })
})

describe('comments that ignore', () => {
  const text = (beside: string, above = '') =>
    template(`successCondition: result[0] < 1${beside}`, 'sum(up{pod="a"})').replace(
      /^( *)successCondition/m,
      `${above}$1successCondition`,
    )

  it.each([
    ['nothing', text(''), ['CA020']],
    ['a rule beside', text(' # canary-lint: ignore CA020'), []],
    ['another rule beside', text(' # canary-lint: ignore CA021'), ['CA020']],
    ['several rules', text(' # canary-lint: ignore CA021, ca020'), []],
    ['all rules', text(' # canary-lint: ignore'), []],
    ['the line below', text('', '    # canary-lint: ignore CA020\n'), []],
    ['the line below other comments', text('', '    # canary-lint: ignore CA020\n    # because\n'), []],
    ['the whole file', `${text('')}# canary-lint: ignore-file CA020\n`, []],
    ['everything below a field', text('').replace('  metrics:', '  # canary-lint: ignore CA020\n  metrics:'), []],
    [
      'a line that it is not about',
      text('').replace('  name: sample', '  # canary-lint: ignore CA020\n  name: sample'),
      ['CA020'],
    ],
    ['no rule that exists', text(' # canary-lint: ignore CA999'), ['CA020', 'CA059']],
  ])('%s', (_name, yaml, rules) => {
    expect(findingsOf(yaml).map(({ rule }) => rule)).toEqual(rules)
  })
})
