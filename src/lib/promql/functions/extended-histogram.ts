import { type Notes, warnMixedBuckets, warnNotCounter, warnNotGauge } from '../evaluate/annotations.ts'
import { detectsReset } from '../histogram/detect-reset.ts'
import { compacted, divided, type FloatHistogram, hasCustomBuckets, multiplied } from '../histogram/float-histogram.ts'
import { combined } from './histogram-rate.ts'
import { searchIndex } from './search-index.ts'
import { at, type Window } from './window.ts'

/** A histogram between two samples; a counter that was reset starts from nothing (interpolateHistograms). */
export function interpolatedHistogram(
  before: FloatHistogram,
  beforeMs: number,
  after: FloatHistogram,
  afterMs: number,
  timeMs: number,
  isCounter: boolean,
  notes: Notes,
): FloatHistogram | undefined {
  if (timeMs === beforeMs) return before
  if (timeMs === afterMs) return after
  const fraction = (timeMs - beforeMs) / (afterMs - beforeMs)
  if (isCounter && detectsReset(after, before)) return multiplied(after, fraction)
  const difference = combined(after, before, true, notes)
  return difference && combined(multiplied(difference, fraction), before, false, notes)
}

/** rate, increase and delta of histograms in an anchored or smoothed range (extendedHistogramRate). */
export function extendedGrowth(window: Window, isCounter: boolean, isRate: boolean, notes: Notes) {
  const { histograms, histogramTimesMs: timesMs, startMs, endMs } = window
  const isSmoothed = window.extension === 'smoothed'
  let last = histograms.length - 1
  const first = Math.max(0, searchIndex(last, index => at(timesMs, index) > startMs) - 1)
  if (isSmoothed) last = searchIndex(last, index => at(timesMs, index) >= endMs)
  if (at(timesMs, last) <= startMs || (isSmoothed && at(timesMs, first) > endMs)) return undefined
  if (!fitTogether(histograms.slice(first, last + 1), isCounter, notes)) return undefined
  const between = (index: number, timeMs: number) => {
    const [before, after] = [histograms[index], histograms[index + 1]]
    if (!before || !after) return undefined
    return interpolatedHistogram(before, at(timesMs, index), after, at(timesMs, index + 1), timeMs, isCounter, notes)
  }
  const left = isSmoothed && at(timesMs, first) < startMs ? between(first, startMs) : histograms[first]
  const right = isSmoothed && last > 0 && at(timesMs, last) > endMs ? between(last - 1, endMs) : histograms[last]
  if (!left || !right) return undefined
  if (!isCounter && (left.hint !== 'gauge' || right.hint !== 'gauge')) warnNotGauge(notes)
  let growth = combined(right, left, true, notes)
  if (growth && isCounter) growth = corrected(growth, window, first, last, left, right, notes)
  if (!growth) return undefined
  const result = isRate ? divided(growth, window.rangeSeconds) : growth
  return compacted({ ...result, hint: 'gauge' })
}

/** All exponential or all custom; a gauge among counters is said (validateHistogramRange). */
function fitTogether(histograms: readonly FloatHistogram[], isCounter: boolean, notes: Notes): boolean {
  const [first] = histograms
  for (const each of histograms) {
    if (first && hasCustomBuckets(each) !== hasCustomBuckets(first)) {
      warnMixedBuckets(notes)
      return false
    }
    if (isCounter && each.hint === 'gauge') warnNotCounter(notes)
  }
  return true
}

/** Adds what was counted before each reset (correctForCounterResetsHistogram). */
function corrected(
  growth: FloatHistogram,
  { histograms, histogramTimesMs: timesMs, startMs, extension }: Window,
  first: number,
  last: number,
  left: FloatHistogram,
  right: FloatHistogram,
  notes: Notes,
): FloatHistogram | undefined {
  let start = first + 1
  let previous = left
  const [atFirst, afterFirst] = [histograms[first], histograms[first + 1]]
  const isSpanned = extension === 'smoothed' && at(timesMs, first) < startMs && atFirst && afterFirst
  // The interpolation at the left end has already gone over that reset.
  if (isSpanned && detectsReset(afterFirst, atFirst)) {
    previous = afterFirst
    start++
  }
  if (start > last) return growth
  let correction: FloatHistogram | undefined
  // The last sample is the right end itself, or gave it its hint.
  for (const each of [...histograms.slice(start, last), right]) {
    if (detectsReset(each, previous)) {
      correction = correction ? combined(correction, previous, false, notes) : previous
      if (!correction) return undefined
    }
    previous = each
  }
  return correction ? combined(growth, correction, false, notes) : growth
}
