import { describe, expect, it } from 'vitest'
import { renderFields, wrapped } from '../../../src/lib/output/fields.ts'
import { displayWidth } from '../../../src/lib/values/display-width.ts'

describe('a block of fields', () => {
  const fields = [
    { key: 'Name', values: ['loans-api'] },
    { key: 'Message', values: ['Rollout aborted update to revision 5: the metric "success-rate" failed'] },
    { key: 'Images', values: ['registry.io/team/loans-api:1.2.3 (canary)', 'b (stable)'], overflow: 'cut' as const },
    { key: 'Empty', values: [] },
  ]

  it('is whole where it is not on a terminal', () => {
    expect(renderFields(fields, { color: false })).toBe(
      'Name:            loans-api\n' +
        'Message:         Rollout aborted update to revision 5: the metric "success-rate" failed\n' +
        'Images:          registry.io/team/loans-api:1.2.3 (canary)\n' +
        '                 b (stable)\n' +
        'Empty:\n',
    )
  })

  it('wraps sentences and cuts names on a terminal', () => {
    const text = renderFields(fields, { color: false, columns: 50 })
    expect(text).toBe(
      'Name:            loans-api\n' +
        'Message:         Rollout aborted update to\n' +
        '                 revision 5: the metric\n' +
        '                 "success-rate" failed\n' +
        'Images:          registry.io/team…i:1.2.3 (canary)\n' +
        '                 b (stable)\n' +
        'Empty:\n',
    )
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(50)
  })

  it.each([
    ['a b c', 3, ['a b', 'c']],
    ['abcdef', 4, ['abcd', 'ef']],
    ['日本語', 4, ['日本', '語']],
    ['', 4, []],
  ])('wraps %j at %d', (text, width, lines) => {
    expect(wrapped(text, width)).toEqual(lines)
  })
})
