import { describe, expect, it } from 'vitest'
import { didYouMean } from '../../../src/lib/values/did-you-mean.ts'

describe('didYouMean', () => {
  it.each([
    { text: 'namspace', from: ['namespace', 'name'], is: 'namespace' },
    { text: 'ahd', from: ['add', 'had'], is: 'add' },
    { text: 'lits', from: ['list', 'get'], is: 'list' },
    { text: 'JSON', from: ['json'], is: 'json' },
    { text: 'custom', from: ['custom-columns', 'cluster'], is: 'custom-columns' },
    { text: 'xyz', from: ['json', 'yaml'], is: undefined },
    { text: 'a', from: [], is: undefined },
  ])('$text of $from', ({ text, from, is }) => expect(didYouMean(text, from)).toBe(is))
})
