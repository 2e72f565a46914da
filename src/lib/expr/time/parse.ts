import { timeQuote } from '../go/quote.ts'
import { Instant, type Zone } from '../go/values.ts'
import { Problem } from '../problem.ts'
import {
  civilOf,
  daysInMonth,
  daysOf,
  isLeap,
  monthNames,
  nanosOf,
  secondsOf,
  secondsPerDay,
  weekdayNames,
} from './calendar.ts'
import { type Chunk, chunksOf } from './layout.ts'
import { fixedZone, instantOf, offsetNamed, utc } from './zones.ts'

/** What has been read so far. */
interface Reading {
  year: number
  month: number
  day: number
  yearDay: number
  hour: number
  minute: number
  second: number
  nanosecond: number
  pm: boolean
  am: boolean
  offset: number | undefined
  abbreviation: string
  isUtc: boolean
}

/** An element does not fit the text (`cannot`), or names a number that does not exist (`range`). */
class Misfit extends Error {
  readonly range: string
  constructor(range = '') {
    super(range)
    this.range = range
  }
}

/**
 * Go's time.ParseInLocation (time/format.go); `zone` undefined is time.Parse, which reads a time without zone as UTC.
 *
 * @throws Problem with Go's message
 */
export function parseTime(layout: string, text: string, zone: Zone | undefined): Instant {
  const reading: Reading = {
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    pm: false,
    am: false,
    offset: undefined,
    abbreviation: '',
    isUtc: false,
  }
  const chunks = chunksOf(layout)
  let rest = text
  for (const [at, chunk] of chunks.entries()) {
    const before = rest
    try {
      rest = skipPrefix(rest, chunk.prefix)
    } catch {
      throw unparsable(text, layout, chunk.prefix, before)
    }
    if (chunk.element === undefined) {
      if (rest !== '') throw new Problem(`parsing time ${timeQuote(text)}: extra text: ${timeQuote(rest)}`)
      break
    }
    const held = rest
    try {
      rest = read(chunk, chunks[at + 1], rest, reading)
    } catch (misfit) {
      if (!(misfit instanceof Misfit)) throw misfit
      if (misfit.range) throw outOfRange(text, misfit.range)
      throw unparsable(text, layout, chunk.text, held)
    }
  }
  return instantFrom(reading, zone, text)
}

const outOfRange = (text: string, what: string) => new Problem(`parsing time ${timeQuote(text)}: ${what} out of range`)
const unparsable = (text: string, layout: string, element: string, rest: string) =>
  new Problem(
    `parsing time ${timeQuote(text)} as ${timeQuote(layout)}: cannot parse ${timeQuote(rest)} as ${timeQuote(element)}`,
  )

/** A run of spaces in the layout fits any run of spaces, also none at the end of the text. */
function skipPrefix(text: string, prefix: string): string {
  let rest = text
  for (let expected = prefix; expected !== ''; ) {
    if (expected.startsWith(' ')) {
      if (rest !== '' && !rest.startsWith(' ')) throw new Misfit()
      expected = expected.replace(/^ +/, '')
      rest = rest.replace(/^ +/, '')
    } else {
      if (rest.slice(0, 1) !== expected.slice(0, 1)) throw new Misfit()
      expected = expected.slice(1)
      rest = rest.slice(1)
    }
  }
  return rest
}

function take(rest: string, pattern: RegExp): [string, string] {
  const found = pattern.exec(rest)?.[0]
  if (found === undefined) throw new Misfit()
  return [found, rest.slice(found.length)]
}

function number(rest: string, pattern: RegExp, what: string, low: number, high: number): [number, string] {
  const [digits, after] = take(rest, pattern)
  const value = Number(digits)
  if (value < low || value > high) throw new Misfit(what)
  return [value, after]
}

const one = /^[0-9][0-9]?/
const two = /^[0-9]{2}/

function named(rest: string, names: readonly string[], length?: number): [number, string] {
  const index = names.findIndex(name => rest.toLowerCase().startsWith(name.slice(0, length).toLowerCase()))
  const name = names[index]
  if (name === undefined) throw new Misfit()
  return [index, rest.slice(name.slice(0, length).length)]
}

function read(chunk: Chunk, next: Chunk | undefined, text: string, reading: Reading): string {
  let rest = text
  switch (chunk.element) {
    case '06': {
      const [digits, after] = take(rest, two)
      reading.year = Number(digits) + (Number(digits) >= 69 ? 1900 : 2000)
      return after
    }
    case '2006': {
      const [digits, after] = take(rest, /^[0-9]{4}/)
      reading.year = Number(digits)
      return after
    }
    case 'Jan':
    case 'January': {
      const [index, after] = named(rest, monthNames, chunk.element === 'Jan' ? 3 : undefined)
      reading.month = index + 1
      return after
    }
    case 'Mon':
    case 'Monday':
      return named(rest, weekdayNames, chunk.element === 'Mon' ? 3 : undefined)[1]
    case '1':
    case '01':
      ;[reading.month, rest] = number(rest, chunk.element === '1' ? one : two, 'month', 1, 12)
      return rest
    case '2':
    case '_2':
    case '02':
      if (chunk.element === '_2') rest = rest.replace(/^ /, '')
      ;[reading.day, rest] = number(rest, chunk.element === '02' ? two : one, 'day', 0, 99)
      return rest
    case '__2':
    case '002':
      if (chunk.element === '__2') rest = rest.replace(/^ {0,2}/, '')
      ;[reading.yearDay, rest] = number(rest, chunk.element === '__2' ? /^[0-9]{1,3}/ : /^[0-9]{3}/, '', 0, 999)
      return rest
    case '15':
      ;[reading.hour, rest] = number(rest, one, 'hour', 0, 23)
      return rest
    case '3':
    case '03':
      ;[reading.hour, rest] = number(rest, chunk.element === '3' ? one : two, 'hour', 0, 12)
      return rest
    case '4':
    case '04':
      ;[reading.minute, rest] = number(rest, chunk.element === '4' ? one : two, 'minute', 0, 59)
      return rest
    case '5':
    case '05':
      ;[reading.second, rest] = number(rest, chunk.element === '5' ? one : two, 'second', 0, 59)
      // A fraction may follow although the layout has none.
      return /^[.,][0-9]/.test(rest) && next?.element !== 'fraction' ? fraction(rest, /^[.,][0-9]+/, reading) : rest
    case 'PM':
    case 'pm': {
      const [half, after] = take(rest, chunk.element === 'PM' ? /^[AP]M/ : /^[ap]m/)
      reading.pm = half.toUpperCase() === 'PM'
      reading.am = !reading.pm
      return after
    }
    case 'offset':
      return readOffset(chunk.text, rest, reading)
    case 'MST':
      return readAbbreviation(rest, reading)
    case 'fraction': {
      if (chunk.text.includes('9')) return /^[.,][0-9]/.test(rest) ? fraction(rest, /^[.,][0-9]{1,9}/, reading) : rest
      return fraction(rest, new RegExp(`^[.,][0-9]{${chunk.text.length - 1}}`), reading)
    }
  }
  return rest
}

function fraction(rest: string, pattern: RegExp, reading: Reading): string {
  const [digits, after] = take(rest, pattern)
  reading.nanosecond = Number(digits.slice(1, 10).padEnd(9, '0'))
  return after
}

function readOffset(written: string, rest: string, reading: Reading): string {
  if (written.startsWith('Z') && rest.startsWith('Z')) {
    reading.isUtc = true
    return rest.slice(1)
  }
  const parts = written.replace(/[^0-9]/g, '').length / 2
  const colon = written.includes(':') ? ':' : ''
  const [text, after] = take(rest, new RegExp(`^[+-][0-9]{2}(?:${colon}[0-9]{2}){${parts - 1}}`))
  const [hours = 0, minutes = 0, seconds = 0] = (text.match(/[0-9]{2}/g) ?? []).map(Number)
  if (hours > 24) throw new Misfit('time zone offset hour')
  if (minutes > 60) throw new Misfit('time zone offset minute')
  if (seconds > 60) throw new Misfit('time zone offset second')
  reading.offset = (hours * 3600 + minutes * 60 + seconds) * (text.startsWith('-') ? -1 : 1)
  return after
}

function readAbbreviation(rest: string, reading: Reading): string {
  if (rest.startsWith('UTC')) {
    reading.isUtc = true
    return rest.slice(3)
  }
  const special = /^(?:ChST|MeST)/.exec(rest)?.[0] ?? gmt(rest) ?? /^[+-][0-9]{1,2}(?![0-9])/.exec(rest)?.[0]
  const letters = /^[A-Z]{0,6}/.exec(rest)?.[0] ?? ''
  const isName =
    letters.length === 3 ||
    (letters.length === 4 && (letters.endsWith('T') || letters === 'WITA')) ||
    (letters.length === 5 && letters.endsWith('T'))
  const name = special ?? (isName ? letters : undefined)
  if (name === undefined) throw new Misfit()
  reading.abbreviation = name
  return rest.slice(name.length)
}

function gmt(rest: string): string | undefined {
  const match = /^GMT([+-][0-9]+)?/.exec(rest)
  if (!match) return undefined
  return match[1] !== undefined && Math.abs(Number(match[1])) <= 23 ? match[0] : 'GMT'
}

function instantFrom(reading: Reading, zone: Zone | undefined, text: string): Instant {
  if (reading.pm && reading.hour < 12) reading.hour += 12
  else if (reading.am && reading.hour === 12) reading.hour = 0
  resolveYearDay(reading, text)
  if (reading.month < 0) reading.month = 1
  if (reading.day < 0) reading.day = 1
  if (reading.day < 1 || reading.day > daysInMonth(reading.year, reading.month)) throw outOfRange(text, 'day')
  if (reading.isUtc) return instantOf(reading, utc)
  if (reading.offset !== undefined) return atOffset(reading, reading.offset, zone ?? utc)
  if (reading.abbreviation !== '') return atAbbreviation(reading, zone ?? utc)
  return instantOf(reading, zone ?? utc)
}

function resolveYearDay(reading: Reading, text: string): void {
  if (reading.yearDay < 0) return
  const days = isLeap(reading.year) ? 366 : 365
  if (reading.yearDay < 1 || reading.yearDay > days) throw outOfRange(text, 'day-of-year')
  const date = civilOf((daysOf(reading.year, 1, 1) + reading.yearDay - 1) * secondsPerDay, 0)
  if (reading.month >= 0 && reading.month !== date.month)
    throw new Problem(`parsing time ${timeQuote(text)}: day-of-year does not match month`)
  if (reading.day >= 0 && reading.day !== date.day)
    throw new Problem(`parsing time ${timeQuote(text)}: day-of-year does not match day`)
  reading.month = date.month
  reading.day = date.day
}

/** The zone itself where it has that offset then, else one made up for the offset. */
function atOffset(reading: Reading, offset: number, zone: Zone): Instant {
  const local = secondsOf(instantOf(reading, utc).nanos).seconds
  const inForce = zone.offsetAt(local - offset)
  const fits =
    inForce.seconds === offset && (reading.abbreviation === '' || inForce.abbreviation === reading.abbreviation)
  return new Instant(
    nanosOf(local - offset, reading.nanosecond),
    fits ? (zone.name === 'Local' ? utc : zone) : fixedZone(reading.abbreviation, offset),
  )
}

function atAbbreviation(reading: Reading, zone: Zone): Instant {
  const local = secondsOf(instantOf(reading, utc).nanos).seconds
  const known = offsetNamed(zone, reading.abbreviation, local)
  if (known !== undefined) return new Instant(nanosOf(local - known, reading.nanosecond), zone)
  const hours = /^GMT([+-]\d+)$/.exec(reading.abbreviation)?.[1]
  const offset = hours === undefined ? 0 : Number(hours) * 3600
  // Go labels the time with the offset and does not move it.
  return new Instant(nanosOf(local, reading.nanosecond), fixedZone(reading.abbreviation, offset))
}
