import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayWidth, padToWidth, truncateToWidth } from '../../../src/lib/values/display-width.ts'

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['├──⧉ web', 8],
    ['✔ ✖ ◌ ॥ ⚠ ◷ • ⟳ Σ α ⊞ □ ◇ · …', 29],
    ['日本', 4],
    ['ｆｕｌｌ', 8],
    ['한국', 4],
    ['e\u0301', 1],
    ['👍', 2],
    ['👩‍💻', 2],
    ['🇩🇪', 2],
    ['⚠\ufe0f', 2],
    ['a\u200db', 2],
  ])('%j', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })
})

describe('truncateToWidth', () => {
  it.each([
    ['abcdef', 10, 'end', 'abcdef'],
    ['abcdef', 6, 'end', 'abcdef'],
    ['abcdef', 5, 'end', 'abcd…'],
    ['abcdef', 1, 'end', '…'],
    ['abcdef', 0, 'end', ''],
    ['web-frontend-6fc7d6b96d-x2v4q', 15, 'middle', 'web-fro…d-x2v4q'],
    ['日本語テスト', 7, 'end', '日本語…'],
    ['日本語テスト', 6, 'end', '日本…'],
  ] as const)('%j in %d columns, cut at %s', (text, width, where, cut) => {
    expect(truncateToWidth(text, width, where)).toBe(cut)
  })

  it('never exceeds the width and never splits a character', () => {
    const characters = fc.string({ unit: fc.constantFrom('a', '日', '👩‍💻', 'e\u0301', '-', '🇩🇪') })
    fc.assert(
      fc.property(characters, fc.nat(20), fc.constantFrom('end' as const, 'middle' as const), (text, width, where) => {
        const cut = truncateToWidth(text, width, where)
        expect(displayWidth(cut)).toBeLessThanOrEqual(width)
        expect(cut).not.toMatch(/^\u0301|\u200d$/)
      }),
    )
  })

  it('pads to a width', () => {
    expect(padToWidth('日本', 6)).toBe('日本  ')
    expect(padToWidth('abc', 2)).toBe('abc')
  })
})
