import { fromBase64 } from '../../expr/go/base64.ts'
import { parseFloat64, parseInteger } from '../../expr/go/numbers.ts'
import { bytesOf, fromOutside } from '../../expr/go/strings.ts'
import { byteSlice, type GoType, int64Type, uint8Type } from '../../expr/go/types.ts'
import { Duration, Integer, Slice, type Value } from '../../expr/go/values.ts'
import { Problem } from '../../expr/problem.ts'
import { parseTime } from '../../expr/time/parse.ts'
import { Failure } from '../../values/failure.ts'
import { parseGoDurationNanos } from '../../values/go-duration.ts'
import { csvRecords } from './csv.ts'

interface Column {
  name: string
  type: string
  default: string
}

const rfc3339 = '2006-01-02T15:04:05Z07:00'
const rfc3339Nano = '2006-01-02T15:04:05.999999999Z07:00'
const uint64Type: GoType = { kind: 'uint64', name: 'uint64' }

/**
 * `_value` of every record of an annotated CSV answer, up to the first thing that is wrong: the controller's client ends
 * there and the controller does not ask why (influxdb-client-go api/query.go QueryTableResult.Next).
 */
export function* fluxValues(text: string): Generator<Value, void> {
  const rows = csvRecords(text)
  let columns: Column[] | undefined
  let last: Value | undefined
  for (;;) {
    const next = nextRow(rows, columns)
    if (next === undefined) return
    columns = next.columns
    if (next.row[0] === '') {
      const value = recordValue(next.row, columns)
      if (value === undefined) return
      last = value
    }
    // a row with another first field says nothing, and the client hands out the record before it once more
    if (last === undefined) return
    yield last
  }
}

/** Reads on to the next row that is no annotation and no header; undefined at the end, or where something is wrong. */
function nextRow(
  rows: Generator<string[], void>,
  before: Column[] | undefined,
): { row: string[]; columns: Column[] } | undefined {
  let columns = before
  let isInAnnotations = false
  let hasTypes = false
  for (;;) {
    const { value: row, done } = rows.next()
    if (done || !row) return undefined
    if (row.length <= 1) continue
    const [first = '', ...cells] = row
    if (first.startsWith('#') && !isInAnnotations) {
      columns = cells.map(() => ({ name: '', type: '', default: '' }))
      isInAnnotations = true
    }
    if (!columns || columns.length !== cells.length) return undefined
    if (first === '' && isInAnnotations) {
      if (!hasTypes || cells[0] === 'error') return undefined
      set(columns, 'name', cells)
      isInAnnotations = false
      continue
    }
    if (first === '#datatype') {
      hasTypes = true
      set(columns, 'type', cells)
    } else if (first === '#default') set(columns, 'default', cells)
    else if (first !== '#group') return { row, columns }
  }
}

function set(columns: Column[], field: keyof Column, cells: readonly string[]): void {
  for (const [index, column] of columns.entries()) column[field] = cells[index] ?? ''
}

/** null for a record without a value, undefined when one of its fields cannot be read. */
function recordValue([, ...cells]: readonly string[], columns: readonly Column[]): Value | undefined {
  let found: Value = null
  for (const [index, column] of columns.entries()) {
    const value = fieldValue(cells[index] || column.default, column.type)
    if (value === undefined) return undefined
    if (column.name === '_value') found = value
  }
  return found
}

function fieldValue(text: string, type: string): Value | undefined {
  if (text === '') return null
  try {
    switch (type) {
      case 'string':
        return fromOutside(text)
      case 'dateTime:RFC3339':
        return parseTime(rfc3339, text, undefined)
      case 'dateTime:RFC3339Nano':
        return parseTime(rfc3339Nano, text, undefined)
      case 'duration':
        return new Duration(parseGoDurationNanos(text))
      case 'double':
        return numberOf(parseFloat64(text))
      case 'boolean':
        return text.toLowerCase() !== 'false'
      case 'long':
        return integer(int64Type, text)
      case 'unsignedLong':
        return /^\d+$/.test(text) && BigInt(text) < 2n ** 64n ? new Integer(uint64Type, BigInt(text)) : undefined
      case 'base64Binary':
        return new Slice(
          byteSlice,
          [...bytesOf(fromBase64(text))].map(byte => new Integer(uint8Type, BigInt(byte))),
        )
      default:
        return undefined
    }
  } catch (error) {
    if (error instanceof Problem || error instanceof Failure) return undefined
    throw error
  }
}

const numberOf = (parsed: { value: number } | { error: string }) => ('error' in parsed ? undefined : parsed.value)

function integer(type: GoType, text: string): Value | undefined {
  const parsed = parseInteger(text, 10)
  return 'error' in parsed ? undefined : new Integer(type, parsed.value)
}
