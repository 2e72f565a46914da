import {
  type Notes,
  noteBoundsReconciled,
  warnMixed,
  warnMixedBuckets,
  warnNotCounter,
  warnNotGauge,
} from '../evaluate/annotations.ts'
import { added } from '../histogram/combine.ts'
import { detectsReset } from '../histogram/detect-reset.ts'
import { compacted, divided, type FloatHistogram, multiplied } from '../histogram/float-histogram.ts'
import { isHistogram, type SampleValue } from '../value.ts'
import { extendedGrowth } from './extended-histogram.ts'
import { histogramGrowth } from './histogram-rate.ts'
import { at, boundsOf, type Window } from './window.ts'

/** rate, increase and delta: extrapolated to the bounds of the range (functions.go extrapolatedRate). */
export function extrapolated(
  window: Window,
  isCounter: boolean,
  isRate: boolean,
  notes: Notes,
): SampleValue | undefined {
  const { values, histograms } = window
  if (values.length > 0 && histograms.length > 0) {
    warnMixed(notes)
    return undefined
  }
  const isOfHistograms = histograms.length > 0
  if (window.extension) {
    if (isOfHistograms) return extendedGrowth(window, isCounter, isRate, notes)
    return extended(window, isCounter, isRate)
  }
  const timesMs = isOfHistograms ? window.histogramTimesMs : window.timesMs
  const count = timesMs.length
  if (count < 2) return undefined
  const growth = isOfHistograms ? histogramGrowth(histograms, isCounter, notes) : floatGrowth(values, isCounter)
  if (growth === undefined) return undefined
  const sampled = (at(timesMs, -1) - at(timesMs, 0)) / 1000
  const average = sampled / (count - 1)
  const threshold = average * 1.1
  let toStart = (at(timesMs, 0) - window.startMs) / 1000
  let toEnd = (window.endMs - at(timesMs, -1)) / 1000
  if (toStart >= threshold) toStart = average / 2
  const first = isOfHistograms ? (histograms[0]?.count ?? Number.NaN) : at(values, 0)
  const grown = isHistogram(growth) ? growth.count : growth
  // A counter cannot have been below zero.
  if (isCounter && grown > 0 && first >= 0) {
    const toZero = sampled * (first / grown)
    if (toZero < toStart) toStart = toZero
  }
  if (toEnd >= threshold) toEnd = average / 2
  let factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled
  if (isRate) factor /= window.rangeSeconds
  return isHistogram(growth) ? multiplied(growth, factor) : growth * factor
}

function floatGrowth(values: readonly number[], isCounter: boolean): number {
  const growth = at(values, -1) - at(values, 0)
  return isCounter ? corrected(growth, values) : growth
}

function corrected(result: number, values: readonly number[]): number {
  let sum = result
  for (let index = 1; index < values.length; index++)
    if (at(values, index) < at(values, index - 1)) sum += at(values, index - 1)
  return sum
}

function extended(window: Window, isCounter: boolean, isRate: boolean): number | undefined {
  const bounds = boundsOf(window, isCounter)
  if (!bounds) return undefined
  if (window.extension === 'smoothed' && at(window.timesMs, 0) > window.endMs) return undefined
  let result = bounds.right - bounds.left
  if (isCounter) {
    const inside = window.values.slice(bounds.first, bounds.last + 1)
    // What was lost is summed up by itself first: it shows in the last bits.
    result += corrected(0, [bounds.left, ...inside, bounds.right])
  }
  return isRate ? result / window.rangeSeconds : result
}

interface Sample {
  timeMs: number
  value: SampleValue
}

/** The last two samples of both types in the order of time. */
function lastTwo({ timesMs, values, histogramTimesMs, histograms }: Window): [Sample, Sample] | undefined {
  const tail = (times: readonly number[], list: readonly SampleValue[]) =>
    list.slice(-2).map((value, index): Sample => {
      const from = Math.max(0, list.length - 2)
      return { timeMs: at(times, from + index), value }
    })
  const all = [...tail(timesMs, values), ...tail(histogramTimesMs, histograms)].sort((a, b) => a.timeMs - b.timeMs)
  const [before, after] = all.slice(-2)
  return before && after ? [before, after] : undefined
}

/** irate and idelta (functions.go instantValue). */
export function instantValue(window: Window, isRate: boolean, notes: Notes): SampleValue | undefined {
  const pair = lastTwo(window)
  if (!pair) return undefined
  const [before, after] = pair
  const seconds = (after.timeMs - before.timeMs) / 1000
  if (seconds === 0) return undefined
  if (isHistogram(before.value) !== isHistogram(after.value)) {
    warnMixed(notes)
    return undefined
  }
  if (isHistogram(before.value) && isHistogram(after.value)) {
    const difference = instantGrowth(before.value, after.value, isRate, notes)
    return difference && (isRate ? divided(difference, seconds) : difference)
  }
  const [from, to] = [Number(before.value), Number(after.value)]
  const difference = isRate && to < from ? to : to - from
  return isRate ? difference / seconds : difference
}

function instantGrowth(before: FloatHistogram, after: FloatHistogram, isRate: boolean, notes: Notes) {
  const isGauge = [before, after].map(({ hint }) => hint === 'gauge')
  if (isRate && isGauge.includes(true)) warnNotCounter(notes)
  if (!isRate && isGauge.includes(false)) warnNotGauge(notes)
  let growth = after
  if (!isRate || !detectsReset(after, before)) {
    const difference = added(after, before, true)
    if (!difference) {
      warnMixedBuckets(notes)
      return undefined
    }
    if (difference.boundsReconciled) noteBoundsReconciled(notes, 'subtraction')
    growth = difference.histogram
  }
  return compacted({ ...growth, hint: 'gauge' })
}
