import { interpolatedHistogram } from '../functions/extended-histogram.ts'
import { searchIndex } from '../functions/search-index.ts'
import { hasCustomBuckets } from '../histogram/float-histogram.ts'
import type { SampleValue, SeriesData } from '../value.ts'
import { type Notes, warnMixed, warnMixedBuckets } from './annotations.ts'
import { samplesIn } from './selection.ts'

/** The value between the samples around a time; the last one where none follows (engine.go smoothSeries). */
export function smoothedAt(
  series: SeriesData,
  timeMs: number,
  lookbackMs: number,
  notes: Notes,
): SampleValue | undefined {
  const samples = samplesIn(series, timeMs - lookbackMs, timeMs + lookbackMs)
  const { values, histograms } = samples
  if (values.length > 0 && histograms.length > 0) {
    warnMixed(notes)
    return undefined
  }
  const timesMs = histograms.length > 0 ? samples.histogramTimesMs : samples.timesMs
  const next = searchIndex(timesMs.length, each => (timesMs[each] ?? 0) >= timeMs)
  const [beforeMs, afterMs] = [timesMs[next - 1], timesMs[next]]
  if (afterMs === timeMs) return histograms[next] ?? values[next]
  if (beforeMs === undefined) return undefined
  if (histograms.length === 0) {
    const [before = Number.NaN, after] = [values[next - 1], values[next]]
    if (after === undefined || afterMs === undefined) return before
    return before + ((after - before) * (timeMs - beforeMs)) / (afterMs - beforeMs)
  }
  const [before, after] = [histograms[next - 1], histograms[next]]
  if (!before) return undefined
  // The hint is about the distance to the sample before, which is another one now.
  if (!after || afterMs === undefined) return { ...before, hint: 'unknown' }
  if (hasCustomBuckets(before) !== hasCustomBuckets(after)) {
    warnMixedBuckets(notes)
    return undefined
  }
  const isCounter = before.hint !== 'gauge' || after.hint !== 'gauge'
  return interpolatedHistogram(before, beforeMs, after, afterMs, timeMs, isCounter, notes)
}
