import type { PodCounts } from '../align/counters.ts'
import type { CountCalibration } from '../calibrate/count-calibration.ts'
import { addExposure, effectivePods, newExposures } from './arm-sizes.ts'
import { armPrior, type Comparison } from './comparison.ts'
import { addCounts, type CountStep } from './count-kernel.ts'
import { effectGrid } from './effect-grid.ts'
import type { EffectPrior } from './effect-prior.ts'
import type { StartTime } from './start-times.ts'

/** Fewer requests (or events) of the canary than this are no sample. */
const leastExposure = 20
/** the rate of the last few minutes counts for the dispersion */
const rateMemory = 0.95

export interface CountComparisonOptions {
  /** which of the pods' events */
  part: number
  /** lower is worse: the arms change places */
  swap: boolean
  /** exposures are requests; otherwise the least sample is one of events and time */
  isShare: boolean
}

/** Events of the canary against those of the stable pods, by the split between the arms. */
export class CountComparison implements Comparison {
  steps = 0
  readonly events = { canary: 0, stable: 0 }
  readonly exposure = { canary: 0, stable: 0 }
  readonly #options: CountComparisonOptions
  readonly #starts: readonly StartTime[]
  readonly #calibration: CountCalibration
  readonly #logLikelihoods: Float64Array[]
  readonly #information = new Float64Array(effectGrid.length)
  readonly #exposures = newExposures()
  #recentEvents = 0
  #recentExposure = 0

  constructor(options: CountComparisonOptions, starts: readonly StartTime[], calibration: CountCalibration) {
    this.#options = options
    this.#starts = starts
    this.#calibration = calibration
    this.#logLikelihoods = starts.map(() => new Float64Array(effectGrid.length))
  }

  /**
   * Takes in a step; one without exposure in either arm says nothing.
   *
   * @param at index of the step in the pods' arrays
   */
  add(pods: readonly PodCounts[], at: number, step: number): void {
    const { part, swap } = this.#options
    const counts: CountStep = { canaryEvents: 0, stableEvents: 0, canaryExposure: 0, stableExposure: 0 }
    let canaryPods = 0
    for (const { arm, exposure, events } of pods) {
      const own = exposure[at] as number
      if (!(own > 0)) continue
      if (arm === 'canary') canaryPods++
      counts[`${arm}Exposure`] += own
      counts[`${arm}Events`] += events[part]?.[at] ?? 0
    }
    if (!(counts.canaryExposure > 0) || !(counts.stableExposure > 0)) return
    for (const { pod, arm, exposure } of pods) {
      const own = exposure[at] as number
      if (own > 0) addExposure(this.#exposures, arm, pod, own)
    }
    const eta = 1 / this.#dispersion(counts, canaryPods)
    const shown = swap ? swapped(counts) : counts
    for (const [index, { step: start }] of this.#starts.entries()) {
      const logLikelihood = this.#logLikelihoods[index]
      if (step > start && logLikelihood) addCounts(logLikelihood, shown, eta)
    }
    this.#remember(counts)
    this.#inform(counts, eta)
  }

  /**
   * The dispersion was measured at the lookback's rate of events in a pod. What multiplies a rate grows with it, so it is
   * scaled to what a canary pod is to be expected to have in this step, by the rate of all pods now or in the last minutes,
   * whichever is higher (verify-engine 4.3 and 11). The sum over both arms may enter: given that, the split between them
   * is all that the likelihood is about.
   */
  #dispersion({ canaryEvents, stableEvents, canaryExposure, stableExposure }: CountStep, canaryPods: number): number {
    const { dispersion, eventsPerPodStep } = this.#calibration
    const [events, exposure] = [canaryEvents + stableEvents, canaryExposure + stableExposure]
    this.#recentEvents = rateMemory * this.#recentEvents + events
    this.#recentExposure = rateMemory * this.#recentExposure + exposure
    if (!(eventsPerPodStep > 0)) return dispersion
    const rate = Math.max(this.#recentEvents / this.#recentExposure, events / exposure)
    const growth = (rate * canaryExposure) / canaryPods / eventsPerPodStep
    return 1 + (dispersion - 1) * Math.min(25, Math.max(0.25, growth))
  }

  #remember(counts: CountStep): void {
    this.steps++
    this.events.canary += counts.canaryEvents
    this.events.stable += counts.stableEvents
    this.exposure.canary += counts.canaryExposure
    this.exposure.stable += counts.stableExposure
  }

  /** Expected log likelihood ratio of each effect against none, at the stable rate so far (verify-engine 4.11). */
  #inform({ canaryExposure, stableExposure }: CountStep, eta: number): void {
    const rate = (this.events.stable + 0.5) / this.exposure.stable
    const share = canaryExposure / (canaryExposure + stableExposure)
    for (let j = 0; j < effectGrid.length; j++) {
      const x = effectGrid[j] as number
      const effect = this.#options.swap ? Math.exp(-x) : Math.exp(x)
      const events = rate * (effect * canaryExposure + stableExposure)
      const canaryShare = (effect * share) / (effect * share + 1 - share)
      const divergence =
        canaryShare * Math.log(canaryShare / share) + (1 - canaryShare) * Math.log((1 - canaryShare) / (1 - share))
      this.#information[j] = (this.#information[j] as number) + eta * events * divergence
    }
  }

  logLikelihoods(): readonly Float64Array[] {
    return this.#logLikelihoods
  }

  prior(): EffectPrior {
    const canary = effectivePods(this.#exposures, 'canary')
    const stable = effectivePods(this.#exposures, 'stable')
    return armPrior(this.#calibration, canary, stable, this.#options.swap ? -1 : 1)
  }

  information(): Float64Array {
    return this.#information
  }

  isSufficient(): boolean {
    if (this.#options.isShare) return this.exposure.canary >= leastExposure
    return this.steps >= 8
  }

  /** Share of the stable requests that are events. */
  get stableShare(): number {
    return this.exposure.stable > 0 ? this.events.stable / this.exposure.stable : 0
  }
}

const swapped = (counts: CountStep): CountStep => ({
  canaryEvents: counts.stableEvents,
  stableEvents: counts.canaryEvents,
  canaryExposure: counts.stableExposure,
  stableExposure: counts.canaryExposure,
})
