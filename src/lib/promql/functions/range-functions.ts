import {
  checkQuantile,
  type Notes,
  noteBoundsReconciled,
  noteIgnoredInRange,
  warnHintsCollide,
  warnMixed,
  warnMixedBuckets,
} from '../evaluate/annotations.ts'
import {
  CompensatedSum,
  compensatedMean,
  compensatedSum,
  compensatedVariance,
  quantile,
} from '../evaluate/compensated.ts'
import { type HistogramSum, histogramMean, histogramSum } from '../evaluate/compensated-histograms.ts'
import { detectsReset } from '../histogram/detect-reset.ts'
import { copied, type FloatHistogram, sameHistogram } from '../histogram/float-histogram.ts'
import { isHistogram, type SampleValue } from '../value.ts'
import { extrapolated, instantValue } from './rate.ts'
import { searchIndex } from './search-index.ts'
import { at, type RangeFunction, type Window } from './window.ts'

interface TimedSample {
  timeMs: number
  value: SampleValue
}

/** Samples of both types in the order of time. */
function inOrder({ timesMs, values, histogramTimesMs, histograms }: Window): TimedSample[] {
  const timed = (times: readonly number[], list: readonly SampleValue[]) =>
    list.map((value, index): TimedSample => ({ timeMs: at(times, index), value }))
  const floats = timed(timesMs, values)
  if (histograms.length === 0) return floats
  return [...floats, ...timed(histogramTimesMs, histograms)].sort((a, b) => a.timeMs - b.timeMs)
}

function copyOf(sample: TimedSample | undefined): SampleValue | undefined {
  return isHistogram(sample?.value) ? copied(sample.value) : sample?.value
}

/** The window from the sample at or before its start, when samples were read beyond it. */
function anchored(window: Window): readonly TimedSample[] {
  const samples = inOrder(window)
  if (window.extension !== 'anchored') return samples
  const before = searchIndex(samples.length, index => (samples[index]?.timeMs ?? 0) > window.startMs) - 1
  if (before + 1 >= samples.length) return []
  return samples.slice(Math.max(0, before))
}

function countPairs(
  window: Window,
  ofFloats: (before: number, after: number) => boolean,
  ofHistograms: (before: FloatHistogram, after: FloatHistogram) => boolean,
): number | undefined {
  const samples = anchored(window)
  if (samples.length === 0) return undefined
  let count = 0
  for (let index = 1; index < samples.length; index++) {
    const [before, after] = [samples[index - 1]?.value, samples[index]?.value]
    if (before === undefined || after === undefined) continue
    const counts =
      isHistogram(before) || isHistogram(after)
        ? !(isHistogram(before) && isHistogram(after)) || ofHistograms(before, after)
        : ofFloats(before, after)
    if (counts) count++
  }
  return count
}

/** Least squares with compensated sums; x in seconds from `interceptMs` (functions.go linearRegression). */
function regression({ timesMs, values }: Window, interceptMs: number): { slope: number; intercept: number } {
  const initial = at(values, 0)
  if (values.every((value, index) => index === 0 || value === initial)) {
    if (Math.abs(initial) === Number.POSITIVE_INFINITY) return { slope: Number.NaN, intercept: Number.NaN }
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

/** Slope and intercept of at least two floats; histograms are left out and said. */
function fitted(window: Window, interceptMs: number, notes: Notes) {
  const { values, histograms } = window
  if (values.length > 0 && histograms.length > 0) noteIgnoredInRange(notes)
  return values.length < 2 ? undefined : regression(window, interceptMs)
}

const extreme = (values: readonly number[], isBetter: (a: number, b: number) => boolean) => {
  let best = at(values, 0)
  for (const value of values) if (isBetter(value, best) || Number.isNaN(best)) best = value
  return best
}

/** A function of floats that leaves out histograms and says so. */
function ofFloats(reduce: (values: readonly number[], parameters: readonly number[]) => number): RangeFunction {
  return ({ values, histograms }, parameters, notes) => {
    if (values.length === 0) return undefined
    if (histograms.length > 0) noteIgnoredInRange(notes)
    return reduce(values, parameters)
  }
}

/** sum_over_time and avg_over_time: of floats, or of histograms, never of both. */
function ofEither(
  floats: (values: readonly number[]) => number,
  sumOf: (histograms: readonly FloatHistogram[]) => HistogramSum,
): RangeFunction {
  return ({ values, histograms }, _, notes) => {
    if (histograms.length === 0) return floats(values)
    if (values.length > 0) {
      warnMixed(notes)
      return undefined
    }
    const sum = sumOf(histograms)
    if (!sum.histogram) {
      warnMixedBuckets(notes)
      return undefined
    }
    if (sum.hintsCollide) warnHintsCollide(notes, 'aggregation')
    if (sum.boundsReconciled) noteBoundsReconciled(notes, 'aggregation')
    return sum.histogram
  }
}

export const rangeFunctions: Readonly<Record<string, RangeFunction>> = {
  rate: (window, _, notes) => extrapolated(window, true, true, notes),
  increase: (window, _, notes) => extrapolated(window, true, false, notes),
  delta: (window, _, notes) => extrapolated(window, false, false, notes),
  irate: (window, _, notes) => instantValue(window, true, notes),
  idelta: (window, _, notes) => instantValue(window, false, notes),
  resets: window =>
    countPairs(
      window,
      (before, after) => after < before,
      (before, after) => detectsReset(after, before),
    ),
  changes: window =>
    countPairs(
      window,
      (before, after) => after !== before && !(Number.isNaN(after) && Number.isNaN(before)),
      (before, after) => !sameHistogram(before, after),
    ),
  avg_over_time: ofEither(compensatedMean, histogramMean),
  sum_over_time: ofEither(compensatedSum, histogramSum),
  count_over_time: ({ values, histograms }) => values.length + histograms.length,
  min_over_time: ofFloats(values => extreme(values, (a, b) => a < b)),
  max_over_time: ofFloats(values => extreme(values, (a, b) => a > b)),
  last_over_time: window => copyOf(inOrder(window).at(-1)),
  first_over_time: window => copyOf(inOrder(window)[0]),
  present_over_time: () => 1,
  absent_over_time: () => 1,
  stddev_over_time: ofFloats(values => Math.sqrt(compensatedVariance(values))),
  stdvar_over_time: ofFloats(compensatedVariance),
  quantile_over_time: (window, parameters, notes) => {
    const [q = Number.NaN] = parameters
    if (window.values.length > 0) checkQuantile(notes.annotations, q, notes.span)
    return ofFloats(values => quantile(q, values))(window, parameters, notes)
  },
  deriv: (window, _, notes) => fitted(window, at(window.timesMs, 0), notes)?.slope,
  predict_linear: (window, [seconds], notes) => {
    const line = fitted(window, window.nowMs, notes)
    return line && line.slope * (seconds ?? Number.NaN) + line.intercept
  },
}
