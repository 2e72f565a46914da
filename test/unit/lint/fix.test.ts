import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fixFiles } from '../../../src/lib/lint/fix/fix-files.ts'
import { unifiedDiff } from '../../../src/lib/lint/fix/unified-diff.ts'
import { rules } from '../../../src/lib/lint/rules.ts'
import { file, fixtures, options, template } from './checked.ts'

const fixable = rules.filter(({ isFixable }) => isFixable).map(({ id }) => id)
const fixed = (text: string) => fixFiles({ files: [file(text)] }, options, () => true)

describe('--fix', () => {
  it.each(fixable)('%s: changes the text of the field and nothing else', async id => {
    const text = readFileSync(`${fixtures}/${id}/bad.yaml`, 'utf8')
    const { files } = fixed(text)
    await expect(files.map(each => unifiedDiff(each.name, each.before, each.after)).join('')).toMatchFileSnapshot(
      `../../golden/lint/${id}.diff`,
    )
    // a second time there is nothing to do
    expect(fixed(files[0]?.after ?? '').files).toEqual([])
  })

  it('keeps comments, layout and quotes', () => {
    const text = template(
      "successCondition:   'len(result) = 0'  # none",
      'vector(1)',
      '    failiureLimit : 0 # spaced\n',
    )
    const after = fixed(text).files[0]?.after
    expect(after).toContain("    successCondition:   'len(result) == 0'  # none\n    failureLimit : 0 # spaced\n")
  })

  it('puts right one mistake after the other', () => {
    const { files, result } = fixed(template('successCondition: results = 1'))
    expect(files[0]?.after).toContain('successCondition: result[0] == 1')
    expect(result.findings).toEqual([])
  })

  it('makes no edit that does not help', () => {
    const text = template('successCondition: result[0] == "abc" || result[0] < "5"')
    expect(fixed(text).files).toEqual([])
  })

  it('leaves alone what is not asked for', () => {
    const text = template('successCondition: len(result) = 0')
    expect(fixFiles({ files: [file(text)] }, options, ({ severity }) => severity === 'info').files).toEqual([])
  })
})

describe('the diff', () => {
  const lines = (count: number, changed: number[] = []) =>
    Array.from({ length: count }, (_, index) => `${changed.includes(index) ? 'new' : 'line'} ${index}\n`).join('')

  it.each([
    ['one line', 8, [4], '@@ -2,7 +2,7 @@\n line 1\n line 2\n line 3\n-line 4\n+new 4\n line 5\n line 6\n line 7\n'],
    ['the first', 3, [0], '@@ -1,3 +1,3 @@\n-line 0\n+new 0\n line 1\n line 2\n'],
    ['neighbours', 5, [2, 3], '@@ -1,5 +1,5 @@\n line 0\n line 1\n-line 2\n-line 3\n+new 2\n+new 3\n line 4\n'],
  ])('%s', (_name, count, changed, hunk) => {
    expect(unifiedDiff('a', lines(count), lines(count, changed))).toBe(`--- a\n+++ a\n${hunk}`)
  })

  it('has two hunks for what is far apart', () => {
    expect(unifiedDiff('a', lines(30), lines(30, [2, 25])).match(/^@@/gm)).toHaveLength(2)
  })
})
