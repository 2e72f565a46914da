export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
export const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

export const secondsPerDay = 86_400
const nanosPerSecond = 1_000_000_000n

/** A wall clock reading; `month` from 1, `weekday` from Sunday = 0, `yearDay` from 1. */
export interface Civil {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  nanosecond: number
  weekday: number
  yearDay: number
}

export const floorDivide = (a: number, b: number): number => Math.floor(a / b)
export const floorRemainder = (a: number, b: number): number => a - b * Math.floor(a / b)

/** Days since 1970-01-01 of a date of the Gregorian calendar; months and days may lie outside their range. */
export function daysOf(year: number, month: number, day: number): number {
  const months = year * 12 + month - 1
  const y = floorDivide(months, 12)
  const m = floorRemainder(months, 12) + 1
  const shifted = m <= 2 ? y - 1 : y
  const era = floorDivide(shifted, 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5)
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468 +
    day -
    1
  )
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468
  const era = floorDivide(shifted, 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

export const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
export const daysInMonth = (year: number, month: number): number => daysOf(year, month + 1, 1) - daysOf(year, month, 1)

export function secondsOf(nanos: bigint): { seconds: number; nanosecond: number } {
  const rest = ((nanos % nanosPerSecond) + nanosPerSecond) % nanosPerSecond
  return { seconds: Number((nanos - rest) / nanosPerSecond), nanosecond: Number(rest) }
}

export const nanosOf = (seconds: number, nanosecond: number): bigint =>
  BigInt(seconds) * nanosPerSecond + BigInt(nanosecond)

export function civilOf(localSeconds: number, nanosecond: number): Civil {
  const days = floorDivide(localSeconds, secondsPerDay)
  const ofDay = localSeconds - days * secondsPerDay
  const date = dateOf(days)
  return {
    ...date,
    hour: Math.floor(ofDay / 3600),
    minute: Math.floor((ofDay % 3600) / 60),
    second: ofDay % 60,
    nanosecond,
    weekday: floorRemainder(days + 4, 7),
    yearDay: days - daysOf(date.year, 1, 1) + 1,
  }
}
