import type { Instant } from '../go/values.ts'
import { type Civil, monthNames, weekdayNames } from './calendar.ts'
import { type Chunk, chunksOf } from './layout.ts'
import { wallClock } from './zones.ts'

export const rfc3339Nano = '2006-01-02T15:04:05.999999999Z07:00'

/** time.Time.String */
export const formatInstant = (instant: Instant): string =>
  formatTime(instant, '2006-01-02 15:04:05.999999999 -0700 MST')

/** time.Time.Format */
export function formatTime(instant: Instant, layout: string): string {
  const clock = wallClock(instant)
  return chunksOf(layout)
    .map(chunk => chunk.prefix + element(chunk, clock))
    .join('')
}

const padded = (value: number, width: number, fill = '0') =>
  (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, fill)

function element(chunk: Chunk, clock: ReturnType<typeof wallClock>): string {
  switch (chunk.element) {
    case undefined:
      return ''
    case 'January':
      return monthNames[clock.month - 1] ?? ''
    case 'Jan':
      return (monthNames[clock.month - 1] ?? '').slice(0, 3)
    case 'Monday':
      return weekdayNames[clock.weekday] ?? ''
    case 'Mon':
      return (weekdayNames[clock.weekday] ?? '').slice(0, 3)
    case 'MST':
      return clock.offset.abbreviation || offsetText('-0700', clock.offset.seconds)
    case '2006':
      return padded(clock.year, 4)
    case '06':
      return padded(Math.max(clock.year, 0) % 100, 2)
    case 'PM':
      return clock.hour >= 12 ? 'PM' : 'AM'
    case 'pm':
      return clock.hour >= 12 ? 'pm' : 'am'
    case 'offset':
      return offsetText(chunk.text, clock.offset.seconds)
    case 'fraction':
      return fractionText(chunk.text, clock.nanosecond)
    default:
      return numberText(chunk.element, clock)
  }
}

function numberText(name: string, clock: Civil): string {
  const hour12 = clock.hour % 12 || 12
  const numbers: Record<string, [number, number, string?]> = {
    '1': [clock.month, 0],
    '01': [clock.month, 2],
    '2': [clock.day, 0],
    _2: [clock.day, 2, ' '],
    '02': [clock.day, 2],
    __2: [clock.yearDay, 3, ' '],
    '002': [clock.yearDay, 3],
    '15': [clock.hour, 2],
    '3': [hour12, 0],
    '03': [hour12, 2],
    '4': [clock.minute, 0],
    '04': [clock.minute, 2],
    '5': [clock.second, 0],
    '05': [clock.second, 2],
  }
  const [value, width, fill] = numbers[name] ?? [0, 0]
  return padded(value, width, fill)
}

function offsetText(written: string, seconds: number): string {
  if (written.startsWith('Z') && seconds === 0) return 'Z'
  const size = Math.abs(seconds)
  const colon = written.includes(':') ? ':' : ''
  const digits = written.replace(/[^0-9]/g, '').length
  // Go looks at whole minutes for the sign.
  let text = (Math.trunc(seconds / 60) < 0 ? '-' : '+') + padded(Math.floor(size / 3600), 2)
  if (digits >= 4) text += colon + padded(Math.floor(size / 60) % 60, 2)
  if (digits === 6) text += colon + padded(size % 60, 2)
  return text
}

function fractionText(written: string, nanosecond: number): string {
  const digits = written.length - 1
  const text = padded(nanosecond, 9).slice(0, digits)
  if (!written.includes('9')) return written.slice(0, 1) + text
  const trimmed = text.replace(/0+$/, '')
  return trimmed === '' ? '' : written.slice(0, 1) + trimmed
}

const trimmedFraction = (value: bigint, decimals: number) => {
  const digits = value.toString().padStart(decimals + 1, '0')
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return digits.slice(0, digits.length - decimals) + (fraction && `.${fraction}`)
}

/** time.Duration.String, to the nanosecond. */
export function formatDuration(nanos: bigint): string {
  if (nanos === 0n) return '0s'
  const sign = nanos < 0n ? '-' : ''
  const size = nanos < 0n ? -nanos : nanos
  if (size < 1_000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${trimmedFraction(size, 3)}µs`
  if (size < 1_000_000_000n) return `${sign}${trimmedFraction(size, 6)}ms`
  const minutes = size / 60_000_000_000n
  const seconds = `${trimmedFraction(size % 60_000_000_000n, 9)}s`
  if (minutes === 0n) return sign + seconds
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}
