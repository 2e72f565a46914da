import type { ValueType } from './ast.ts'

/** Types of a function's arguments, and what may be left out or repeated. */
export interface FunctionSignature {
  args: readonly ValueType[]
  /** 0: exactly these arguments; n: the last one may occur 0 to n times; -1: any number of times. */
  variadic: number
  returns: 'scalar' | 'vector'
  /** Refused: a server without feature flags does not have it. */
  experimental: boolean
}

const types: Readonly<Record<string, ValueType>> = { v: 'vector', m: 'matrix', s: 'scalar', t: 'string' }

/** Every function of Prometheus 3.16 (promql/parser/functions.go) by the letters of its arguments: v m s t(ext). */
const rows: readonly [letters: string, names: string, options?: Partial<FunctionSignature>][] = [
  ['v', 'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sqrt'],
  ['v', 'tan tanh sort sort_desc timestamp histogram_avg histogram_count histogram_sum histogram_stddev'],
  ['v', 'histogram_stdvar'],
  ['v', 'start_timestamp', { experimental: true }],
  ['v', 'days_in_month day_of_month day_of_week day_of_year hour minute month year', { variadic: 1 }],
  ['v', 'scalar', { returns: 'scalar' }],
  ['m', 'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate'],
  ['m', 'last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time'],
  ['m', 'sum_over_time'],
  ['m', 'mad_over_time ts_of_first_over_time ts_of_max_over_time ts_of_min_over_time', { experimental: true }],
  ['m', 'ts_of_last_over_time', { experimental: true }],
  ['ms', 'predict_linear'],
  ['ms', 'integral', { variadic: 1, experimental: true }],
  ['mss', 'double_exponential_smoothing', { experimental: true }],
  ['sm', 'quantile_over_time'],
  ['vss', 'clamp'],
  ['vs', 'clamp_max clamp_min'],
  ['vs', 'round', { variadic: 1 }],
  ['sv', 'histogram_quantile'],
  ['ssv', 'histogram_fraction'],
  ['vtss', 'histogram_quantiles', { variadic: 9, experimental: true }],
  ['vv', 'info', { variadic: 1, experimental: true }],
  ['vtttt', 'label_replace'],
  ['vttt', 'label_join', { variadic: -1 }],
  ['vt', 'sort_by_label sort_by_label_desc', { variadic: -1, experimental: true }],
  ['s', 'vector'],
  ['', 'pi time', { returns: 'scalar' }],
  ['', 'start end step range', { returns: 'scalar', experimental: true }],
  ['ss', 'max_of min_of', { returns: 'scalar', experimental: true }],
]

export const functionSignatures: ReadonlyMap<string, FunctionSignature> = new Map(
  rows.flatMap(([letters, names, options]) =>
    names.split(' ').map((name): [string, FunctionSignature] => [
      name,
      {
        args: [...letters].map(letter => types[letter] ?? 'vector'),
        variadic: 0,
        returns: 'vector',
        experimental: false,
        ...options,
      },
    ]),
  ),
)
