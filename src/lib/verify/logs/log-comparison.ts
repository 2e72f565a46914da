import { addExposure, effectivePods, newExposures } from '../engine/arm-sizes.ts'
import { armPrior } from '../engine/comparison.ts'
import { type EffectWeights, effectWeights } from '../engine/effect-prior.ts'
import { type Evidence, evidenceOf } from '../engine/evidence.ts'
import type { Arm } from '../recording/recording.ts'
import { type ArmExposure, type Birth, LogBirths } from './log-births.ts'
import { LogDispersion } from './log-dispersion.ts'
import { LogFrequencies } from './log-frequencies.ts'
import { healthOf, type LogHealth, type LogLabel, type LogRisk, labelOf, worstHealth } from './log-labels.ts'

export interface LogComparisonOptions {
  /** log theta0 and log theta1 */
  logTolerance: number
  logPassWithin: number
  /** templates of the lookback or of a saved baseline: they are no births */
  known?: Iterable<string>
  feedback?: ReadonlyMap<string, LogRisk>
  /** of a template's counts, from the lookback */
  dispersion?: (template: string) => number
  spread?: { podSpread: number; degrees: number; podEffects: readonly number[] }
  /** for times of lines that have none */
  stepMs?: number
}

/** Lines of one template in one pod and step. */
export interface LogOccurrence {
  template: string
  pod: string
  count: number
  /** of the first of them */
  timeMs?: number
}

/** One step, with the occurrences of templates that are severe enough to count. */
export interface LogStep {
  step: number
  pods: readonly { pod: string; arm: Arm; exposure: number }[]
  occurrences: readonly LogOccurrence[]
}

export interface LogEvidence {
  /** log of half E_birth and half E_freq, compared with 1/alpha */
  difference: number
  /** of what has most of it: all births, or one template */
  beyondTolerance: number
  births: number
  decidedBy: 'births' | { template: string }
  /** by feedback alone: a template of the canary that people call a risk */
  feedback: LogHealth
}

export interface LabelledTemplate {
  template: string
  label: LogLabel
  health: LogHealth
  canary: number
  stable: number
  evidence: Evidence
}

interface Seen {
  /** of first appearance */
  order: number
  canary: number
  stable: number
  isKnown: boolean
}

const priorSpread = { podSpread: 0.08, degrees: 6, podEffects: [] }
const priorDispersion = 1.5
const start = [{ step: 0, weight: 1 }]

/** Log templates of the canary against those of the stable pods: new ones, and more frequent ones (verify-engine 3.3). */
export class LogComparison {
  readonly #options: LogComparisonOptions
  readonly #births = new LogBirths()
  readonly #frequencies = new LogFrequencies()
  readonly #dispersion = new LogDispersion()
  /** templates that have become cases of others, also before they were seen here */
  readonly #merged = new Map<string, string>()
  readonly #seen = new Map<string, Seen>()
  readonly #known: Set<string>
  readonly #exposures = newExposures()
  #hasBaseline: boolean
  #appeared = 0
  #weights: { omega: number; weights: EffectWeights } | undefined

  constructor(options: LogComparisonOptions) {
    this.#options = options
    this.#known = new Set(options.known ?? [])
    this.#hasBaseline = this.#known.size > 0
  }

  /** Takes in the next step; without exposure in either arm it only tells what is known. */
  add({ step, pods, occurrences }: LogStep): void {
    const arms = new Map(pods.map(({ pod, arm }) => [pod, arm]))
    const exposure: ArmExposure = { canary: 0, stable: 0 }
    for (const each of pods) {
      exposure[each.arm] += each.exposure
      if (each.exposure > 0) addExposure(this.#exposures, each.arm, each.pod, each.exposure)
    }
    const isComparable = exposure.canary > 0 && exposure.stable > 0
    if (exposure.stable > 0) this.#hasBaseline = true
    for (const [template, those] of this.#byTemplate(occurrences.filter(each => arms.has(each.pod)))) {
      const counts: ArmExposure = { canary: 0, stable: 0 }
      for (const { pod, count } of those) counts[arms.get(pod) as Arm] += count
      const seen = this.#seen.get(template)
      if (seen) {
        seen.canary += counts.canary
        seen.stable += counts.stable
        if (isComparable) this.#count(template, counts, exposure)
        this.#dispersion.add(template, countsByPod(those.filter(({ pod }) => arms.get(pod) === 'stable')))
        continue
      }
      // the first step is before its e-process begins, and may be the canary's alone
      this.#dispersion.add(template, countsByPod(those))
      const isKnown = this.#known.has(template)
      this.#seen.set(template, { order: this.#appeared++, ...counts, isKnown })
      const risk = this.#options.feedback?.get(template)
      if (risk === 'ignore') continue
      if (isComparable && !isKnown) this.#births.add(this.#birth(template, those, arms, counts, step), exposure)
      if (risk !== 'ignoreFrequency') this.#frequencies.begin(template)
    }
    this.#dispersion.endStep(pods.filter(each => each.exposure > 0).length)
  }

  #count(template: string, counts: ArmExposure, exposure: ArmExposure): void {
    const known = this.#options.dispersion?.(template) ?? priorDispersion
    const dispersion = Math.max(known, this.#dispersion.of(template))
    this.#frequencies.add(
      template,
      {
        canaryEvents: counts.canary,
        stableEvents: counts.stable,
        canaryExposure: exposure.canary,
        stableExposure: exposure.stable,
      },
      dispersion,
    )
  }

  #birth(
    template: string,
    those: readonly LogOccurrence[],
    arms: ReadonlyMap<string, Arm>,
    counts: ArmExposure,
    step: number,
  ): Birth {
    const stepTimeMs = step * (this.#options.stepMs ?? 15_000)
    const pods = new Set(those.map(({ pod }) => pod))
    const isTimed = those.every(each => each.timeMs !== undefined)
    const first = those.reduce((one, other) => ((other.timeMs ?? 0) < (one.timeMs ?? 0) ? other : one))
    if (isTimed || pods.size === 1) {
      const canaryShare = arms.get(first.pod) === 'canary' ? 1 : 0
      return { template, canaryShare, pod: first.pod, timeMs: first.timeMs ?? stepTimeMs }
    }
    const canaryShare = counts.canary / (counts.canary + counts.stable)
    return { template, canaryShare, pod: undefined, timeMs: stepTimeMs }
  }

  /** The miner made a template a case of another: what was counted for it is that one's, and an older one is no birth. */
  merge(from: string, into: string): void {
    if (from === into) return
    this.#merged.set(from, into)
    this.#merged.delete(into)
    this.#dispersion.merge(from, into)
    if (this.#known.has(from)) this.#known.add(into)
    const absorbed = this.#seen.get(from)
    if (!absorbed) return
    this.#seen.delete(from)
    const target = this.#seen.get(into)
    this.#frequencies.merge(from, into)
    if (!target) {
      this.#seen.set(into, { ...absorbed, isKnown: absorbed.isKnown || this.#known.has(into) })
      if (this.#known.has(into)) this.#births.withdraw(from)
      else this.#births.rename(from, into)
      return
    }
    target.canary += absorbed.canary
    target.stable += absorbed.stable
    target.isKnown ||= absorbed.isKnown
    // of the two births the first stays, unless one of them is none
    const isOlder = absorbed.order < target.order
    target.order = Math.min(target.order, absorbed.order)
    if (target.isKnown || isOlder) this.#births.withdraw(into)
    if (target.isKnown || !isOlder) this.#births.withdraw(from)
    else this.#births.rename(from, into)
  }

  /** Everything that has been seen by now, for the decision. */
  evidence(): LogEvidence {
    const weights = this.#effectWeights()
    const births = evidenceOf([this.#births.logLikelihood], start, 1, weights)
    const { difference, strongest } = this.#frequencies.mixed(weights)
    const isBirths = births.difference >= difference || strongest === undefined
    return {
      difference: Math.log(0.5 * Math.exp(births.difference) + 0.5 * Math.exp(difference)),
      beyondTolerance: isBirths ? births.beyondTolerance : strongest.evidence.beyondTolerance,
      births: this.#births.events,
      decidedBy: isBirths ? 'births' : { template: strongest.template },
      feedback: worstHealth(this.#judgedByPeople()),
    }
  }

  *#judgedByPeople(): Generator<LogHealth> {
    for (const [template, { canary }] of this.#seen) {
      const risk = this.#options.feedback?.get(template)
      if (canary > 0 && (risk === 'high' || risk === 'medium')) yield healthOf('Known', risk)
    }
  }

  /** Every template with its label, in the order of appearance; their worst health is the verdict of `rule: harness`. */
  labels(): LabelledTemplate[] {
    const weights = this.#effectWeights()
    return [...this.#seen].map(([template, { canary, stable, isKnown }]) => {
      const evidence = this.#frequencies.evidence(template, weights)
      const hasBaseline = this.#hasBaseline
      const label = labelOf({ canary, stable, isKnown, hasBaseline, evidence: evidence.difference })
      return {
        template,
        label,
        health: healthOf(label, this.#options.feedback?.get(template)),
        canary,
        stable,
        evidence,
      }
    })
  }

  /** New ones only when the arms' sizes have changed by more than a percent or so. */
  #effectWeights(): EffectWeights {
    const { logTolerance, logPassWithin, spread = priorSpread } = this.#options
    const canary = effectivePods(this.#exposures, 'canary')
    const stable = effectivePods(this.#exposures, 'stable')
    const prior = armPrior(spread, canary, stable, 1)
    const omega = Number(prior.omega.toPrecision(2))
    if (this.#weights?.omega !== omega)
      this.#weights = { omega, weights: effectWeights({ ...prior, omega }, logTolerance, logPassWithin) }
    return this.#weights.weights
  }

  #byTemplate(occurrences: readonly LogOccurrence[]): Map<string, LogOccurrence[]> {
    const templates = new Map<string, LogOccurrence[]>()
    for (const each of occurrences) {
      const template = this.#current(each.template)
      const those = templates.get(template)
      if (those) those.push(each)
      else templates.set(template, [each])
    }
    return templates
  }

  #current(template: string): string {
    let current = template
    for (let next = this.#merged.get(current); next !== undefined; next = this.#merged.get(current)) current = next
    return current
  }
}

function countsByPod(occurrences: readonly LogOccurrence[]): number[] {
  const counts = new Map<string, number>()
  for (const { pod, count } of occurrences) counts.set(pod, (counts.get(pod) ?? 0) + count)
  return [...counts.values()]
}
