import { Problem } from '../problem.ts'
import { formatDuration, formatInstant } from '../time/show.ts'
import { formatInteger } from './format-integer.ts'
import { formatFloat } from './numbers.ts'
import { compareText } from './strings.ts'
import { Dictionary, Duration, Func, Instant, Integer, Slice, typeName, type Value, Zone } from './values.ts'

/** Letters that one printing may make: lists can contain one another many times over. */
const printLimit = 1 << 23

/** Counts down what a printer writes. Throws Problem when it is too much. */
export class PrintBudget {
  private left = printLimit

  take(text: string): string {
    this.takeTimes(text, 1)
    return text
  }

  takeTimes(text: string, times: number): void {
    this.left -= (text.length + 1) * times
    if (this.left < 0) throw new Problem('memory budget exceeded')
  }
}

/** fmt's %v. */
export const format = (value: Value): string => print(value, new PrintBudget())

function print(value: Value, budget: PrintBudget): string {
  if (value instanceof Slice) {
    budget.take('[]')
    return `[${value.items.map(each => print(each, budget)).join(' ')}]`
  }
  if (value instanceof Dictionary) {
    const entries = sortedEntries(value).map(([key, each]) => `${print(key, budget)}:${print(each, budget)}`)
    return `map[${entries.join(' ')}]`
  }
  return budget.take(printScalar(value))
}

function printScalar(value: Value): string {
  if (value === null) return '<nil>'
  if (typeof value === 'number') return formatFloat(value)
  if (typeof value !== 'object') return String(value)
  if (value instanceof Integer) return formatInteger(value)
  if (value instanceof Duration) return formatDuration(value.nanos)
  if (value instanceof Instant) return formatInstant(value)
  if (value instanceof Zone) return value.name
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
