import { mean } from '../../stats/outliers.ts'
import type { PodValues } from '../align/metric-data.ts'

/** What the stable pods' own past says about the noise of a gauge. */
export interface GaugeCalibration {
  /** effects are logs of ratios, or differences in standard deviations where values may be zero or negative */
  scale: 'log' | 'deviation'
  /** of the values of all stable pods; what a difference is divided by on the scale `deviation` */
  deviation: number
  /** of the first order, of a difference between arms */
  autocorrelation: number
  /** of a pod's difference from the others, after whitening; divide by the sizes of the arms with `whitenedVariance` */
  innovationVariance: number
  /** standard deviation of a pod's own level */
  podSpread: number
  degrees: number
  podEffects: number[]
  /** stable pods in the lookback */
  pods: number
  source: 'lookback' | 'prior'
}

const priorSpread = 0.05
const priorDegrees = 6
const largestAutocorrelation = 0.98

/**
 * Autocorrelation, innovations and spread from pseudo-canaries: each stable pod against the others, before the window
 * (verify-engine 4.4 and 4.5).
 *
 * @param steps how many steps the lookback has
 */
export function calibrateGauge(pods: readonly PodValues[], steps: number): GaugeCalibration {
  const stable = pods.filter(each => each.arm === 'stable')
  const seen = pods.flatMap(each => [...each.values]).filter(value => !Number.isNaN(value))
  const scale = seen.length > 0 && seen.every(value => value > 0) ? 'log' : 'deviation'
  const past = stable.flatMap(each => [...each.values.subarray(0, steps)]).filter(value => !Number.isNaN(value))
  const deviation = standardDeviation(past.length > 1 ? past : seen) || 1
  const differences = stable.map(pod => differencesOf(pod, stable, steps, scale, deviation))
  const usable = differences.filter(each => each.filter(value => !Number.isNaN(value)).length >= 10)
  if (usable.length < 2) return { ...prior(scale, deviation), pods: stable.length }
  const means = usable.map(meanOf)
  const demeaned = usable.map((each, index) => each.map(value => value - (means[index] ?? 0)))
  const points = mean(demeaned.map(each => each.filter(value => !Number.isNaN(value)).length))
  const raw = autocorrelationOf(demeaned)
  const autocorrelation = Math.min(largestAutocorrelation, Math.max(0, raw + (1 + 3 * raw) / points))
  const count = usable.length
  const ownShare = 1 + 1 / (count - 1)
  const innovationVariance = innovationsOf(demeaned, autocorrelation) / ownShare
  const noise = (innovationVariance * ownShare) / (1 - autocorrelation) ** 2 / points
  const center = mean(means)
  const variance = means.reduce((total, each) => total + (each - center) ** 2, 0) / (count - 1)
  const between = Math.max(0, variance - noise) / ownShare
  const degrees = priorDegrees + count - 1
  const podSpread = Math.sqrt((priorDegrees * priorSpread ** 2 + (count - 1) * between) / degrees)
  const shrink = Math.sqrt(between / (between + noise / ownShare || 1)) / ownShare
  const podEffects = means.map(each => (each - center) * shrink)
  return {
    scale,
    deviation,
    autocorrelation,
    innovationVariance,
    podSpread,
    degrees,
    podEffects,
    pods: count,
    source: 'lookback',
  }
}

/** Variance of one whitened difference between arms of m and n pods. */
export function whitenedVariance(
  { innovationVariance, autocorrelation }: GaugeCalibration,
  canaryPods: number,
  stablePods: number,
): number {
  return (innovationVariance * (1 / canaryPods + 1 / stablePods)) / (1 - autocorrelation) ** 2
}

/** The difference of two arms' levels on the calibration's scale. */
export function levelDifference(
  canary: number,
  stable: number,
  { scale, deviation }: Pick<GaugeCalibration, 'scale' | 'deviation'>,
): number {
  return scale === 'log' ? Math.log(canary / stable) : (canary - stable) / deviation
}

/** Without a past: noise of a tenth, rather persistent. */
const prior = (scale: GaugeCalibration['scale'], deviation: number): GaugeCalibration => ({
  scale,
  deviation,
  autocorrelation: 0.7,
  innovationVariance: scale === 'log' ? 0.1 ** 2 : 1,
  podSpread: scale === 'log' ? priorSpread : 0.5,
  degrees: priorDegrees,
  podEffects: [],
  pods: 0,
  source: 'prior',
})

function differencesOf(
  pod: PodValues,
  stable: readonly PodValues[],
  steps: number,
  scale: GaugeCalibration['scale'],
  deviation: number,
): number[] {
  return Array.from({ length: steps }, (_, t) => {
    let sum = 0
    let count = 0
    for (const other of stable) {
      const value = other.values[t] as number
      if (other === pod || Number.isNaN(value)) continue
      sum += value
      count++
    }
    const own = pod.values[t] as number
    return count === 0 || Number.isNaN(own) ? Number.NaN : levelDifference(own, sum / count, { scale, deviation })
  })
}

/** Pooled least squares over the pods. */
function autocorrelationOf(series: readonly number[][]): number {
  let [product, square] = [0, 0]
  eachPair(series, (before, now) => {
    product += before * now
    square += before * before
  })
  return square > 0 ? product / square : 0
}

function innovationsOf(series: readonly number[][], autocorrelation: number): number {
  let [square, count] = [0, 0]
  eachPair(series, (before, now) => {
    square += (now - autocorrelation * before) ** 2
    count++
  })
  // a gauge that never moves still gets a grain of noise, or any change would be proof
  return Math.max(count > 0 ? square / count : 0, 1e-6)
}

function eachPair(series: readonly number[][], act: (before: number, now: number) => void): void {
  for (const values of series)
    for (let t = 1; t < values.length; t++) {
      const [before, now] = [values[t - 1] as number, values[t] as number]
      if (!Number.isNaN(before) && !Number.isNaN(now)) act(before, now)
    }
}

const meanOf = (values: readonly number[]) => mean(values.filter(value => !Number.isNaN(value)))

function standardDeviation(values: readonly number[]): number {
  const center = mean(values)
  return Math.sqrt(values.reduce((total, each) => total + (each - center) ** 2, 0) / Math.max(1, values.length - 1))
}
