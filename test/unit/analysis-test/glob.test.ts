import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { glob } from '../../../src/lib/analysis-test/glob.ts'

const files = ['a.yaml', 'b.yml', 'c.txt', '.hidden.yaml', '[x].yaml', 'deep/a.yaml', 'deep/er/b.yaml', '.git/z.yaml']
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'glob-'))
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), '')
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('glob', () => {
  it.each([
    { pattern: 'a.yaml', finds: ['a.yaml'] },
    { pattern: './a.yaml', finds: ['a.yaml'] },
    { pattern: 'missing.yaml', finds: [] },
    { pattern: '*.yaml', finds: ['[x].yaml', 'a.yaml'] },
    { pattern: '.*.yaml', finds: ['.hidden.yaml'] },
    { pattern: '?.y*ml', finds: ['a.yaml', 'b.yml'] },
    { pattern: '[ab].*', finds: ['a.yaml', 'b.yml'] },
    { pattern: '[!a].*', finds: ['b.yml', 'c.txt'] },
    { pattern: '*.{yml,txt}', finds: ['b.yml', 'c.txt'] },
    { pattern: '{a.yaml,deep/{a,er/b}.yaml}', finds: ['a.yaml', 'deep/a.yaml', 'deep/er/b.yaml'] },
    { pattern: '{a}.yaml', finds: [] },
    { pattern: '**/*.yaml', finds: ['[x].yaml', 'a.yaml', 'deep/a.yaml', 'deep/er/b.yaml'] },
    { pattern: 'deep/**', finds: ['deep/a.yaml', 'deep/er/b.yaml'] },
    { pattern: '*/a.yaml', finds: ['deep/a.yaml'] },
    { pattern: 'deep/../a.yaml', finds: ['a.yaml'] },
    { pattern: 'nowhere/*.yaml', finds: [] },
    { pattern: '*.yaml.', finds: [] },
    { pattern: 'a[.yaml', finds: [] },
    { pattern: '*[b-a].yaml', finds: [] },
  ])('$pattern', ({ pattern, finds }) => expect(glob(pattern, folder)).toEqual(finds))

  it('takes absolute patterns, and answers with absolute paths', () =>
    expect(glob(join(folder, 'deep/*.yaml'), '/')).toEqual([join(folder, 'deep/a.yaml')]))
})
