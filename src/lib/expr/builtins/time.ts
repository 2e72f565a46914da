import { parseGoDurationNanos } from '../../values/go-duration.ts'
import { timeQuote } from '../go/quote.ts'
import { Duration, Instant, Zone } from '../go/values.ts'
import { Problem } from '../problem.ts'
import { parseTime } from '../time/parse.ts'
import { loadZone, utc } from '../time/zones.ts'
import { argument, type BuiltinCall, textArgument } from './builtin.ts'

/** What `date` tries, in this order: date, time, both, RFC 3339, RFC 822, RFC 850, RFC 1123. */
const layouts = [
  '2006-01-02',
  '15:04:05',
  '2006-01-02 15:04:05',
  '2006-01-02T15:04:05Z07:00',
  '02 Jan 06 15:04 MST',
  'Monday, 02-Jan-06 15:04:05 MST',
  'Mon, 02 Jan 2006 15:04:05 MST',
]

function zoneNamed(name: string): Zone {
  if (name.includes('..') || name.startsWith('/') || name.includes('\\'))
    throw new Problem('time: invalid location name')
  const zone = loadZone(name)
  if (!zone) throw new Problem(`unknown time zone ${name}`)
  return zone
}

const now: BuiltinCall = (args, host) => {
  const nanos = BigInt(Math.round(host.nowMs() * 1000)) * 1000n
  const zone = argument(args, 0)
  if (args.length > 0 && !(zone instanceof Zone))
    throw new Problem(`invalid number of arguments (expected 0, got ${args.length})`)
  return new Instant(nanos, zone instanceof Zone ? zone : utc)
}

const date: BuiltinCall = args => {
  const [first] = args
  const given = first instanceof Zone ? first : undefined
  const rest = given ? args.slice(1) : args
  const text = textArgument(rest, 0)
  if (rest.length === 2) return parseTime(textArgument(rest, 1), text, given)
  if (rest.length === 3) {
    const layout = textArgument(rest, 1)
    return parseTime(layout, text, zoneNamed(textArgument(rest, 2)))
  }
  for (const layout of layouts) {
    try {
      return parseTime(layout, text, given)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  }
  throw new Problem(`invalid date ${text}`)
}

const duration: BuiltinCall = args => {
  const text = textArgument(args, 0)
  try {
    return new Duration(parseGoDurationNanos(text))
  } catch {
    throw new Problem(durationComplaint(text))
  }
}

/** What time.ParseDuration says about a text that it cannot read. */
function durationComplaint(text: string): string {
  const whole = timeQuote(text)
  for (let rest = text.replace(/^[-+]/, ''); rest !== ''; ) {
    const number = /^(?:\d+\.?\d*|\.\d+)/.exec(rest)?.[0]
    if (number === undefined) break
    const unit = /^[^.\d]*/.exec(rest.slice(number.length))?.[0] ?? ''
    if (unit === '') return `time: missing unit in duration ${whole}`
    if (!/^(?:ns|us|µs|μs|ms|s|m|h)$/.test(unit)) return `time: unknown unit ${timeQuote(unit)} in duration ${whole}`
    rest = rest.slice(number.length + unit.length)
  }
  return `time: invalid duration ${whole}`
}

export const timeBuiltins: Record<string, BuiltinCall> = {
  now,
  date,
  duration,
  timezone: args => zoneNamed(textArgument(args, 0)),
}
