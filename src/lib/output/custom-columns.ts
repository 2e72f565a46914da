import { usage } from '../values/failure.ts'
import { goPrint } from '../values/go-print.ts'
import { findJsonPath } from '../values/jsonpath/find-jsonpath.ts'
import type { JsonPath } from '../values/jsonpath/jsonpath.ts'
import { parseJsonPath } from '../values/jsonpath/parse-jsonpath.ts'
import { relaxedJsonPath } from '../values/jsonpath/relaxed-jsonpath.ts'
import { safeText } from '../values/safe-text.ts'

export interface CustomColumn {
  header: string
  path: JsonPath
}

/**
 * `NAME:.metadata.name,PHASE:.status.phase` (kubectl customcolumn.go NewCustomColumnsPrinterFromSpec; a comma always
 * separates columns there too).
 *
 * @throws Failure `usage`
 */
export function parseCustomColumns(spec: string): CustomColumn[] {
  return spec.split(',').map(part => {
    const colon = part.indexOf(':')
    if (colon < 0)
      throw usage(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`, {
        reason: 'InvalidOutput',
      })
    return columnOf(part.slice(0, colon), part.slice(colon + 1))
  })
}

/**
 * The same from a file: one line of headers, one of paths, both separated by spaces.
 *
 * @throws Failure `usage`
 */
export function parseCustomColumnsFile(text: string): CustomColumn[] {
  const [headerLine, pathLine] = text.split('\n')
  if (!headerLine || !pathLine)
    throw usage('invalid custom-columns file: expected one line of headers and one line of JSONPaths', {
      reason: 'InvalidOutput',
    })
  const headers = headerLine.trim().split(/\s+/)
  const paths = pathLine.trim().split(/\s+/)
  if (headers.length !== paths.length)
    throw usage(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`, {
      reason: 'InvalidOutput',
    })
  return headers.map((header, index) => columnOf(header, paths[index] ?? ''))
}

function columnOf(header: string, path: string): CustomColumn {
  return { header, path: parseJsonPath(relaxedJsonPath(path)) }
}

/** Lines of a table whose columns only ever grow, as a watch needs it (tabwriter with RememberWidths). */
export class CustomColumnsTable {
  readonly #columns: readonly CustomColumn[]
  readonly #widths: number[]
  #isHeaderDue: boolean

  constructor(columns: readonly CustomColumn[], options: { noHeaders?: boolean } = {}) {
    this.#columns = columns
    this.#widths = columns.map(() => 0)
    this.#isHeaderDue = options.noHeaders !== true
  }

  /** The lines for these objects, the header before the first ones. */
  rows(objects: readonly unknown[]): string {
    const rows = objects.map(object => this.#columns.map(column => cell(column.path, object)))
    if (this.#isHeaderDue) rows.unshift(this.#columns.map(({ header }) => header))
    this.#isHeaderDue = false
    for (const row of rows)
      row.forEach((text, index) => {
        this.#widths[index] = Math.max(this.#widths[index] ?? 0, [...text].length)
      })
    return rows.map(row => `${this.#line(row)}\n`).join('')
  }

  /** kubectl's tabwriter: three spaces between columns, none narrower than six, the last without padding. */
  #line(row: readonly string[]): string {
    return row
      .map((text, index) => {
        if (index === row.length - 1) return text
        const width = Math.max((this.#widths[index] ?? 0) + 3, 6)
        return text + ' '.repeat(width - [...text].length)
      })
      .join('')
  }
}

function cell(path: JsonPath, object: unknown): string {
  const values = findJsonPath(path, object, { allowMissingKeys: true })
  const texts = (values[0]?.length ?? 0) === 0 ? ['<none>'] : []
  return [...texts, ...values.flat().map(value => safeText(goPrint(value)))].join(',')
}
