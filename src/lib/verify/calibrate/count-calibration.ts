import { mean } from '../../stats/outliers.ts'
import type { PodCounts } from '../align/counters.ts'

/** What the stable pods' own past says about the noise of a count. */
export interface CountCalibration {
  /** variance over that of independent events, at least 1 */
  dispersion: number
  /** standard deviation of a pod's own log rate */
  podSpread: number
  /** of the estimate of the spread */
  degrees: number
  /** log rates of the stable pods around their mean, without their noise */
  podEffects: number[]
  /** events of a stable pod in a step, to which the dispersion belongs */
  eventsPerPodStep: number
  source: 'lookback' | 'prior'
}

/** Before anything is known of the pods: their spread, and how many pods that knowledge is worth. */
const priorSpread = 0.08
const priorDegrees = 6
const priorDispersion = 1.5
const largestDispersion = 25
/** in steps; the longer ones catch slow noise */
const blockLengths = [1, 4, 8, 20]

/**
 * Dispersion and spread of the stable pods, each against the others (verify-engine 4.3 and 4.5), from the steps before
 * the window.
 *
 * @param part which of the events, such as the edge of a histogram
 * @param steps how many steps the lookback has
 */
export function calibrateCounts(pods: readonly PodCounts[], part: number, steps: number): CountCalibration {
  const stable = pods.filter(each => each.arm === 'stable' && sum(each.exposure, steps) > 0)
  if (stable.length < 2) return prior
  const totals = stable.map(pod => ({
    events: sum(pod.events[part], steps),
    exposure: sum(pod.exposure, steps),
  }))
  const dispersion = dispersionOf(stable, part, steps, totals)
  const logRates = totals.map(({ events, exposure }) => Math.log((events + 0.5) / exposure))
  const center = mean(logRates)
  const noise = totals.map(({ events }) => dispersion / (events + 0.5))
  const variance = logRates.reduce((total, each) => total + (each - center) ** 2, 0) / (stable.length - 1)
  const between = Math.max(0, variance - mean(noise))
  const degrees = priorDegrees + stable.length - 1
  const podSpread = Math.sqrt((priorDegrees * priorSpread ** 2 + (stable.length - 1) * between) / degrees)
  const podEffects = logRates.map(
    (rate, index) => (rate - center) * Math.sqrt(between / (between + (noise[index] ?? 0))),
  )
  const eventsPerPodStep = totals.reduce((total, each) => total + each.events, 0) / (stable.length * steps)
  return { dispersion, podSpread, degrees, podEffects, eventsPerPodStep, source: 'lookback' }
}

const prior: CountCalibration = {
  dispersion: priorDispersion,
  podSpread: priorSpread,
  degrees: priorDegrees,
  podEffects: [],
  eventsPerPodStep: 0,
  source: 'prior',
}

interface Totals {
  events: number
  exposure: number
}

/** Pearson's X2 over its degrees of freedom, pooled over the pods; the largest over the lengths of the blocks. */
function dispersionOf(stable: readonly PodCounts[], part: number, steps: number, totals: readonly Totals[]): number {
  const all = totals.reduce((a, b) => ({ events: a.events + b.events, exposure: a.exposure + b.exposure }))
  const events = new Float64Array(steps)
  const exposure = new Float64Array(steps)
  for (const pod of stable)
    for (let t = 0; t < steps; t++) {
      events[t] = (events[t] as number) + (pod.events[part]?.[t] ?? 0)
      exposure[t] = (exposure[t] as number) + (pod.exposure[t] ?? 0)
    }
  let largest = 1
  for (const length of blockLengths) {
    let square = 0
    let degrees = 0
    for (const [index, pod] of stable.entries()) {
      const own = totals[index] as Totals
      const others = { events: all.events - own.events, exposure: all.exposure - own.exposure }
      const relativeRate = (own.events / own.exposure) * (others.exposure / others.events)
      if (!(relativeRate > 0) || !Number.isFinite(relativeRate)) continue
      const { square: own2, blocks } = blockSquares(pod, part, { events, exposure }, relativeRate, length, steps)
      if (blocks - 1 <= 10) continue
      square += own2
      degrees += blocks - 1
    }
    if (degrees > 0) largest = Math.max(largest, square / degrees)
  }
  return Math.min(largest, largestDispersion)
}

function blockSquares(
  pod: PodCounts,
  part: number,
  all: { events: Float64Array; exposure: Float64Array },
  relativeRate: number,
  length: number,
  steps: number,
): { square: number; blocks: number } {
  let square = 0
  let blocks = 0
  for (let first = 0; first + length <= steps; first += length) {
    let [own, ownExposure, events, exposure] = [0, 0, 0, 0]
    for (let t = first; t < first + length; t++) {
      if (!((pod.exposure[t] ?? 0) > 0)) continue
      own += pod.events[part]?.[t] ?? 0
      ownExposure += pod.exposure[t] ?? 0
      events += all.events[t] ?? 0
      exposure += all.exposure[t] ?? 0
    }
    const share = (relativeRate * ownExposure) / (relativeRate * ownExposure + exposure - ownExposure)
    if (!(events > 0) || !(share > 0 && share < 1)) continue
    square += (own - events * share) ** 2 / (events * share * (1 - share))
    blocks++
  }
  return { square, blocks }
}

function sum(values: Float64Array | undefined, count: number): number {
  let total = 0
  for (let index = 0; index < count; index++) total += values?.[index] ?? 0
  return total
}
