import type { PodCounts } from '../align/counters.ts'
import type { MetricData, PodValues } from '../align/metric-data.ts'
import { type CountCalibration, calibrateCounts } from '../calibrate/count-calibration.ts'
import { calibrateGauge, type GaugeCalibration } from '../calibrate/gauge-calibration.ts'
import { type MetricSettings, type Settings, sensitivities } from '../spec/settings.ts'
import { type Comparison, estimate, type Limits, weigh } from './comparison.ts'
import { CountComparison } from './count-comparison.ts'
import { effectGrid } from './effect-grid.ts'
import { type Effect, type Evidence, noEvidence } from './evidence.ts'
import { GaugeComparison } from './gauge-comparison.ts'
import { type StartTime, startTimes } from './start-times.ts'

/** Whether a metric can be judged: NoData where the canary has none, NoAnalysis where there is nothing to compare with. */
export type MetricStatus = 'OK' | 'NoData' | 'NoAnalysis' | 'Insufficient'

/** Where a metric stands at a step. */
export interface MetricStep {
  name: string
  status: MetricStatus
  /** log e-values, mixed over the comparisons of the metric */
  evidence: Evidence
  /** of the comparison that says most */
  effect: Effect
  scale: 'log' | 'deviation'
  required: boolean
  /** proven to be within the limit of an early pass */
  isProven: boolean
}

/** Shares below this need not be proven, they must only not be in alarm (verify-engine 4.8). */
const rareShare = 0.01

type AnyComparison = { comparison: CountComparison | GaugeComparison; edge: number | undefined }

/** Place of an effect of about one half more in the grid. */
const noticeableEffect = effectGrid.findIndex(x => x >= Math.log(1.5))

/** All comparisons of one metric: one for each edge of a histogram and each direction that counts as bad. */
export class MetricJudge {
  readonly settings: MetricSettings
  readonly scale: 'log' | 'deviation'
  readonly calibrations: (CountCalibration | GaugeCalibration)[]
  readonly comparisons: AnyComparison[]
  readonly #starts: readonly StartTime[]
  readonly #falseAlarmRate: number
  readonly #limits: { tolerance: number; passWithin: number }
  readonly #seen = { canary: false, stable: false }

  /** Calibrates on the steps of the data before step 0, and on nothing later. */
  constructor(settings: MetricSettings, { stepSeconds, falseAlarmRate, sensitivity }: Settings, data: MetricData) {
    this.settings = settings
    this.#starts = startTimes(stepSeconds)
    this.#falseAlarmRate = falseAlarmRate
    const past = 1 - data.firstStep
    const signs: (1 | -1)[] = settings.direction === 'either' ? [1, -1] : [settings.direction === 'increase' ? 1 : -1]
    if (data.kind === 'gauge') {
      const calibration = calibrateGauge(data.pods, past)
      this.scale = calibration.scale
      const { signed } = sensitivities[sensitivity]
      // a tolerance of the file is one of ratios; without a ratio the sensitivity's deviations count
      this.#limits = this.scale === 'log' ? settings : { tolerance: Math.exp(signed), passWithin: Math.exp(2 * signed) }
      this.calibrations = [calibration]
      const logTolerance = Math.log(this.#limits.tolerance)
      this.comparisons = signs.map(sign => ({
        comparison: new GaugeComparison(sign, this.#starts, calibration, logTolerance),
        edge: undefined,
      }))
      return
    }
    this.scale = 'log'
    this.#limits = settings
    const edges = settings.kind === 'histogram' ? data.edges : [undefined]
    this.calibrations = edges.map((_, part) => calibrateCounts(data.pods, part, past))
    this.comparisons = edges.flatMap((edge, part) =>
      signs.map(sign => {
        const options = { part, swap: sign === -1, isShare: settings.kind !== 'counter' }
        const calibration = this.calibrations[part] as CountCalibration
        return { comparison: new CountComparison(options, this.#starts, calibration), edge }
      }),
    )
  }

  /** Takes in a step. */
  add(data: MetricData, step: number): void {
    const at = step - data.firstStep
    for (const { arm, ...pod } of data.pods as (PodCounts | PodValues)[]) {
      const value = 'values' in pod ? pod.values[at] : pod.exposure[at] || Number.NaN
      if (value !== undefined && !Number.isNaN(value)) this.#seen[arm] = true
    }
    for (const { comparison } of this.comparisons) {
      if (comparison instanceof CountComparison && data.kind === 'counts') comparison.add(data.pods, at, step)
      if (comparison instanceof GaugeComparison && data.kind === 'gauge') comparison.add(data.pods, at, step)
    }
  }

  /** What is known at a step. */
  at(step: number): MetricStep {
    const weighed = this.comparisons.map(({ comparison }) => ({
      comparison,
      // a handful of points is no evidence, however far they lie
      evidence: comparison.isSufficient()
        ? weigh(comparison, this.#starts, step, this.#limitsOf(comparison))
        : noEvidence,
    }))
    const toProve = weighed.filter(({ comparison }) => isFrequent(comparison))
    const withinLimit = toProve.length > 0 ? Math.min(...toProve.map(each => each.evidence.withinLimit)) : 0
    const required =
      this.settings.required ??
      (this.settings.kind !== 'gauge' && this.settings.kind !== 'counter' && toProve.length > 0)
    return {
      name: this.settings.name,
      status: this.#status(),
      evidence: {
        difference: logMean(weighed.map(each => each.evidence.difference)),
        beyondTolerance: logMean(weighed.map(each => each.evidence.beyondTolerance)),
        withinLimit,
      },
      effect: this.#shownEffect(weighed),
      scale: this.scale,
      required,
      isProven: toProve.length > 0 && withinLimit >= -Math.log(this.settings.falsePassRate) && !this.#neverPasses(),
    }
  }

  /** Of the comparison that speaks loudest when one speaks up, else of the one that knows most. */
  #shownEffect(weighed: readonly { comparison: Comparison; evidence: Evidence }[]): Effect {
    const loudness = weighed.map(each => each.evidence.difference)
    const knowledge = weighed.map(each => each.comparison.information()[noticeableEffect] as number)
    const scores = Math.max(...loudness) > Math.log(10) ? loudness : knowledge
    const shown = weighed[scores.indexOf(Math.max(...scores))]
    return shown ? estimate(shown.comparison, this.#falseAlarmRate) : { estimate: 0, low: 0, high: 0 }
  }

  /** An absolute difference below the floor is harmless: the limits of a ratio grow where its base is small. */
  #limitsOf(comparison: CountComparison | GaugeComparison): Limits {
    const { tolerance, passWithin } = this.#limits
    const { floor } = this.settings
    const base = comparison instanceof CountComparison ? comparison.stableShare : 0
    const least = floor > 0 && base > 0 ? 1 + floor / base : 1
    return { logTolerance: Math.log(Math.max(tolerance, least)), logPassWithin: Math.log(Math.max(passWithin, least)) }
  }

  /** A leak has not shown itself yet when a run could pass early. */
  #neverPasses(): boolean {
    return this.settings.kind === 'gauge' && /mem|heap|rss|working_set/i.test(this.settings.name)
  }

  #status(): MetricStatus {
    if (!this.#seen.stable) return 'NoAnalysis'
    if (!this.#seen.canary) return 'NoData'
    return this.comparisons.some(({ comparison }) => comparison.isSufficient()) ? 'OK' : 'Insufficient'
  }
}

/** Not provably rarer than what has to be proven. */
function isFrequent(comparison: Comparison): boolean {
  if (!(comparison instanceof CountComparison)) return true
  const { events, exposure } = comparison
  if (!(exposure.stable > 0)) return false
  return (events.stable + 3 * Math.sqrt(events.stable + 1)) / exposure.stable >= rareShare
}

function logMean(logs: readonly number[]): number {
  if (logs.length === 0) return noEvidence.difference
  const most = Math.max(...logs)
  return most + Math.log(logs.reduce((sum, each) => sum + Math.exp(each - most), 0) / logs.length)
}
