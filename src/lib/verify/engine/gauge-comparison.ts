import type { PodValues } from '../align/metric-data.ts'
import { type GaugeCalibration, levelDifference, whitenedVariance } from '../calibrate/gauge-calibration.ts'
import { addExposure, effectivePods, newExposures } from './arm-sizes.ts'
import { armPrior, type Comparison } from './comparison.ts'
import { effectGrid } from './effect-grid.ts'
import type { EffectPrior } from './effect-prior.ts'
import type { StartTime } from './start-times.ts'

/** The lookback's variance is worth so many observations. */
const varianceDegrees = 60
/** with this many stable pods their median is the level of the arm */
const medianFrom = 5
const leastPoints = 8

interface Sums {
  count: number
  sum: number
  squares: number
}

/** Levels of a gauge in the two arms, by their whitened difference (verify-engine 4.4, formula B). */
export class GaugeComparison implements Comparison {
  readonly #sign: 1 | -1
  readonly #starts: readonly StartTime[]
  readonly #calibration: GaugeCalibration
  readonly #logTolerance: number
  readonly #sums: Sums[]
  readonly #exposures = newExposures()
  #variance = 0
  #before: { step: number; difference: number } | undefined

  /** @param sign -1 where lower is worse */
  constructor(sign: 1 | -1, starts: readonly StartTime[], calibration: GaugeCalibration, logTolerance: number) {
    this.#sign = sign
    this.#starts = starts
    this.#calibration = calibration
    this.#logTolerance = logTolerance
    this.#sums = starts.map(() => ({ count: 0, sum: 0, squares: 0 }))
  }

  /** @param at index of the step in the pods' arrays */
  add(pods: readonly PodValues[], at: number, step: number): void {
    const canary = valuesOf(pods, 'canary', at)
    const stable = valuesOf(pods, 'stable', at)
    if (canary.length === 0 || stable.length === 0) return
    for (const { pod, arm, values } of pods) if (!Number.isNaN(values[at])) addExposure(this.#exposures, arm, pod, 1)
    const difference = this.#sign * levelDifference(levelOf(canary), levelOf(stable), this.#calibration)
    const before = this.#before
    this.#before = Number.isFinite(difference) ? { step, difference } : undefined
    if (before?.step !== step - 1 || !this.#before) return
    const { autocorrelation } = this.#calibration
    this.#variance = whitenedVariance(this.#calibration, canary.length, stable.length)
    const limit = 4 * Math.sqrt(this.#variance) + this.#logTolerance
    const whitened = (difference - autocorrelation * before.difference) / (1 - autocorrelation)
    const clipped = Math.max(-limit, Math.min(limit, whitened))
    for (const [index, { step: start }] of this.#starts.entries()) {
      const sums = this.#sums[index]
      if (step <= start || !sums) continue
      sums.count++
      sums.sum += clipped
      sums.squares += clipped ** 2
    }
  }

  get steps(): number {
    return this.#sums[0]?.count ?? 0
  }

  logLikelihoods(): readonly Float64Array[] {
    return this.#sums.map(({ count, sum, squares }) =>
      effectGrid.map(x =>
        count === 0
          ? 0
          : (-(varianceDegrees + count) / 2) *
            Math.log(varianceDegrees * this.#variance + squares - 2 * x * sum + count * x ** 2),
      ),
    )
  }

  prior(): EffectPrior {
    const canary = effectivePods(this.#exposures, 'canary')
    const stable = effectivePods(this.#exposures, 'stable')
    return armPrior(this.#calibration, canary, stable, this.#sign)
  }

  information(): Float64Array {
    const { steps } = this
    return effectGrid.map(x =>
      this.#variance > 0
        ? ((varianceDegrees + steps) / 2) *
          Math.log1p((steps * x ** 2) / (varianceDegrees * this.#variance + steps * this.#variance))
        : 0,
    )
  }

  isSufficient(): boolean {
    return this.steps >= leastPoints
  }
}

const valuesOf = (pods: readonly PodValues[], arm: 'canary' | 'stable', at: number): number[] =>
  pods.filter(each => each.arm === arm && !Number.isNaN(each.values[at])).map(each => each.values[at] as number)

function levelOf(values: readonly number[]): number {
  if (values.length < medianFrom) return values.reduce((sum, each) => sum + each, 0) / values.length
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2
}
