import { isScalar } from 'yaml'
import type { Place } from '../finding.ts'
import { findNode, type LintDocument, type LintFile } from './lint-document.ts'
import type { Path } from './path.ts'
import { scalarOffsets } from './scalar-offsets.ts'

/** What a finding points to. */
export interface Target {
  document: LintDocument
  path: Path
  /** the field's name rather than its value */
  onKey?: boolean
  /** a stretch of the text that the value is, in UTF-16 units */
  within?: Stretch
}

export interface Stretch {
  start: number
  end: number
}

/** Offsets in the file of what a target points to; undefined for an object of the cluster. */
export function rangeOf({ document, path, onKey, within }: Target): Stretch | undefined {
  const { file } = document
  if (file === undefined || document.document === undefined) return undefined
  const { node, pair, isExact } = findNode(document, path)
  const key = pair?.key
  if ((onKey || !isExact) && key?.range) return { start: key.range[0], end: key.range[1] }
  if (within && isExact && isScalar(node)) {
    const offsets = scalarOffsets(node, file.text)
    const last = offsets.length - 1
    const start = offsets[Math.min(within.start, last)] ?? 0
    const end = within.end > within.start ? (offsets[Math.min(within.end - 1, last)] ?? start) + 1 : start
    return { start, end: Math.max(start, end) }
  }
  const range = (isExact ? node?.range : undefined) ?? key?.range ?? node?.range
  if (!range) return { start: 0, end: 0 }
  return isScalar(node) ? { start: range[0], end: range[1] } : firstLine(range[0], range[1], file.text)
}

/** The line on which the field begins that a target lies in, from 1; comments above that line speak about it. */
export function keyLine({ document, path }: Target): number | undefined {
  const { file } = document
  if (file === undefined) return undefined
  for (let length = path.length; length >= 0; length--) {
    const { pair, node, isExact } = findNode(document, path.slice(0, length))
    const start =
      pair?.key?.range?.[0] ?? (isExact && typeof path[length - 1] === 'number' ? node?.range?.[0] : undefined)
    if (start !== undefined) return placeOf(file, { start, end: start }).line
  }
  return undefined
}

/** A map or list is pointed to by its first line. */
function firstLine(start: number, end: number, text: string): Stretch {
  const lineEnd = text.indexOf('\n', start)
  return { start, end: lineEnd < 0 || lineEnd > end ? end : lineEnd }
}

const lineStarts = new WeakMap<LintFile, number[]>()

export function placeOf(file: LintFile, { start, end }: Stretch): Place {
  let starts = lineStarts.get(file)
  if (starts === undefined) {
    starts = [0]
    for (let at = file.text.indexOf('\n'); at >= 0; at = file.text.indexOf('\n', at + 1)) starts.push(at + 1)
    lineStarts.set(file, starts)
  }
  const from = position(starts, start)
  const to = position(starts, end)
  return { file: file.name, line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
}

function position(starts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}
