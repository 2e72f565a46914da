import { civilDate, daysInMonth } from './civil-date.ts'
import { acosh, asinh, cosh, exp, ln, log2, log10, sinh, tanh } from './go-exponential.ts'
import { acos, asin, atan, cos, sin, tan } from './go-trigonometry.ts'

export type MathFunction = (value: number, parameters: readonly number[]) => number

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
  days_in_month: value => daysInMonth(civilDate(value)),
  day_of_month: value => civilDate(value).day,
  day_of_week: value => civilDate(value).weekday,
  day_of_year: value => civilDate(value).yearDay,
  hour: value => Math.floor(civilDate(value).second / 3600),
  minute: value => Math.floor((civilDate(value).second % 3600) / 60),
  month: value => civilDate(value).month,
  year: value => civilDate(value).year,
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
