/** A day of the proleptic Gregorian calendar in UTC, and the second in it. */
export interface CivilDate {
  year: number
  month: number
  day: number
  /** From 1. */
  yearDay: number
  /** Sunday is 0. */
  weekday: number
  second: number
}

const secondsPerDay = 86_400
const daysIn400Years = 146_097
const zeroTimeToUnix = 62_135_596_800n
/** From the first year that Go's unsigned seconds can reach (March of -292277022400) to year 1. */
const absoluteToZeroTime = (730_692_556n * 146_097n + 306n) * 86_400n

/**
 * The date of a time in seconds. Numbers that no date has come out as they do in Go on amd64: what is no int64 is the
 * smallest one, and dates out of reach wrap around (time.Unix).
 */
export function civilDate(seconds: number): CivilDate {
  const whole = Math.trunc(seconds)
  if (Math.abs(whole) < 1e15) return dateOf(whole)
  const integer = Math.abs(whole) < 2 ** 63 ? BigInt(whole) : -(2n ** 63n)
  const internal = BigInt.asIntN(64, integer + zeroTimeToUnix)
  const absolute = BigInt.asUintN(64, internal + absoluteToZeroTime)
  const unix = absolute - absoluteToZeroTime - zeroTimeToUnix
  const day = unix >= 0n ? unix / 86_400n : -((86_399n - unix) / 86_400n)
  return dateOfDay(Number(day), Number(unix - day * 86_400n))
}

function dateOf(seconds: number): CivilDate {
  const day = Math.floor(seconds / secondsPerDay)
  return dateOfDay(day, seconds - day * secondsPerDay)
}

/** The day counted from 1970 (H. Hinnant's civil_from_days: years begin in March, so that the leap day is the last). */
function dateOfDay(unixDay: number, second: number): CivilDate {
  const shifted = unixDay + 719_468
  const era = Math.floor(shifted / daysIn400Years)
  const dayOfEra = shifted - era * daysIn400Years
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const fromJanuary = month <= 2 ? dayOfYear - 306 : dayOfYear + 59 + (isLeap(year) ? 1 : 0)
  return {
    year,
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    yearDay: fromJanuary + 1,
    weekday: (((unixDay + 4) % 7) + 7) % 7,
    second,
  }
}

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

export function daysInMonth({ year, month }: CivilDate): number {
  if (month === 2) return isLeap(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
