import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeLines, safeText } from '../../../src/lib/values/safe-text.ts'

const esc = '\x1b'

describe('safeText', () => {
  it.each([
    ['plain', 'plain', 'plain'],
    ['colour', `${esc}[31mred${esc}[0m`, 'red'],
    ['clear screen', `a${esc}[2J${esc}[Hb`, 'ab'],
    ['8-bit CSI', 'a\x9b31mb', 'ab'],
    ['window title', `${esc}]0;owned\x07text`, 'text'],
    ['hyperlink', `${esc}]8;;http://evil${esc}\\click${esc}]8;;${esc}\\`, 'click'],
    ['unfinished OSC keeps the message', `${esc}]0;title and text`, '0;title and text'],
    ['DCS', `a${esc}Pq#0${esc}\\b`, 'ab'],
    ['two-character escapes', `a${esc}cb${esc}(Bc`, 'abc'],
    ['lone escape', `a${esc}`, 'a'],
    ['bell, backspace, delete', 'a\x07\x08\x7fb', 'ab'],
    ['bidirectional override', 'user\u202etxt.exe\u2066x\u2069', 'usertxt.exex'],
    ['zero width', 'a\u200bb\ufeffc\u2060d', 'abcd'],
    ['invisible tags', 'a\u{e0041}b', 'ab'],
    ['line breaks become spaces', 'one\ntwo\r\nthree\u2028four\tfive', 'one two three four five'],
    ['runs of breaks', 'one \n\n  two', 'one two'],
    ['line break at the end', 'one\n', 'one'],
    ['lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['emoji and accents stay', 'héllo 👩‍💻 日本', 'héllo 👩‍💻 日本'],
  ])('%s', (_name, text, safe) => {
    expect(safeText(text)).toBe(safe)
  })

  it('leaves nothing that a terminal obeys, whatever comes in, and changes nothing twice', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        '\x1b',
        '\x9b',
        '\x9d',
        '[',
        ']',
        '0',
        ';',
        'm',
        '\x07',
        '\\',
        '\n',
        '\r',
        '\t',
        '\u202e',
        'a',
      ),
    })
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary' })), text => {
        const safe = safeText(text)
        expect(safe).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
        expect(safeText(safe)).toBe(safe)
      }),
    )
  })

  it('keeps lines where lines are wanted', () => {
    expect(safeLines(`one\r\n\ttwo${esc}[1m\x00`)).toBe('one\n  two')
  })

  it('takes linear time on hostile text', () => {
    const text = `${esc}]`.repeat(50_000) + `${esc}[`.repeat(50_000)
    expect(safeText(text)).not.toContain(esc)
  })
})
