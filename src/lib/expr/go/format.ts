import { formatDuration, formatInstant } from '../time/show.ts'
import { formatInteger } from './format-integer.ts'
import { formatFloat } from './numbers.ts'
import { compareText, toValidText } from './strings.ts'
import { Dictionary, Duration, Func, Instant, Integer, Slice, typeName, type Value, Zone } from './values.ts'

/** fmt's %v. */
export function format(value: Value): string {
  if (value === null) return '<nil>'
  if (typeof value === 'number') return formatFloat(value)
  if (typeof value !== 'object') return String(value)
  if (value instanceof Integer) return formatInteger(value)
  if (value instanceof Duration) return formatDuration(value.nanos)
  if (value instanceof Instant) return formatInstant(value)
  if (value instanceof Zone) return value.name
  if (value instanceof Slice) return `[${value.items.map(format).join(' ')}]`
  if (value instanceof Dictionary)
    return `map[${sortedEntries(value)
      .map(([key, each]) => `${format(key)}:${format(each)}`)
      .join(' ')}]`
  // Go prints the address of a function, which says nothing and differs from run to run.
  return value instanceof Func ? '0x0' : ''
}

/** Entries by key, as fmt and encoding/json order them; keys of different types by type. */
export function sortedEntries(map: Dictionary): (readonly [Value, Value])[] {
  return [...map.entries.values()].sort(([a], [b]) => compareKeys(a, b))
}

function compareKeys(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  const byType = compareText(typeName(a), typeName(b))
  if (byType !== 0) return byType
  if (a instanceof Integer && b instanceof Integer) return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
  if (typeof a === 'object' || typeof b === 'object') return compareText(format(a), format(b))
  return a < b ? -1 : a > b ? 1 : Number.isNaN(a) ? -1 : 0
}

/** {@link format} for people: bytes that are no text become U+FFFD. */
export const formatText = (value: Value): string => toValidText(format(value))
