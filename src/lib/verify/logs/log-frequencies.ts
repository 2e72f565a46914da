import { addCounts, type CountStep } from '../engine/count-kernel.ts'
import { effectGrid } from '../engine/effect-grid.ts'
import type { EffectWeights } from '../engine/effect-prior.ts'
import { type Evidence, evidenceOf, noEvidence } from '../engine/evidence.ts'

interface Frequency {
  /** order of first appearance, from 1 */
  order: number
  logLikelihood: Float64Array
  /** of the weights that it was computed with; undefined when counts have come since */
  known?: { weights: EffectWeights; evidence: Evidence }
}

/** Weights fall with the square of the order: beyond this a template cannot decide, and is not followed. */
const mostFollowed = 1000
const start = [{ step: 0, weight: 1 }]

/**
 * How often each template occurs: an e-process each, that begins after its first occurrence, mixed with weights
 * v_i = 6 / (pi^2 i^2) by order of appearance; what is not begun counts as one (verify-engine 3.3).
 */
export class LogFrequencies {
  readonly #followed = new Map<string, Frequency>()
  #appeared = 0

  /** Begins to follow a template: its next step is the first that counts. */
  begin(template: string): void {
    this.#appeared++
    if (this.#followed.size >= mostFollowed || this.#followed.has(template)) return
    this.#followed.set(template, { order: this.#appeared, logLikelihood: new Float64Array(effectGrid.length) })
  }

  /** @param dispersion variance of its counts over that of independent lines, at least 1 */
  add(template: string, counts: CountStep, dispersion: number): void {
    const frequency = this.#followed.get(template)
    if (!frequency) return
    addCounts(frequency.logLikelihood, counts, 1 / dispersion)
    delete frequency.known
  }

  /**
   * The template turned out to be a case of another: counts enter the likelihood as sums, so they are added. The weight of
   * the one that is gone counts as not begun again.
   */
  merge(from: string, into: string): void {
    const absorbed = this.#followed.get(from)
    if (!absorbed) return
    this.#followed.delete(from)
    const target = this.#followed.get(into)
    if (!target) {
      this.#followed.set(into, absorbed)
      return
    }
    for (let j = 0; j < target.logLikelihood.length; j++)
      target.logLikelihood[j] = (target.logLikelihood[j] as number) + (absorbed.logLikelihood[j] as number)
    target.order = Math.min(target.order, absorbed.order)
    delete target.known
  }

  drop(template: string): void {
    this.#followed.delete(template)
  }

  evidence(template: string, weights: EffectWeights): Evidence {
    const frequency = this.#followed.get(template)
    return frequency ? evidenceWith(frequency, weights) : noEvidence
  }

  /** The mixture, and the template that has most of it. */
  mixed(weights: EffectWeights): { difference: number; strongest?: { template: string; evidence: Evidence } } {
    let [sum, begun, most] = [0, 0, 0]
    let strongest: { template: string; evidence: Evidence } | undefined
    for (const [template, frequency] of this.#followed) {
      const weight = 6 / (Math.PI * frequency.order) ** 2
      const evidence = evidenceWith(frequency, weights)
      const share = weight * Math.exp(evidence.difference)
      begun += weight
      sum += share
      if (share > most) {
        most = share
        strongest = { template, evidence }
      }
    }
    return { difference: Math.log(sum + 1 - begun), ...(strongest && { strongest }) }
  }
}

function evidenceWith(frequency: Frequency, weights: EffectWeights): Evidence {
  if (frequency.known?.weights !== weights)
    frequency.known = { weights, evidence: evidenceOf([frequency.logLikelihood], start, 1, weights) }
  return frequency.known.evidence
}
