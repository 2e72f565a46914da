import { monthNames, weekdayNames } from '../time/calendar.ts'
import { monthType, weekdayType } from './types.ts'
import type { Integer } from './values.ts'

/** A sized integer, or the name of a time.Month or time.Weekday. */
export function formatInteger(value: Integer): string {
  const names = value.type === monthType ? monthNames : value.type === weekdayType ? weekdayNames : undefined
  if (!names) return String(value.value)
  const index = Number(value.value) - (value.type === monthType ? 1 : 0)
  return names[index] ?? `%!${value.type === monthType ? 'Month' : 'Weekday'}(${BigInt.asUintN(64, value.value)})`
}
