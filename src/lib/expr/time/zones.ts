import { Instant, Zone, type ZoneOffset } from '../go/values.ts'
import { type Civil, civilOf, daysOf, nanosOf, secondsOf, secondsPerDay } from './calendar.ts'

export const utc = new Zone('UTC', () => ({ seconds: 0, abbreviation: 'UTC' }))

/** A zone with one offset, as Go makes up for a time that names an offset or an unknown abbreviation. */
export const fixedZone = (name: string, seconds: number): Zone =>
  new Zone(name, () => ({ seconds, abbreviation: name }))

// English abbreviations differ by country, and each locale knows its own only.
const abbreviationLocales = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-NZ', 'en-ZA', 'en-IN']

/**
 * Go's time.LoadLocation: the zones of the IANA database, with the case of their names. Local is UTC, as in the
 * controller's container. Offsets are those of the database in Node; abbreviations are its English ones.
 *
 * @returns undefined for a name that is no zone
 */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return utc
  if (name === 'Local') return new Zone('Local', utc.offsetAt)
  if (!/^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name)) return undefined
  let clock: Intl.DateTimeFormat
  try {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
  const canonical = clock.resolvedOptions().timeZone
  if (canonical !== name && canonical.toLowerCase() === name.toLowerCase()) return undefined
  const known = new Map<number, ZoneOffset>()
  return new Zone(name, unixSeconds => {
    const hour = Math.floor(unixSeconds / 900)
    const found = known.get(hour) ?? offsetIn(clock, name, unixSeconds)
    if (known.size < 1000) known.set(hour, found)
    return found
  })
}

/** The range of a JavaScript date; beyond it the offset at its end holds. */
const clockRangeSeconds = 8.64e12

function offsetIn(clock: Intl.DateTimeFormat, name: string, unixSeconds: number): ZoneOffset {
  const at = Math.max(-clockRangeSeconds, Math.min(clockRangeSeconds, unixSeconds))
  const parts = new Map(clock.formatToParts(at * 1000).map(part => [part.type, part.value]))
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
  const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year')
  const local =
    daysOf(year, part('month'), part('day')) * secondsPerDay +
    part('hour') * 3600 +
    part('minute') * 60 +
    part('second')
  const seconds = local - at
  return { seconds, abbreviation: abbreviationOf(name, at * 1000, seconds) }
}

function abbreviationOf(timeZone: string, atMs: number, seconds: number): string {
  if (timeZone === 'GMT' && seconds === 0) return 'GMT'
  const listed = abbreviations.get(timeZone)?.get(seconds)
  if (listed !== undefined) return listed
  // Names are known for our days only, so a summer and a winter of them stand in for all others.
  for (const at of [atMs, winterMs, summerMs]) {
    const found = englishAbbreviation(timeZone, at)
    if (found && (at === atMs || found.seconds === seconds)) return found.name
  }
  return numericAbbreviation(seconds)
}

const winterMs = Date.UTC(2024, 0, 15)
const summerMs = Date.UTC(2024, 6, 15)

function englishAbbreviation(timeZone: string, atMs: number): { name: string; seconds: number } | undefined {
  for (const locale of abbreviationLocales) {
    const nameOf = (timeZoneName: 'short' | 'longOffset') =>
      new Intl.DateTimeFormat(locale, { timeZone, timeZoneName })
        .formatToParts(atMs)
        .find(part => part.type === 'timeZoneName')?.value ?? ''
    const name = nameOf('short')
    const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(nameOf('longOffset')) ?? []
    const seconds = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60) * (sign === '-' ? -1 : 1)
    if (/^[A-Z]{3,5}$/.test(name) && (name !== 'GMT' || seconds === 0)) return { name, seconds }
  }
  return undefined
}

/** What the IANA database calls offsets for which English has no short name in Intl. */
const abbreviations: ReadonlyMap<string, ReadonlyMap<number, string>> = new Map(
  (
    [
      ['Asia/Tokyo', 'JST 9'],
      ['Asia/Seoul', 'KST 9'],
      ['Asia/Shanghai', 'CST 8'],
      ['Asia/Taipei', 'CST 8'],
      ['Asia/Hong_Kong', 'HKT 8'],
      ['Asia/Manila', 'PST 8'],
      ['Asia/Jakarta', 'WIB 7'],
      ['Asia/Kolkata', 'IST 5.5'],
      ['Asia/Karachi', 'PKT 5'],
      ['Asia/Jerusalem', 'IST 2 IDT 3'],
      ['Europe/Moscow', 'MSK 3'],
      ['Africa/Johannesburg', 'SAST 2'],
      ['Africa/Lagos', 'WAT 1'],
      ['Africa/Nairobi', 'EAT 3'],
      ['Africa/Cairo', 'EET 2 EEST 3'],
      ['Europe/Athens', 'EET 2 EEST 3'],
      ['Europe/Bucharest', 'EET 2 EEST 3'],
      ['Europe/Helsinki', 'EET 2 EEST 3'],
      ['Europe/Kyiv', 'EET 2 EEST 3'],
      ['Europe/Sofia', 'EET 2 EEST 3'],
      ['Pacific/Auckland', 'NZST 12 NZDT 13'],
      ['Pacific/Honolulu', 'HST -10'],
    ] as const
  ).map(([zone, list]) => {
    const words = list.split(' ')
    const pairs = words.flatMap((word, at) => (at % 2 === 0 ? [[Number(words[at + 1]) * 3600, word] as const] : []))
    return [zone, new Map(pairs)]
  }),
)

function numericAbbreviation(seconds: number): string {
  const minutes = Math.trunc(Math.abs(seconds) / 60)
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0')
  return `${seconds < 0 ? '-' : '+'}${hours}${minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0')}`
}

/** An instant as the clock on the wall of its zone shows it. */
export function wallClock(instant: Instant): Civil & { offset: ZoneOffset } {
  const { seconds, nanosecond } = secondsOf(instant.nanos)
  const offset = instant.zone.offsetAt(seconds)
  return { ...civilOf(seconds + offset.seconds, nanosecond), offset }
}

/** Go's time.Date: a reading that a zone skips or repeats is resolved as there; fields may lie outside their range. */
export function instantOf(
  civil: Pick<Civil, 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'nanosecond'>,
  zone: Zone,
): Instant {
  const days = daysOf(civil.year, civil.month, civil.day)
  const local = days * secondsPerDay + civil.hour * 3600 + civil.minute * 60 + civil.second
  const first = zone.offsetAt(local).seconds
  const second = first === 0 ? 0 : zone.offsetAt(local - first).seconds
  return new Instant(nanosOf(local - second, civil.nanosecond), zone)
}

/** The offset that an abbreviation stands for in a zone around a time, if it is one of the zone's. */
export function offsetNamed(zone: Zone, abbreviation: string, localSeconds: number): number | undefined {
  const halfYear = 182 * secondsPerDay
  // A name that is not in use then counts nevertheless, if the zone has it at another time.
  for (const at of [localSeconds, localSeconds - halfYear, localSeconds + halfYear, winterMs / 1000, summerMs / 1000]) {
    const offset = zone.offsetAt(at)
    if (offset.abbreviation === abbreviation) return offset.seconds
  }
  return undefined
}
