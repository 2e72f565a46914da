import type { Scalar } from 'yaml'

/**
 * Where each character of a scalar's value was written: a list of offsets in the file, one per UTF-16 unit of the value
 * and one for its end. Plain, quoted, literal and folded scalars are understood, with their folding and escapes.
 *
 * @param text of the file
 */
export function scalarOffsets(scalar: Scalar, text: string): number[] {
  const value = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '')
  const [start = 0, end = start] = scalar.range ?? []
  switch (scalar.type) {
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
      return blockOffsets(value, text, start, end)
    case 'QUOTE_DOUBLE':
      return flowOffsets(value, text, start + 1, end - 1, 'double')
    case 'QUOTE_SINGLE':
      return flowOffsets(value, text, start + 1, end - 1, 'single')
    default:
      return flowOffsets(value, text, start, end, 'plain')
  }
}

/** Line by line: what is left of a line after its indentation is what the value has. */
function blockOffsets(value: string, text: string, start: number, end: number): number[] {
  const header = /^[^\n]*\n/.exec(text.slice(start, end))?.[0] ?? ''
  let at = start + header.length
  const indent = indentationOf(header, text.slice(at, end))
  const offsets: number[] = []
  let index = 0
  while (index < value.length && at < end) {
    at += indentedBy(text, at, indent)
    while (index < value.length && at < end && text[at] !== '\n' && text[at] !== '\r') {
      if (value[index] === '\n') break
      offsets[index++] = at++
    }
    // The line break, kept or folded into a space, and empty lines behind it: folding makes n breaks out of n + 1.
    const lineEnd = at
    const first = /^[ \t]*\r?\n/.exec(text.slice(at, end))?.[0]
    if (first === undefined) break
    let breaks = 1
    let next = at + first.length
    for (;;) {
      const empty = /^( *)\r?\n/.exec(text.slice(next, Math.min(end, next + indent + 2)))
      if (empty === null || (empty[1]?.length ?? 0) > indent) break
      next += empty[0].length
      breaks++
    }
    const isFolded = value[index] === ' '
    if (isFolded) offsets[index++] = lineEnd
    else while (breaks-- > 0 && value[index] === '\n') offsets[index++] = lineEnd
    at = next
  }
  return filled(offsets, value.length, Math.min(at, end))
}

function indentationOf(header: string, body: string): number {
  const first = body.split('\n').find(line => line.trim() !== '') ?? ''
  const found = /^ */.exec(first)?.[0].length ?? 0
  // With an indicator the first line may be indented further than the block is; that line then begins with spaces.
  return /[|>][+-]?[1-9]/.test(header) ? Math.min(found, smallestIndent(body)) : found
}

const smallestIndent = (body: string) =>
  Math.min(...body.split('\n').flatMap(line => (line.trim() === '' ? [] : [/^ */.exec(line)?.[0].length ?? 0])))

function indentedBy(text: string, at: number, indent: number): number {
  let spaces = 0
  while (spaces < indent && text[at + spaces] === ' ') spaces++
  return spaces
}

function flowOffsets(value: string, text: string, start: number, end: number, style: 'plain' | 'single' | 'double') {
  const offsets: number[] = []
  let at = start
  let index = 0
  while (index < value.length && at < end) {
    const fold = /^[ \t]*\r?\n\s*/.exec(text.slice(at, end))?.[0]
    if (fold !== undefined) {
      const breaks = fold.split('\n').length - 1
      for (let made = 0; made < Math.max(1, breaks - 1) && index < value.length; made++) offsets[index++] = at
      at += fold.length
    } else if (style === 'double' && text[at] === '\\') {
      const [units, length] = escapeAt(text, at)
      for (let made = 0; made < units && index < value.length; made++) offsets[index++] = at
      at += length
    } else {
      offsets[index++] = at
      at += style === 'single' && text.startsWith("''", at) ? 2 : 1
    }
  }
  return filled(offsets, value.length, at)
}

/** UTF-16 units that an escape sequence makes, and how long it is; an escaped line break makes none. */
function escapeAt(text: string, at: number): [units: number, length: number] {
  const lineBreak = /^\\\r?\n[ \t]*/.exec(text.slice(at))?.[0]
  if (lineBreak !== undefined) return [0, lineBreak.length]
  const length = { x: 4, u: 6, U: 10 }[text[at + 1] ?? ''] ?? 2
  const isWide = text[at + 1] === 'U' && Number.parseInt(text.slice(at + 2, at + 10), 16) > 0xffff
  return [isWide ? 2 : 1, length]
}

function filled(offsets: number[], length: number, end: number): number[] {
  for (let index = offsets.length; index <= length; index++) offsets[index] = end
  return offsets
}
