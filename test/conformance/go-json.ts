import { toValue } from '../../src/lib/expr/environment.ts'
import { format } from '../../src/lib/expr/go/format.ts'
import { parseFloat64 } from '../../src/lib/expr/go/numbers.ts'
import { toValidText } from '../../src/lib/expr/go/strings.ts'
import { objectType } from '../../src/lib/expr/go/types.ts'
import {
  anySliceOf,
  Dictionary,
  Duration,
  Func,
  Instant,
  Integer,
  Slice,
  type Value,
  Zone,
} from '../../src/lib/expr/go/values.ts'
import { formatTime, rfc3339Nano } from '../../src/lib/expr/time/show.ts'
import { utc } from '../../src/lib/expr/time/zones.ts'

// JSON with wrappers where JSON is ambiguous (conformance README): `{"$int":"5"}`, `{"$float":"NaN"}`, `{"$f64s":[..]}`.

export function fromWrapped(json: unknown): Value {
  if (Array.isArray(json)) return anySliceOf(json.map(fromWrapped))
  if (typeof json !== 'object' || json === null) return toValue(json)
  const entries = Object.entries(json)
  const [only] = entries
  if (only && entries.length === 1) {
    const [name, value] = only
    if (name === '$int') return BigInt(value)
    if (name === '$float') return floatOf(String(value))
    if (name === '$f64s') return toValue(Float64Array.from(value as unknown[], each => Number(fromWrapped(each))))
    if (name === '$dur') return new Duration(BigInt(value))
  }
  return new Dictionary(objectType, new Map(entries.map(([name, value]) => [name, [name, fromWrapped(value)]])))
}

function floatOf(text: string): number {
  const parsed = parseFloat64(text)
  return 'value' in parsed ? parsed.value : Number.NaN
}

export function toWrapped(value: Value): unknown {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return { $int: String(value) }
  if (typeof value === 'string') return toValidText(value)
  if (typeof value === 'number')
    return Number.isFinite(value) && !Number.isInteger(value) ? value : { $float: format(value) }
  if (value instanceof Integer) return { $int: String(value.value) }
  if (value instanceof Duration) return { $dur: String(value.nanos) }
  if (value instanceof Instant) return { $time: formatTime(new Instant(value.nanos, utc), rfc3339Nano) }
  if (value instanceof Slice) return value.items.map(toWrapped)
  if (value instanceof Dictionary)
    return Object.fromEntries([...value.entries.values()].map(([key, each]) => [format(key), toWrapped(each)]))
  return value instanceof Func || value instanceof Zone ? { $other: format(value) } : null
}
