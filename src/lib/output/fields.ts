import { displayWidth, padToWidth } from '../values/display-width.ts'
import { cut, paint, plainText, type Span, type Styled } from './style.ts'
import type { Rendering } from './table.ts'

/** One line of a block `Key:   value`; several values are put below each other. */
export interface Field {
  key: string
  values: readonly Styled[]
  /** wrap: words go to further lines; cut: the middle is cut out (names, images) */
  overflow?: 'wrap' | 'cut'
}

const keyWidth = 17

/** A block of fields, values aligned; on a terminal never wider than it. */
export function renderFields(fields: readonly Field[], { columns, color }: Rendering): string {
  const room = columns === undefined ? undefined : Math.max(10, columns - keyWidth)
  return fields
    .flatMap(({ key, values, overflow }) => {
      const lines = values.flatMap(value => linesOf(value, room, overflow ?? 'wrap'))
      return (lines.length > 0 ? lines : [[]]).map((line, index) => {
        const label = index === 0 ? `${key}:` : ''
        const text = paint(line, color)
        const padded = text === '' ? label : padToWidth(label, keyWidth) + text
        return `${columns === undefined ? padded : limited(padded, columns, color)}\n`
      })
    })
    .join('')
}

function linesOf(value: Styled, room: number | undefined, overflow: 'wrap' | 'cut'): (readonly Span[])[] {
  const spans = cut(value, Number.MAX_SAFE_INTEGER, 'end')
  if (room === undefined || displayWidth(plainText(value)) <= room) return [spans]
  const [only] = spans
  if (overflow === 'cut' || spans.length !== 1 || !only)
    return [cut(value, room, overflow === 'cut' ? 'middle' : 'end')]
  return wrapped(only.text, room).map(text => [{ ...only, text }])
}

/** `text` in lines of at most `width` columns, broken at spaces; a longer word is broken where it has to be. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
    while (displayWidth(line) > width) {
      const head = headOf(line, width)
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** As many characters from the start as fit, at least one. */
function headOf(text: string, width: number): string {
  const characters = [...text]
  let end = Math.min(characters.length, width)
  while (end > 1 && displayWidth(characters.slice(0, end).join('')) > width) end--
  return characters.slice(0, end).join('')
}

/** A terminal narrower than the keys is beyond help, but must not wrap. */
function limited(line: string, columns: number, color: boolean): string {
  return columns > keyWidth + 10 || color ? line : paint(cut(line, columns, 'end'), false)
}
