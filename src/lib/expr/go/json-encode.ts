import { Problem } from '../problem.ts'
import { formatTime, rfc3339Nano } from '../time/show.ts'
import { PrintBudget, sortedEntries } from './format.ts'
import { splitAtStrayBytes } from './strings.ts'
import { byteSlice } from './types.ts'
import { Dictionary, Duration, Func, Instant, Integer, Slice, type Value, Zone } from './values.ts'

/** Go's json.MarshalIndent(value, "", "  "). */
export function encodeJson(value: Value): string {
  return encode(value, '\n', new PrintBudget())
}

function encode(value: Value, lineBreak: string, budget: PrintBudget): string {
  if (value instanceof Slice) return listText(value, lineBreak, budget)
  if (value instanceof Dictionary) return mapText(value, lineBreak, budget)
  return budget.take(scalarText(value))
}

function scalarText(value: Value): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value !== 'object') return String(value)
  if (value instanceof Integer) return String(value.value)
  if (value instanceof Duration) return String(value.nanos)
  if (value instanceof Instant) return `"${formatTime(value, rfc3339Nano)}"`
  if (value instanceof Zone) return '{}'
  if (value instanceof Func) throw new Problem(`json: unsupported type: ${value.type.name}`)
  return 'null'
}

function listText(list: Slice, lineBreak: string, budget: PrintBudget): string {
  if (list.isNil) return 'null'
  if (list.type === byteSlice) return `"${base64Of(list)}"`
  if (list.items.length === 0) return '[]'
  const inner = `${lineBreak}  `
  budget.takeTimes(inner, list.items.length)
  return `[${inner}${list.items.map(each => encode(each, inner, budget)).join(`,${inner}`)}${lineBreak}]`
}

function base64Of(list: Slice): string {
  const bytes = list.items.map(each => Number(each instanceof Integer ? each.value : 0n))
  return btoa(String.fromCharCode(...bytes))
}

function mapText(map: Dictionary, lineBreak: string, budget: PrintBudget): string {
  if (map.type.key?.kind !== 'string') throw new Problem(`json: unsupported type: ${map.type.name}`)
  if (map.isNil) return 'null'
  if (map.entries.size === 0) return '{}'
  const inner = `${lineBreak}  `
  budget.takeTimes(inner, map.entries.size)
  const entries = sortedEntries(map).map(([key, each]) => `${quoted(String(key))}: ${encode(each, inner, budget)}`)
  return `{${inner}${entries.join(`,${inner}`)}${lineBreak}}`
}

function numberText(value: number): string {
  if (!Number.isFinite(value))
    throw new Problem(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`)
  const size = Math.abs(value)
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  if (size >= 1e-6 && size < 1e21) return String(value)
  // Go writes e-07 as e-7, and leaves e+21.
  return value.toExponential()
}

/** A byte that is no text is written as an escape, a real U+FFFD as itself. */
function quoted(text: string): string {
  return `"${splitAtStrayBytes(text).map(quotedPart).join('\\ufffd')}"`
}

function quotedPart(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[<>&\u2028\u2029]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
