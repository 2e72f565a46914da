import { describe, expect, it } from 'vitest'
import { LiveText } from '../../../src/lib/output/live-text.ts'
import { FakeOutput } from '../../fakes/context.ts'

/** What a terminal of this size shows, as far as the sequences that we write go; no wrapping of its own. */
function screen(text: string): string[] {
  const lines: string[] = ['']
  let row = 0
  for (const [, ups, clear, feed, back, letter] of text.matchAll(
    /\x1b\[(\d+)A|(\x1b\[J)|(\n)|(\r)|\x1b\[[?\d]*[a-z]|([^\x1b])/gs,
  )) {
    if (ups) row -= Number(ups)
    else if (clear) lines.splice(row, lines.length, '')
    else if (feed) {
      row++
      lines[row] ??= ''
    } else if (back) continue
    else if (letter) lines[row] = `${lines[row] ?? ''}${letter}`
  }
  return lines
}

describe('LiveText', () => {
  it('draws over itself and leaves what stood there before', () => {
    const output = new FakeOutput({ columns: 40, rows: 10 })
    output.write('before\n')
    const live = new LiveText(output)
    live.draw('one\ntwo\n')
    live.draw('three\n')
    expect(screen(output.text)).toEqual(['before', 'three', ''])
  })

  it('writes nothing when nothing is different', () => {
    const output = new FakeOutput({})
    const live = new LiveText(output)
    live.draw('one\n')
    const { text } = output
    live.draw('one\n')
    expect(output.text).toBe(text)
  })

  it('is never higher than the screen, and counts what it leaves out', () => {
    const output = new FakeOutput({ rows: 5 })
    new LiveText(output).draw(Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join(''))
    expect(screen(output.text)).toEqual(['line 0', 'line 1', 'line 2', '… 17 more lines', ''])
  })

  it('ends with the whole text and the cursor', () => {
    const output = new FakeOutput({ rows: 5 })
    const live = new LiveText(output)
    live.draw('one\n')
    live.finish(Array.from({ length: 8 }, (_, index) => `line ${index}\n`).join(''))
    expect(screen(output.text)).toHaveLength(9)
    expect(output.text.endsWith('\x1b[?25h')).toBe(true)
    expect(output.text.match(/\x1b\[\?25l/g)).toHaveLength(1)
  })

  it('gives the cursor back when it is interrupted, and does nothing before it has drawn', () => {
    const output = new FakeOutput({})
    const live = new LiveText(output)
    live.stop()
    expect(output.text).toBe('')
    live.draw('one\n')
    live.stop()
    expect(output.text.endsWith('\x1b[?25h')).toBe(true)
  })

  it('goes back over lines that a narrower terminal has wrapped', () => {
    const output = new FakeOutput({ columns: 40 })
    const live = new LiveText(output)
    live.draw(`${'x'.repeat(30)}\nshort\n`)
    Object.assign(output, { columns: 20 })
    live.draw('new\n')
    expect(output.text).toContain('\x1b[3A')
  })
})
