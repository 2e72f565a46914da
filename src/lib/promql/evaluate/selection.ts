import { searchIndex } from '../functions/search-index.ts'
import { boundsOf, type Window } from '../functions/window.ts'
import type { FloatHistogram } from '../histogram/float-histogram.ts'
import { isHistogram, type SampleValue, type SeriesData, stale } from '../value.ts'

/** The newest sample in (time - lookback, time], if it is no staleness marker. */
export function sampleAt(
  series: SeriesData,
  timeMs: number,
  lookbackMs: number,
): { timeMs: number; value: SampleValue } | undefined {
  const { timesMs, values } = series
  const index = searchIndex(timesMs.length, each => (timesMs[each] ?? 0) > timeMs) - 1
  const sampleMs = timesMs[index]
  const value = values[index]
  if (sampleMs === undefined || value === undefined || value === stale || sampleMs <= timeMs - lookbackMs)
    return undefined
  return { timeMs: sampleMs, value }
}

/** Samples by type, as range functions want them. */
export interface Samples {
  timesMs: number[]
  values: number[]
  histogramTimesMs: number[]
  histograms: FloatHistogram[]
}

/** The samples in (start, end], without staleness markers. */
export function samplesIn(series: SeriesData, startMs: number, endMs: number): Samples {
  let index = searchIndex(series.timesMs.length, each => (series.timesMs[each] ?? 0) > startMs)
  const end = searchIndex(series.timesMs.length, each => (series.timesMs[each] ?? 0) > endMs)
  const all = series.values.slice(index, end)
  if (all.every(each => typeof each === 'number'))
    return { timesMs: series.timesMs.slice(index, end), values: all, histogramTimesMs: [], histograms: [] }
  const found: Samples = { timesMs: [], values: [], histogramTimesMs: [], histograms: [] }
  for (; index < end; index++) {
    const timeMs = series.timesMs[index]
    const value = series.values[index]
    if (timeMs === undefined || value === undefined || value === stale) continue
    if (isHistogram(value)) {
      found.histogramTimesMs.push(timeMs)
      found.histograms.push(value)
    } else {
      found.timesMs.push(timeMs)
      found.values.push(value)
    }
  }
  return found
}

/** What an anchored or smoothed range shows by itself: a sample at either bound and those between (extendFloats). */
export function extendedSamples(window: Window): { timesMs: number[]; values: number[] } {
  const bounds = boundsOf(window, false)
  if (!bounds) return { timesMs: [], values: [] }
  const inside = <T>(list: readonly T[]) => list.slice(bounds.first, bounds.last + 1)
  return {
    timesMs: [window.startMs, ...inside(window.timesMs), window.endMs],
    values: [bounds.left, ...inside(window.values), bounds.right],
  }
}
