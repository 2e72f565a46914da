import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../../src/lib/values/failure.ts'
import { evaluateJsonPath } from '../../../../src/lib/values/jsonpath/print-jsonpath.ts'

interface Observed {
  template: string
  data: 'rollout' | 'list'
  allowMissing: boolean
  json?: boolean
  out?: string
  error?: string
}

/** What client-go's util/jsonpath answered to the same templates and objects. */
const observed = readFileSync('test/fixtures/jsonpath/client-go.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Observed)
const data = JSON.parse(readFileSync('test/fixtures/jsonpath/data.json', 'utf8'))

/** Go walks maps in random order, so these are the same in any order. */
const isUnordered = (template: string) => /\.\*|\.\./.test(template)
const sorted = (text: string) => [...text].sort().join('')

function answer({ template, data: name, allowMissing, json }: Observed): string {
  return evaluateJsonPath(template, data[name], { allowMissingKeys: allowMissing, asJson: json ?? false })
}

describe('as client-go prints', () => {
  it.each(observed.filter(each => each.error === undefined))('$template of $data, missing $allowMissing', each => {
    const printed = answer(each)
    if (isUnordered(each.template)) expect(sorted(printed)).toBe(sorted(each.out ?? ''))
    else expect(printed).toBe(each.out)
  })
})

describe('refused as client-go refuses', () => {
  it.each(observed.filter(each => each.error !== undefined))('$template of $data, missing $allowMissing', each => {
    let failure: unknown
    try {
      answer(each)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(Failure)
    const { message } = failure as Failure
    const why = message
      .replace(/^error (parsing|executing) jsonpath /, '')
      .slice(each.template.length)
      .replace(/^[,:] /, '')
      .replace(/ \(column \d+\)$/, '')
    // Go's own words for an escape that strconv does not know
    const expected = each.error?.replace(
      /^unquote string (.*) error invalid syntax$/,
      'unquote string $1: invalid syntax',
    )
    expect(why).toBe(expected)
  })
})
