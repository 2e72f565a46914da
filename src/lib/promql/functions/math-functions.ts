import { acosh, asinh, cosh, exp, ln, log2, log10, sinh, tanh } from './go-exponential.ts'
import { acos, asin, atan, cos, sin, tan } from './go-trigonometry.ts'

export type MathFunction = (value: number, parameters: readonly number[]) => number

const day = 86_400_000
const wrappedYear = 292277026596
/** The same month, day and weekday in a leap year within JavaScript's reach. */
const wrappedMs = Date.UTC(2016, 11, 4, 15, 30, 7)

/** A part of the UTC date of a time in seconds (functions.go dateWrapper). */
function ofDate(part: (date: Date) => number): MathFunction {
  return value => {
    const seconds = Math.trunc(value)
    // What Go on amd64 makes of a number that is no int64: a time that wrapped around.
    if (!(Math.abs(seconds) < 2 ** 63)) return part(new Date(wrappedMs))
    return part(new Date(seconds * 1000))
  }
}

/** Go's math.Max and math.Min: an infinity on the right side wins even over NaN. */
const goMax = (a: number, b: number) =>
  a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b)
const goMin = (a: number, b: number) =>
  a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b)

const clampBetween = (value: number, low: number, high: number) => goMax(low, goMin(high, value))

/** Functions of one sample at a time. Those with parameters take the values of the other arguments in order. */
export const mathFunctions: Readonly<Record<string, MathFunction>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp,
  sqrt: Math.sqrt,
  ln,
  log2,
  log10,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh: Math.atanh,
  rad: value => value * (Math.PI / 180),
  deg: value => value * (180 / Math.PI),
  sgn: value => (value < 0 ? -1 : value > 0 ? 1 : value),
  round: (value, [nearest = 1]) => {
    const inverse = 1 / nearest
    return Math.floor(value * inverse + 0.5) / inverse
  },
  clamp: (value, [low = Number.NaN, high = Number.NaN]) => clampBetween(value, low, high),
  clamp_min: (value, [low = Number.NaN]) => clampBetween(value, low, Number.POSITIVE_INFINITY),
  clamp_max: (value, [high = Number.NaN]) => clampBetween(value, Number.NEGATIVE_INFINITY, high),
  days_in_month: ofDate(date => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()),
  day_of_month: ofDate(date => date.getUTCDate()),
  day_of_week: ofDate(date => date.getUTCDay()),
  day_of_year: ofDate(date => {
    const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
    return (midnight - Date.UTC(date.getUTCFullYear(), 0, 1)) / day + 1
  }),
  hour: ofDate(date => date.getUTCHours()),
  minute: ofDate(date => date.getUTCMinutes()),
  month: ofDate(date => date.getUTCMonth() + 1),
  year: value =>
    Math.abs(Math.trunc(value)) < 2 ** 63 ? ofDate(date => date.getUTCFullYear())(value, []) : wrappedYear,
}

/** Those that take the time of the evaluation when they have no argument. */
export const dateFunctions: ReadonlySet<string> = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
])
