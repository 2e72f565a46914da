import { boundsOf, searchIndex, type Window } from '../functions/range-functions.ts'
import { type SeriesData, stale } from '../value.ts'

/** The newest sample in (time - lookback, time], if it is no staleness marker. */
export function sampleAt(
  series: SeriesData,
  timeMs: number,
  lookbackMs: number,
): { timeMs: number; value: number } | undefined {
  const { timesMs, values } = series
  const index = searchIndex(timesMs.length, each => (timesMs[each] ?? 0) > timeMs) - 1
  const sampleMs = timesMs[index]
  const value = values[index]
  if (sampleMs === undefined || value === undefined || value === stale || sampleMs <= timeMs - lookbackMs)
    return undefined
  return { timeMs: sampleMs, value }
}

/** The samples in (start, end], without staleness markers. */
export function samplesIn(series: SeriesData, startMs: number, endMs: number): { timesMs: number[]; values: number[] } {
  const found: { timesMs: number[]; values: number[] } = { timesMs: [], values: [] }
  let index = searchIndex(series.timesMs.length, each => (series.timesMs[each] ?? 0) > startMs)
  for (; index < series.timesMs.length; index++) {
    const timeMs = series.timesMs[index]
    const value = series.values[index]
    if (timeMs === undefined || timeMs > endMs) break
    if (value === undefined || value === stale) continue
    found.timesMs.push(timeMs)
    found.values.push(value)
  }
  return found
}

/** The value between the samples around a time; the last one where none follows (engine.go smoothSeries). */
export function smoothedAt(series: SeriesData, timeMs: number, lookbackMs: number): number | undefined {
  const { timesMs, values } = samplesIn(series, timeMs - lookbackMs, timeMs + lookbackMs)
  const next = searchIndex(timesMs.length, each => (timesMs[each] ?? 0) >= timeMs)
  const [before, after] = [values[next - 1], values[next]]
  const [beforeMs, afterMs] = [timesMs[next - 1], timesMs[next]]
  if (afterMs === timeMs) return after
  if (before === undefined || beforeMs === undefined) return undefined
  if (after === undefined || afterMs === undefined) return before
  return before + ((after - before) * (timeMs - beforeMs)) / (afterMs - beforeMs)
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
