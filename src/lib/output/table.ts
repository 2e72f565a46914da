import { type Cut, padToWidth } from '../values/display-width.ts'
import { cut, paint, plainText, type Span, type Styled, spansOf, widthOf } from './style.ts'

/** How text is written; absent `columns`: not a terminal, never cut. */
export interface Rendering {
  columns?: number | undefined
  color: boolean
}

export interface Column {
  title: string
  /**
   * How the column gives way on a narrow terminal: `middle` for names, whose start and end both tell, `start` for
   * images, whose tag tells, `end` for the rest. Without it the column keeps its width.
   */
  cut?: Cut
  /** never narrower than this while it can be avoided; default 8 */
  min?: number
  /** columns with a higher number give way first; default 0 */
  yields?: number
  /** when shrinking is not enough, whole columns go, the highest number first; default 0: it always stays */
  drop?: number
  /** width to expect of later rows, for a table that goes on and on */
  reserve?: number
}

export interface TableOptions {
  headers?: boolean
  /** keeps the widths that columns ask to reserve */
  reserve?: boolean
}

/** Cells, or a line of its own that takes no part in the columns. */
export type Row = readonly Styled[] | { line: Styled }

const gap = 2

/**
 * A table that is written row by row, so that a long list appears while it is still being read. Widths come from the
 * titles and the first rows; a later cell that is wider pushes what follows it, and is cut on a terminal.
 */
export class TableWriter {
  readonly #columns: readonly Column[]
  readonly #rendering: Rendering
  readonly #headers: boolean
  readonly #reserves: boolean
  #widths: number[] | undefined

  constructor(columns: readonly Column[], rendering: Rendering, options: TableOptions = {}) {
    this.#columns = columns
    this.#rendering = rendering
    this.#headers = options.headers ?? true
    this.#reserves = options.reserve ?? false
  }

  /** Text of these rows, with line ends; the first call decides the widths and has the header. */
  rows(rows: readonly Row[]): string {
    const isFirst = this.#widths === undefined
    this.#widths ??= this.#fit(rows)
    const header = isFirst && this.#headers ? [this.#columns.map(({ title }) => title)] : []
    return [...header, ...rows].map(row => `${'line' in row ? this.#free(row.line) : this.#line(row)}\n`).join('')
  }

  #free(line: Styled): string {
    const { color, columns } = this.#rendering
    return paint(columns === undefined ? line : cut(line, columns, 'end'), color)
  }

  /** Pipes and files, where lists are long: neither cut nor coloured. */
  #plainLine(row: readonly Styled[]): string {
    const widths = this.#widths ?? []
    let line = ''
    for (let index = 0; index < widths.length; index++) {
      const width = widths[index] ?? 0
      if (width === 0) continue
      const cell = row[index] ?? ''
      const text = typeof cell === 'string' ? cell : plainText(cell)
      line += padToWidth(text, width)
      line += '  '
    }
    return line.trimEnd()
  }

  #fit(rows: readonly Row[]): number[] {
    const natural = this.#columns.map((column, index) => {
      const cells = rows.map(row => ('line' in row ? 0 : widthOf(row[index] ?? '')))
      const reserved = this.#reserves ? (column.reserve ?? 0) : 0
      return Math.max(this.#headers ? column.title.length : 0, reserved, ...cells)
    })
    const { columns } = this.#rendering
    return columns === undefined ? natural : fitted(this.#columns, natural, columns)
  }

  #line(row: readonly Styled[]): string {
    const { color, columns: terminalWidth } = this.#rendering
    if (terminalWidth === undefined && !color) return this.#plainLine(row)
    const widths = this.#widths ?? []
    const shown = this.#columns.flatMap((column, index) => {
      const width = widths[index] ?? 0
      return width > 0 ? [{ column, cell: row[index] ?? '', width }] : []
    })
    const spans: Span[] = []
    let at = 0
    for (const [index, { column, cell, width }] of shown.entries()) {
      const isLast = index === shown.length - 1
      const content = terminalWidth === undefined ? spansOf(cell) : cut(cell, width, column.cut ?? 'end')
      const taken = widthOf(content)
      const padding = isLast ? 0 : Math.max(0, width - taken) + gap
      spans.push(...content, { text: ' '.repeat(padding) })
      at += taken + padding
    }
    const line = terminalWidth !== undefined && at > terminalWidth ? cut(spans, terminalWidth, 'end') : spans
    return paint(withoutTrailingSpace(line), color)
  }
}

/** The whole table at once. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly Row[],
  rendering: Rendering,
  options: TableOptions = {},
): string {
  return new TableWriter(columns, rendering, options).rows(rows)
}

/** Widths that fit: what yields most shrinks first, down to its minimum; then whole columns go; 0 is a column that is gone. */
function fitted(columns: readonly Column[], natural: readonly number[], available: number): number[] {
  const widths = [...natural]
  const total = () => {
    const shown = widths.filter(width => width > 0)
    return shown.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, shown.length - 1)
  }
  const order = columns.map((column, index) => ({ column, index })).sort(yieldsFirst)
  for (const { column, index } of order) {
    const excess = total() - available
    const width = widths[index] ?? 0
    if (excess > 0 && column.cut) widths[index] = Math.max(Math.min(width, column.min ?? 8), width - excess)
  }
  const droppable = columns.map((column, index) => ({ drop: column.drop ?? 0, index })).filter(({ drop }) => drop > 0)
  const dropped: number[] = []
  for (const { index } of droppable.sort((a, b) => b.drop - a.drop)) {
    if (total() <= available) break
    widths[index] = 0
    dropped.push(index)
  }
  // A narrow column may have gone for nothing, when a wider one had to go after it.
  for (const index of dropped.reverse()) {
    widths[index] = Math.min(natural[index] ?? 0, columns[index]?.cut ? (columns[index]?.min ?? 8) : Infinity)
    if (total() > available) widths[index] = 0
  }
  // Columns that are gone leave room for those that shrank.
  for (const { column, index } of [...order].reverse()) {
    const width = widths[index] ?? 0
    const spare = available - total()
    if (column.cut && width > 0 && spare > 0) widths[index] = Math.min(natural[index] ?? 0, width + spare)
  }
  return widths
}

function yieldsFirst(a: { column: Column; index: number }, b: { column: Column; index: number }): number {
  return (b.column.yields ?? 0) - (a.column.yields ?? 0) || b.index - a.index
}

function withoutTrailingSpace(spans: readonly Span[]): readonly Span[] {
  const line = [...spans]
  for (let last = line.pop(); last; last = line.pop()) {
    const text = last.text.trimEnd()
    if (text !== '') return [...line, { ...last, text }]
  }
  return []
}
