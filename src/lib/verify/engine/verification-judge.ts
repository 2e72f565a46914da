import type { MetricData } from '../align/metric-data.ts'
import type { Settings } from '../spec/settings.ts'
import { smallestDetectable } from './detectable.ts'
import { Guard } from './guards.ts'
import { MetricJudge, type MetricStep } from './metric-judge.ts'

export type Verdict = 'Healthy' | 'MediumHealthy' | 'Unhealthy' | 'Inconclusive' | 'NoAnalysis'

/** Why a verdict stands: an alarm, every required metric proven, or no alarm in a run that could have given one. */
export type Basis = 'alarm' | 'guard' | 'proven' | 'no-alarm' | 'no-power' | 'no-data'

export interface Judgement {
  verdict: Verdict
  basis: Basis
  /** the step at which it was decided */
  step: number
  /** before the window ended, since everything was proven */
  early: boolean
  /** metrics (or guards) that decided it */
  decidedBy: string[]
  metrics: MetricStep[]
}

export interface StepJudgement {
  step: number
  metrics: MetricStep[]
  /** log of the mixed e-value that is compared with 1/alpha */
  evidence: number
  /** no later step changes it */
  final?: Judgement
}

/**
 * Judges a canary step by step (verify-engine 4.8). Whatever the number of looks, a canary that is no different fails with
 * a probability of at most alpha, and one within the tolerance is Unhealthy with at most alpha' per metric. Verdicts latch.
 */
export class VerificationJudge {
  readonly settings: Settings
  readonly metrics: MetricJudge[]
  readonly #guards: Guard[]
  #mediumSince: { step: number; decidedBy: string[] } | undefined

  /** @param data what is known at step 0, in the order of the metrics; it calibrates */
  constructor(settings: Settings, data: readonly MetricData[]) {
    this.settings = settings
    this.metrics = settings.metrics.map((metric, index) => new MetricJudge(metric, settings, data[index] as MetricData))
    this.#guards = settings.guards.map(spec => new Guard(spec))
  }

  /**
   * Takes in the next step and judges it. Steps are given once each and in order.
   *
   * @param data of the metrics in their order, known up to this step
   */
  advance(data: readonly MetricData[], step: number): StepJudgement {
    for (const [index, metric] of this.metrics.entries()) metric.add(data[index] as MetricData, step)
    const metrics = this.metrics.map(each => each.at(step))
    const evidence = this.#mixed(metrics)
    const hit = this.#guards.filter(guard => {
      const index = this.settings.metrics.findIndex(each => each.name === guard.spec.metric)
      return index >= 0 && guard.add(data[index] as MetricData, step)
    })
    const at = { step, metrics, evidence }
    if (hit.length > 0) {
      const decidedBy = hit.map(each => each.spec.metric)
      return { ...at, final: { verdict: 'Unhealthy', basis: 'guard', step, early: false, decidedBy, metrics } }
    }
    const alarm = this.#alarm(metrics, evidence)
    if (alarm?.verdict === 'Unhealthy') {
      const { decidedBy } = alarm
      return { ...at, final: { verdict: 'Unhealthy', basis: 'alarm', step, early: false, decidedBy, metrics } }
    }
    if (alarm) this.#mediumSince ??= { step, decidedBy: alarm.decidedBy }
    const final = this.#mediumSince ? this.#mediumFinal(metrics) : this.#earlyPass(step, metrics)
    return final ? { ...at, final } : at
  }

  /** The verdict when the window ends at this step without one. */
  conclude(step: number): Judgement {
    const metrics = this.metrics.map(each => each.at(step))
    const because = (verdict: Verdict, basis: Basis, decidedBy: string[] = []): Judgement => ({
      verdict,
      basis,
      step,
      early: false,
      decidedBy,
      metrics,
    })
    if (this.#mediumSince)
      return { ...because('MediumHealthy', 'alarm', this.#mediumSince.decidedBy), step: this.#mediumSince.step }
    const missing = this.#withoutData(metrics)
    if (missing.length > 0 || metrics.length === 0) return because('NoAnalysis', 'no-data', missing)
    const required = metrics.filter(each => each.required)
    if (required.length > 0 && required.every(each => each.isProven)) return because('Healthy', 'proven')
    const blind = this.metrics.filter((each, index) => this.#isBlind(each, metrics[index] as MetricStep))
    if (blind.length > 0)
      return because(
        'Inconclusive',
        'no-power',
        blind.map(each => each.settings.name),
      )
    return because('Healthy', 'no-alarm')
  }

  /** Metrics that had to have data and had none: a verdict that cannot know is no pass. */
  #withoutData(metrics: readonly MetricStep[]): string[] {
    const without = metrics.filter(each => each.status === 'NoData' || each.status === 'NoAnalysis')
    if (without.length === metrics.length) return without.map(each => each.name)
    if (!this.settings.failIfAnyMetricInNoAnalysis) return []
    return without.filter(({ name }) => !this.#isOptional(name)).map(each => each.name)
  }

  #isOptional(name: string): boolean {
    return this.settings.metrics.find(each => each.name === name)?.optional ?? false
  }

  #isBlind(judge: MetricJudge, { status, isProven }: MetricStep): boolean {
    const { mustDetect, optional, name } = judge.settings
    if (status === 'NoData' || status === 'NoAnalysis') return false
    if (status === 'Insufficient') return !optional && !this.#isOptional(name)
    if (mustDetect === undefined || isProven) return false
    const detectable = smallestDetectable(judge, this.settings.falseAlarmRate)
    return detectable === undefined || detectable > mustDetect
  }

  /** log of sum a_k E1_k. */
  #mixed(metrics: readonly MetricStep[]): number {
    const sum = metrics.reduce(
      (total, { evidence }, index) => total + this.#weight(index) * Math.exp(evidence.difference),
      0,
    )
    return Math.log(sum)
  }

  #weight(index: number): number {
    return this.settings.metrics[index]?.weight ?? 0
  }

  #alarm(
    metrics: readonly MetricStep[],
    evidence: number,
  ): { verdict: 'Unhealthy' | 'MediumHealthy'; decidedBy: string[] } | undefined {
    if (evidence < -Math.log(this.settings.falseAlarmRate)) return undefined
    const weighted = metrics.map(({ evidence: own }, index) => own.difference + Math.log(this.#weight(index)))
    const most = weighted.indexOf(Math.max(...weighted))
    const strongest = metrics[most] as MetricStep
    const { toleranceAlarmRate } = this.settings.metrics[most] as { toleranceAlarmRate: number }
    const isBeyond = strongest.evidence.beyondTolerance >= -Math.log(toleranceAlarmRate)
    return { verdict: isBeyond ? 'Unhealthy' : 'MediumHealthy', decidedBy: [strongest.name] }
  }

  /** Where the sensitivity fails on it, there is nothing to wait for. */
  #mediumFinal(metrics: MetricStep[]): Judgement | undefined {
    if (this.settings.sensitivity !== 'High' || !this.#mediumSince) return undefined
    const { step, decidedBy } = this.#mediumSince
    return { verdict: 'MediumHealthy', basis: 'alarm', step, early: false, decidedBy, metrics }
  }

  #earlyPass(step: number, metrics: MetricStep[]): Judgement | undefined {
    const { earlyPass, minDurationSteps, durationSteps } = this.settings
    if (!earlyPass || step < minDurationSteps || step >= durationSteps) return undefined
    const required = metrics.filter(each => each.required)
    const isKnown = metrics.every(each => each.status === 'OK' || this.#isOptional(each.name))
    if (required.length === 0 || !isKnown || !required.every(each => each.isProven)) return undefined
    return { verdict: 'Healthy', basis: 'proven', step, early: true, decidedBy: [], metrics }
  }
}
