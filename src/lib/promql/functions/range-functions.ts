import {
  CompensatedSum,
  compensatedMean,
  compensatedSum,
  compensatedVariance,
  quantile,
} from '../evaluate/compensated.ts'

/** The samples of one series that a range function sees, and the bounds of the range. */
export interface Window {
  timesMs: readonly number[]
  values: readonly number[]
  startMs: number
  endMs: number
  rangeSeconds: number
  /** The time of the evaluation, which an offset does not move. */
  nowMs: number
  extension?: 'anchored' | 'smoothed'
}

export type RangeFunction = (window: Window, parameters: readonly number[]) => number | undefined

const at = (values: readonly number[], index: number) => values[index < 0 ? values.length + index : index] ?? Number.NaN

/** rate, increase and delta: extrapolated to the bounds of the range (functions.go extrapolatedRate). */
function extrapolated(window: Window, isCounter: boolean, isRate: boolean): number | undefined {
  const { timesMs, values } = window
  if (window.extension) return extended(window, isCounter, isRate)
  if (values.length < 2) return undefined
  const first = at(values, 0)
  let result = at(values, -1) - first
  if (isCounter) result = corrected(result, values)
  const sampled = (at(timesMs, -1) - at(timesMs, 0)) / 1000
  const average = sampled / (values.length - 1)
  const threshold = average * 1.1
  let toStart = (at(timesMs, 0) - window.startMs) / 1000
  let toEnd = (window.endMs - at(timesMs, -1)) / 1000
  if (toStart >= threshold) toStart = average / 2
  // A counter cannot have been below zero.
  if (isCounter && result > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / result))
  if (toEnd >= threshold) toEnd = average / 2
  let factor = (sampled + toStart + toEnd) / sampled
  if (isRate) factor /= window.rangeSeconds
  return result * factor
}

function corrected(result: number, values: readonly number[]): number {
  let sum = result
  for (let index = 1; index < values.length; index++)
    if (at(values, index) < at(values, index - 1)) sum += at(values, index - 1)
  return sum
}

/** The first index below `limit` for which `test` holds, else `limit`; the tests go from false to true. */
export function searchIndex(limit: number, test: (index: number) => boolean): number {
  let low = 0
  let high = limit
  while (low < high) {
    const middle = (low + high) >> 1
    if (test(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function interpolate(window: Window, left: number, timeMs: number, isCounter: boolean): number {
  const from = isCounter && at(window.values, left + 1) < at(window.values, left) ? 0 : at(window.values, left)
  const span = at(window.timesMs, left + 1) - at(window.timesMs, left)
  return from + ((at(window.values, left + 1) - from) * (timeMs - at(window.timesMs, left))) / span
}

export interface Bounds {
  left: number
  right: number
  /** Indexes of the samples strictly inside. */
  first: number
  last: number
}

/** Values at both ends of a range with more samples around it (extendedRate, extendFloats); undefined: no sample inside. */
export function boundsOf(window: Window, isCounter: boolean): Bounds | undefined {
  const { timesMs, values, startMs, endMs } = window
  if (values.length === 0) return undefined
  const isSmoothed = window.extension === 'smoothed'
  let last = values.length - 1
  let first = Math.max(0, searchIndex(last, index => at(timesMs, index) > startMs) - 1)
  if (isSmoothed) last = searchIndex(last, index => at(timesMs, index) >= endMs)
  if (at(timesMs, last) <= startMs) return undefined
  const left =
    at(timesMs, first) < startMs && isSmoothed ? interpolate(window, first, startMs, isCounter) : at(values, first)
  let right = at(values, last)
  if (at(timesMs, last) > endMs && last > 0)
    right = isSmoothed ? interpolate(window, last - 1, endMs, isCounter) : at(values, last - 1)
  const firstTime = at(timesMs, first)
  if (firstTime <= startMs) first++
  if (at(timesMs, last) >= endMs) last--
  return { left, right, first, last }
}

function extended(window: Window, isCounter: boolean, isRate: boolean): number | undefined {
  const bounds = boundsOf(window, isCounter)
  if (!bounds) return undefined
  if (window.extension === 'smoothed' && at(window.timesMs, 0) > window.endMs) return undefined
  let result = bounds.right - bounds.left
  if (isCounter) {
    const inside = window.values.slice(bounds.first, bounds.last + 1)
    result = corrected(result, [bounds.left, ...inside, bounds.right])
  }
  return isRate ? result / window.rangeSeconds : result
}

function instantValue({ timesMs, values }: Window, isRate: boolean): number | undefined {
  if (values.length < 2) return undefined
  const seconds = (at(timesMs, -1) - at(timesMs, -2)) / 1000
  if (seconds === 0) return undefined
  const isReset = isRate && at(values, -1) < at(values, -2)
  const difference = isReset ? at(values, -1) : at(values, -1) - at(values, -2)
  return isRate ? difference / seconds : difference
}

/** The window from the sample at or before its start, when samples were read beyond it. */
function anchored(window: Window): readonly number[] | undefined {
  if (window.extension !== 'anchored') return window.values
  const before = searchIndex(window.values.length, index => at(window.timesMs, index) > window.startMs) - 1
  if (before + 1 >= window.values.length) return undefined
  return window.values.slice(Math.max(0, before))
}

function countPairs(window: Window, counts: (before: number, after: number) => boolean): number | undefined {
  const values = anchored(window)
  if (!values || values.length === 0) return undefined
  let count = 0
  for (let index = 1; index < values.length; index++) if (counts(at(values, index - 1), at(values, index))) count++
  return count
}

/** Least squares with compensated sums; x in seconds from `interceptMs` (functions.go linearRegression). */
function regression({ timesMs, values }: Window, interceptMs: number): { slope: number; intercept: number } {
  const initial = at(values, 0)
  if (values.every(value => value === initial)) {
    if (!Number.isFinite(initial)) return { slope: Number.NaN, intercept: Number.NaN }
    return { slope: 0, intercept: initial }
  }
  const [sumX, sumY, sumXY, sumX2] = [
    new CompensatedSum(),
    new CompensatedSum(),
    new CompensatedSum(),
    new CompensatedSum(),
  ]
  for (const [index, y] of values.entries()) {
    const x = (at(timesMs, index) - interceptMs) / 1000
    sumX.add(x)
    sumY.add(y)
    sumXY.add(x * y)
    sumX2.add(x * x)
  }
  const count = values.length
  const covariance = sumXY.total - (sumX.total * sumY.total) / count
  const variance = sumX2.total - (sumX.total * sumX.total) / count
  const slope = covariance / variance
  return { slope, intercept: sumY.total / count - (slope * sumX.total) / count }
}

const extreme = (values: readonly number[], isBetter: (a: number, b: number) => boolean) => {
  let best = at(values, 0)
  for (const value of values) if (isBetter(value, best) || Number.isNaN(best)) best = value
  return best
}

export const rangeFunctions: Readonly<Record<string, RangeFunction>> = {
  rate: window => extrapolated(window, true, true),
  increase: window => extrapolated(window, true, false),
  delta: window => extrapolated(window, false, false),
  irate: window => instantValue(window, true),
  idelta: window => instantValue(window, false),
  resets: window => countPairs(window, (before, after) => after < before),
  changes: window =>
    countPairs(window, (before, after) => after !== before && !(Number.isNaN(after) && Number.isNaN(before))),
  avg_over_time: ({ values }) => compensatedMean(values),
  sum_over_time: ({ values }) => compensatedSum(values),
  count_over_time: ({ values }) => values.length,
  min_over_time: ({ values }) => extreme(values, (a, b) => a < b),
  max_over_time: ({ values }) => extreme(values, (a, b) => a > b),
  last_over_time: ({ values }) => at(values, -1),
  first_over_time: ({ values }) => at(values, 0),
  present_over_time: () => 1,
  absent_over_time: () => 1,
  stddev_over_time: ({ values }) => Math.sqrt(compensatedVariance(values)),
  stdvar_over_time: ({ values }) => compensatedVariance(values),
  quantile_over_time: ({ values }, [q]) => quantile(q ?? Number.NaN, values),
  deriv: window => {
    if (window.values.length < 2) return undefined
    return regression(window, at(window.timesMs, 0)).slope
  },
  predict_linear: (window, [seconds]) => {
    if (window.values.length < 2) return undefined
    const { slope, intercept } = regression(window, window.nowMs)
    return slope * (seconds ?? Number.NaN) + intercept
  },
}
