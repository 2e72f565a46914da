import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cut, paint, plainText, widthOf } from '../../../src/lib/output/style.ts'
import { type Column, renderTable, TableWriter } from '../../../src/lib/output/table.ts'
import { displayWidth } from '../../../src/lib/values/display-width.ts'

const columns: Column[] = [
  { title: 'NAME', cut: 'middle', min: 8, yields: 1 },
  { title: 'KIND', drop: 2 },
  { title: 'STATUS' },
  { title: 'IMAGE', cut: 'end', min: 6, yields: 2, drop: 1 },
]
const rows = [
  [
    'loans-api-6fc7d6b96d-x2v4q',
    'Pod',
    { text: 'Running', style: 'green' as const },
    'registry.io/team/loans-api:1.2.3',
  ],
  ['web', 'Rollout', 'Healthy', ''],
]
const plain = { color: false }

describe('a table', () => {
  it('is never cut where it is not on a terminal, and has no space at a line end', () => {
    expect(renderTable(columns, rows, plain)).toBe(
      'NAME                        KIND     STATUS   IMAGE\n' +
        'loans-api-6fc7d6b96d-x2v4q  Pod      Running  registry.io/team/loans-api:1.2.3\n' +
        'web                         Rollout  Healthy\n',
    )
  })

  it('gives way on a narrow terminal: what yields most first, then whole columns, the rest last', () => {
    expect(renderTable(columns, rows, { ...plain, columns: 60 })).toBe(
      'NAME                        KIND     STATUS   IMAGE\n' +
        'loans-api-6fc7d6b96d-x2v4q  Pod      Running  registry.io/t…\n' +
        'web                         Rollout  Healthy\n',
    )
    expect(renderTable(columns, rows, { ...plain, columns: 40 })).toBe(
      'NAME            KIND     STATUS   IMAGE\n' +
        'loans-a…-x2v4q  Pod      Running  regis…\n' +
        'web             Rollout  Healthy\n',
    )
    expect(renderTable(columns, rows, { ...plain, columns: 20 })).toBe(
      'NAME         STATUS\n' + 'loans…x2v4q  Running\n' + 'web          Healthy\n',
    )
  })

  it('is never wider than the terminal, whatever is in it', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '-', '日', '👩‍💻', 'e\u0301'), maxLength: 40 })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 6 }),
        fc.integer({ min: 1, max: 120 }),
        (table, width) => {
          for (const line of renderTable(columns, table, { ...plain, columns: width }).split('\n')) {
            expect(displayWidth(line)).toBeLessThanOrEqual(width)
          }
        },
      ),
    )
  })

  it('colours without changing the text', () => {
    const colored = renderTable(columns, rows, { color: true })
    expect(colored).toContain('\x1b[32mRunning\x1b[39m')
    expect(colored.replace(/\x1b\[\d+m/g, '')).toBe(renderTable(columns, rows, plain))
  })

  it('keeps the widths of the first rows for later ones', () => {
    const writer = new TableWriter([{ title: 'A' }, { title: 'B' }], plain)
    expect(writer.rows([['aaaa', '1']])).toBe('A     B\naaaa  1\n')
    expect(
      writer.rows([
        ['a', '2'],
        ['aaaaaa', '3'],
      ]),
    ).toBe('a     2\naaaaaa  3\n')
  })

  it('has no header when none is wanted, and free lines between the rows', () => {
    const table = [['a', 'b'], { line: 'a line that is wider than any column' }]
    expect(renderTable([{ title: 'LONG' }, { title: 'B' }], table, plain, { headers: false })).toBe(
      'a  b\na line that is wider than any column\n',
    )
  })
})

describe('styled text', () => {
  it('is cut across spans, with room for the ellipsis', () => {
    const text = [{ text: 'canary', style: 'yellow' as const }, { text: ',' }, { text: 'ping', style: 'blue' as const }]
    expect(plainText(cut(text, 11, 'end'))).toBe('canary,ping')
    expect(plainText(cut(text, 9, 'end'))).toBe('canary,p…')
    expect(plainText(cut(text, 7, 'end'))).toBe('canary…')
    expect(plainText(cut(text, 3, 'end'))).toBe('ca…')
  })

  it('never exceeds the width it is cut to', () => {
    const span = fc.record({ text: fc.string({ unit: fc.constantFrom('a', '日'), maxLength: 6 }) })
    fc.assert(
      fc.property(fc.array(span, { maxLength: 5 }), fc.nat(12), (spans, width) => {
        expect(widthOf(cut(spans, width, 'end'))).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('writes no sequence for empty text', () => {
    expect(paint({ text: '', style: 'red' }, true)).toBe('')
  })
})
