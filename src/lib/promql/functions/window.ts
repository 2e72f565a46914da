import type { Notes } from '../evaluate/annotations.ts'
import type { FloatHistogram } from '../histogram/float-histogram.ts'
import type { SampleValue } from '../value.ts'
import { searchIndex } from './search-index.ts'

/** The samples of one series that a range function sees, by type, and the bounds of the range. */
export interface Window {
  timesMs: readonly number[]
  values: readonly number[]
  histogramTimesMs: readonly number[]
  histograms: readonly FloatHistogram[]
  startMs: number
  endMs: number
  rangeSeconds: number
  /** The time of the evaluation, which an offset does not move. */
  nowMs: number
  extension?: 'anchored' | 'smoothed'
}

export type RangeFunction = (window: Window, parameters: readonly number[], notes: Notes) => SampleValue | undefined

/** An element from the front, or with a negative index from the end. */
export function at(values: readonly number[], index: number): number {
  return values[index < 0 ? values.length + index : index] ?? Number.NaN
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
  if (at(timesMs, first) <= startMs) first++
  if (at(timesMs, last) >= endMs) last--
  return { left, right, first, last }
}
