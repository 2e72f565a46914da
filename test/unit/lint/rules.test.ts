import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lintDocs } from '../../../scripts/lint-docs.ts'
import { lint } from '../../../src/lib/lint/lint.ts'
import { ruleOf, rules } from '../../../src/lib/lint/rules.ts'
import { file, fixtures, linesOf, options } from './checked.ts'

const read = (id: string, name: string) => file(readFileSync(`${fixtures}/${id}/${name}.yaml`, 'utf8'), `${name}.yaml`)

describe.each(rules.map(rule => rule.id))('%s', id => {
  it('finds what it is for, where it stands', async () => {
    const { findings } = lint({ files: [read(id, 'bad')] }, options)
    expect(findings.some(finding => finding.rule === id)).toBe(true)
    await expect(linesOf(findings)).toMatchFileSnapshot(`../../golden/lint/${id}.txt`)
  })

  it('leaves the nearest good neighbour alone', () => {
    const { findings } = lint({ files: [read(id, 'good')] }, options)
    expect(linesOf(findings)).toBe('')
  })
})

describe('the table of rules', () => {
  it('has ids in a row and no name twice', () => {
    expect(rules.map(({ id }) => id)).toEqual(rules.map((_, index) => `CA${String(index + 1).padStart(3, '0')}`))
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length)
  })

  it('finds a rule by its id or name in any case', () => {
    expect(ruleOf('ca021')?.name).toBe('nan-result')
    expect(ruleOf('NaN-result')?.id).toBe('CA021')
    expect(ruleOf('CA999')).toBeUndefined()
  })

  it('is what docs/lint.md says (npx tsx scripts/write-lint-docs.ts)', () => {
    expect(readFileSync('docs/lint.md', 'utf8')).toBe(lintDocs())
  })

  it('says for every rule that brings a fix that it can', () => {
    const fixing = new Set(
      rules
        .flatMap(({ id }) => lint({ files: [read(id, 'bad')] }, options).findings.filter(each => each.edits))
        .map(({ rule }) => rule),
    )
    expect([...fixing].sort()).toEqual(rules.filter(({ isFixable }) => isFixable).map(({ id }) => id))
  })
})
