import { formatInteger } from '../go/format-integer.ts'
import { saturated } from '../go/operators.ts'
import { bytesOf } from '../go/strings.ts'
import {
  boolType,
  byteSlice,
  durationType,
  errorType,
  float64Type,
  funcOf,
  type GoType,
  int64Type,
  intType,
  locationStructType,
  locationType,
  monthType,
  stringType,
  timeType,
  uint8Type,
  weekdayType,
} from '../go/types.ts'
import { Duration, Instant, Integer, Slice, type Value, type Zone } from '../go/values.ts'
import { floorDivide, secondsOf } from './calendar.ts'
import { formatDuration, formatInstant, formatTime, rfc3339Nano } from './show.ts'
import { instantOf, utc, wallClock } from './zones.ts'

/** A method of a Go type; `type` is without the receiver. The call's second result, if there is one, is dropped. */
export interface Method {
  readonly type: GoType
  readonly call: (receiver: Value, args: readonly Value[]) => Value
}

type Methods = ReadonlyMap<string, Method>

const method = (
  params: readonly GoType[],
  results: readonly GoType[],
  // biome-ignore lint/suspicious/noExplicitAny: the types of receiver and arguments are checked before the call
  call: (receiver: any, ...args: any[]) => Value,
): Method => ({ type: funcOf(params, results), call: (receiver, args) => call(receiver, ...args) })

const int64 = (value: bigint) => new Integer(int64Type, BigInt.asIntN(64, value))
const text = (value: string): Slice =>
  new Slice(
    byteSlice,
    [...bytesOf(value)].map(byte => new Integer(uint8Type, BigInt(byte))),
  )

/** A duration in seconds, minutes or hours as Go divides it: whole units and the rest apart. */
const inUnits = (nanos: bigint, unit: bigint) => Number(nanos / unit) + Number(nanos % unit) / Number(unit)

/** Duration.Round and Truncate of the distance to a multiple; half away from zero. */
function roundNanos(nanos: bigint, unit: bigint): bigint {
  if (unit <= 0n) return nanos
  const rest = nanos % unit
  const size = rest < 0n ? -rest : rest
  if (size + size < unit) return nanos - rest
  const away = nanos < 0n ? nanos + size - unit : nanos - size + unit
  return BigInt.asIntN(64, away) === away ? away : nanos < 0n ? -(2n ** 63n) : 2n ** 63n - 1n
}

/** Go rounds times from the year 1 on, not from 1970. */
const sinceYearOne = 62_135_596_800n * 1_000_000_000n

const restOf = (nanos: bigint, unit: bigint) => (((nanos + sinceYearOne) % unit) + unit) % unit

function roundInstant(instant: Instant, unit: bigint): Instant {
  if (unit <= 0n) return instant
  const rest = restOf(instant.nanos, unit)
  return new Instant(rest + rest < unit ? instant.nanos - rest : instant.nanos + (unit - rest), instant.zone)
}

function isoWeek(instant: Instant): bigint {
  const clock = wallClock(instant)
  const monday = (clock.weekday + 6) % 7
  const thursday = instantOf({ ...clock, day: clock.day - monday + 3, hour: 12 }, utc)
  return BigInt(wallClock(thursday).year)
}

const clockNumber = (read: (clock: ReturnType<typeof wallClock>) => number) =>
  method([], [intType], (t: Instant) => BigInt(read(wallClock(t))))

const ofTime: Methods = new Map([
  ['Add', method([durationType], [timeType], (t: Instant, d: Duration) => new Instant(t.nanos + d.nanos, t.zone))],
  [
    'AddDate',
    method([intType, intType, intType], [timeType], (t: Instant, years: bigint, months: bigint, days: bigint) => {
      const clock = wallClock(t)
      return instantOf(
        {
          ...clock,
          year: clock.year + Number(years),
          month: clock.month + Number(months),
          day: clock.day + Number(days),
        },
        t.zone,
      )
    }),
  ],
  ['After', method([timeType], [boolType], (t: Instant, u: Instant) => t.nanos > u.nanos)],
  ['Before', method([timeType], [boolType], (t: Instant, u: Instant) => t.nanos < u.nanos)],
  [
    'Compare',
    method([timeType], [intType], (t: Instant, u: Instant) => (t.nanos < u.nanos ? -1n : t.nanos > u.nanos ? 1n : 0n)),
  ],
  ['Equal', method([timeType], [boolType], (t: Instant, u: Instant) => t.nanos === u.nanos)],
  // Three results: the checker refuses a call.
  ['Clock', method([], [intType, intType, intType], () => null)],
  ['Date', method([], [intType, monthType, intType], () => null)],
  ['Year', clockNumber(clock => clock.year)],
  ['Day', clockNumber(clock => clock.day)],
  ['Hour', clockNumber(clock => clock.hour)],
  ['Minute', clockNumber(clock => clock.minute)],
  ['Second', clockNumber(clock => clock.second)],
  ['Nanosecond', clockNumber(clock => clock.nanosecond)],
  ['YearDay', clockNumber(clock => clock.yearDay)],
  ['Month', method([], [monthType], (t: Instant) => new Integer(monthType, BigInt(wallClock(t).month)))],
  ['Weekday', method([], [weekdayType], (t: Instant) => new Integer(weekdayType, BigInt(wallClock(t).weekday)))],
  ['ISOWeek', method([], [intType, intType], isoWeek)],
  ['Format', method([stringType], [stringType], (t: Instant, layout: string) => formatTime(t, layout))],
  ['String', method([], [stringType], formatInstant)],
  ['MarshalJSON', method([], [byteSlice, errorType], (t: Instant) => text(`"${formatTime(t, rfc3339Nano)}"`))],
  ['MarshalText', method([], [byteSlice, errorType], (t: Instant) => text(formatTime(t, rfc3339Nano)))],
  ['In', method([locationType], [timeType], (t: Instant, zone: Zone) => new Instant(t.nanos, zone))],
  ['UTC', method([], [timeType], (t: Instant) => new Instant(t.nanos, utc))],
  ['Local', method([], [timeType], (t: Instant) => new Instant(t.nanos, utc))],
  ['Location', method([], [locationType], (t: Instant) => t.zone)],
  ['Zone', method([], [stringType, intType], (t: Instant) => wallClock(t).offset.abbreviation)],
  ['IsDST', method([], [boolType], isSummerTime)],
  ['IsZero', method([], [boolType], (t: Instant) => t.nanos === -sinceYearOne)],
  ['Round', method([durationType], [timeType], (t: Instant, d: Duration) => roundInstant(t, d.nanos))],
  [
    'Truncate',
    method([durationType], [timeType], (t: Instant, d: Duration) =>
      d.nanos <= 0n ? t : new Instant(t.nanos - restOf(t.nanos, d.nanos), t.zone),
    ),
  ],
  ['Sub', method([timeType], [durationType], (t: Instant, u: Instant) => saturated(t.nanos - u.nanos))],
  ['Unix', method([], [int64Type], (t: Instant) => int64(BigInt(secondsOf(t.nanos).seconds)))],
  ['UnixMilli', method([], [int64Type], (t: Instant) => int64(floorNanos(t.nanos, 1_000_000n)))],
  ['UnixMicro', method([], [int64Type], (t: Instant) => int64(floorNanos(t.nanos, 1000n)))],
  ['UnixNano', method([], [int64Type], (t: Instant) => int64(t.nanos))],
])

const floorNanos = (nanos: bigint, unit: bigint) => (nanos - (((nanos % unit) + unit) % unit)) / unit

/** Summer time is what lies ahead of the zone's smaller offset in the same year. */
function isSummerTime(t: Instant): boolean {
  const clock = wallClock(t)
  const offsets = [1, 7].map(month => t.zone.offsetAt(floorDivide(Date.UTC(clock.year, month - 1, 1), 1000)).seconds)
  return clock.offset.seconds > Math.min(...offsets)
}

const ofDuration: Methods = new Map([
  ['Abs', method([], [durationType], (d: Duration) => saturated(d.nanos < 0n ? -d.nanos : d.nanos))],
  ['Hours', method([], [float64Type], (d: Duration) => inUnits(d.nanos, 3_600_000_000_000n))],
  ['Minutes', method([], [float64Type], (d: Duration) => inUnits(d.nanos, 60_000_000_000n))],
  ['Seconds', method([], [float64Type], (d: Duration) => inUnits(d.nanos, 1_000_000_000n))],
  ['Milliseconds', method([], [int64Type], (d: Duration) => int64(d.nanos / 1_000_000n))],
  ['Microseconds', method([], [int64Type], (d: Duration) => int64(d.nanos / 1000n))],
  ['Nanoseconds', method([], [int64Type], (d: Duration) => int64(d.nanos))],
  [
    'Round',
    method([durationType], [durationType], (d: Duration, m: Duration) => new Duration(roundNanos(d.nanos, m.nanos))),
  ],
  [
    'Truncate',
    method([durationType], [durationType], (d: Duration, m: Duration) =>
      m.nanos <= 0n ? d : new Duration(d.nanos - (d.nanos % m.nanos)),
    ),
  ],
  ['String', method([], [stringType], (d: Duration) => formatDuration(d.nanos))],
])

const named: Methods = new Map([['String', method([], [stringType], (value: Integer) => formatInteger(value))]])
const ofZone: Methods = new Map([['String', method([], [stringType], (zone: Zone) => zone.name)]])

const none: Methods = new Map()
const byType = new Map<GoType, Methods>([
  [timeType, ofTime],
  [durationType, ofDuration],
  [monthType, named],
  [weekdayType, named],
  [locationType, ofZone],
  [locationStructType, none],
])

/** The methods of a type, by name; empty for all but those of package time. */
export const methodsOf = (type: GoType | undefined): Methods => (type && byType.get(type)) ?? none

/** The type of a method without its receiver bound: the receiver comes first. */
export const methodType = (receiver: GoType, { type }: Method): GoType =>
  funcOf([receiver, ...(type.params ?? [])], type.results ?? [], type.variadic)
