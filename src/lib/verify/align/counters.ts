import type { RecordedPod } from '../recording/recording.ts'
import { countsBetween, hasJustStarted } from './pod-life.ts'

/** What happened in a pod, by step; index 0 is the first step of the lookback. Without exposure a step does not count. */
export interface PodCounts {
  pod: string
  arm: 'canary' | 'stable'
  /** requests, or Ready seconds */
  exposure: Float64Array
  /** of each part, such as the requests above each edge of a histogram */
  events: Float64Array[]
}

/** A counter's samples from a step on; null where it was not scraped. */
export interface Samples {
  from: number
  values: readonly (number | null)[]
}

export interface Window {
  /** negative: the beginning of the lookback */
  firstStep: number
  lastStep: number
  warmupSteps: number
  stepSeconds: number
}

/** A gap of more than this many steps drops what lies in it, of both counters. */
const longestGapSteps = 3

export const sampleAt = ({ from, values }: Samples, step: number): number | undefined => {
  const value = values[step - from]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The increase of a counter that may have been reset to zero in between. */
export const increase = (before: number, after: number): number => (after >= before ? after - before : after)

/**
 * Events and exposure of one pod from raw counter samples: both from the same scrapes, resets and missing scrapes taken
 * into account (verify-engine 4.10). A part without a sample where the total has one had no event so far.
 */
export function requestCounts(
  pod: RecordedPod,
  total: Samples,
  parts: readonly Samples[],
  window: Window,
  eventsOf: (total: number, part: number) => number,
): PodCounts {
  const counts = emptyCounts(pod, parts.length, window)
  let before: { step: number; total: number; parts: number[] } | undefined
  const last = Math.min(window.lastStep, total.from + total.values.length - 1)
  for (let step = Math.min(window.firstStep, total.from); step <= last; step++) {
    const value = sampleAt(total, step)
    if (value === undefined) continue
    const isReset = before !== undefined && value < before.total
    const known = before === undefined || isReset ? parts.map(() => 0) : before.parts
    const now = { step, total: value, parts: parts.map((part, index) => sampleAt(part, step) ?? known[index] ?? 0) }
    const base = before ?? startOf(pod, step, parts.length)
    before = now
    if (base === undefined || step < window.firstStep || step - base.step > longestGapSteps) continue
    if (!countsBetween(pod, base.step, step, window.warmupSteps)) continue
    const requests = isReset ? value : value - base.total
    if (!(requests >= 0)) continue
    const at = step - window.firstStep
    counts.exposure[at] = requests
    for (const [index, part] of now.parts.entries()) {
      const from = isReset ? 0 : (base.parts[index] ?? 0)
      const events = counts.events[index]
      if (events) events[at] = Math.max(0, eventsOf(requests, increase(from, part)))
    }
  }
  return counts
}

/**
 * Events of a counter of its own, against the seconds that the pod was Ready. A counter that goes on through a restart of
 * the container is not the container's, such as the count of restarts itself: what it counted meanwhile is kept.
 */
export function eventCounts(pod: RecordedPod, count: Samples, window: Window): PodCounts {
  const counts = emptyCounts(pod, 1, window)
  const [events = new Float64Array(0)] = counts.events
  let before: { step: number; value: number } | undefined
  let pending = 0
  for (let step = Math.min(window.firstStep, count.from); step <= window.lastStep; step++) {
    const value = sampleAt(count, step)
    if (value === undefined) continue
    const base = before ?? (hasJustStarted(pod, step) ? { step: step - 1, value: 0 } : undefined)
    before = { step, value }
    if (base === undefined || step < window.firstStep || step - base.step > longestGapSteps) continue
    const isReset = value < base.value
    const happened = increase(base.value, value)
    if (countsBetween(pod, base.step, step, window.warmupSteps)) {
      const at = step - window.firstStep
      counts.exposure[at] = (step - base.step) * window.stepSeconds
      events[at] = happened + pending
      pending = 0
    } else if (!isReset && step > pod.readyStep + window.warmupSteps) pending += happened
  }
  return counts
}

/** A pod that has just become Ready began to count at zero. */
function startOf(pod: RecordedPod, step: number, parts: number) {
  if (!hasJustStarted(pod, step)) return undefined
  return { step: step - 1, total: 0, parts: Array.from({ length: parts }, () => 0) }
}

export function emptyCounts({ pod, arm }: Pick<RecordedPod, 'pod' | 'arm'>, parts: number, window: Window): PodCounts {
  const length = window.lastStep - window.firstStep + 1
  return {
    pod,
    arm,
    exposure: new Float64Array(length),
    events: Array.from({ length: parts }, () => new Float64Array(length)),
  }
}
