import { countLogLikelihood } from '../engine/count-kernel.ts'
import { effectGrid } from '../engine/effect-grid.ts'

/** What both arms had in a step: requests if they are known, else Ready pod-seconds. */
export interface ArmExposure {
  canary: number
  stable: number
}

/** The first occurrence of a template, in the arm that had it first. */
export interface Birth {
  template: string
  /** share of the canary: 1 or 0, in between when both had it in the same step and no times tell which was first */
  canaryShare: number
  /** undefined when more than one pod had it */
  pod: string | undefined
  timeMs: number
}

interface Counted {
  templates: Set<string>
  pod: string | undefined
  timeMs: number
  contribution: Float64Array
}

/** New templates of one pod within this are one event: one trace is one birth. */
const sameEventMs = 1000

/**
 * Templates that were never seen before, as one stream of events: without a difference each is the canary's with the
 * probability of its share of the exposure (verify-engine 3.3). One stream, so that their number needs no correction. A share
 * between 0 and 1 is the mean of the label given the step's counts: by Jensen the e-process stays one.
 */
export class LogBirths {
  readonly logLikelihood = new Float64Array(effectGrid.length)
  readonly #counted: Counted[] = []

  get events(): number {
    return this.#counted.length
  }

  add({ template, canaryShare, pod, timeMs }: Birth, exposure: ArmExposure): void {
    const recent =
      pod === undefined
        ? undefined
        : this.#counted.findLast(each => each.pod === pod && timeMs - each.timeMs < sameEventMs)
    if (recent) {
      recent.templates.add(template)
      return
    }
    const step = {
      canaryEvents: canaryShare,
      stableEvents: 1 - canaryShare,
      canaryExposure: exposure.canary,
      stableExposure: exposure.stable,
    }
    const contribution = effectGrid.map(x => countLogLikelihood(step, x, 1))
    this.#counted.push({ templates: new Set([template]), pod, timeMs, contribution })
    this.#apply(contribution, 1)
  }

  /** The template turned out to be a case of an older one, or to be ignored: it was no birth. */
  withdraw(template: string): void {
    const index = this.#counted.findIndex(each => each.templates.has(template))
    const counted = this.#counted[index]
    if (!counted) return
    counted.templates.delete(template)
    if (counted.templates.size > 0) return
    this.#counted.splice(index, 1)
    this.#apply(counted.contribution, -1)
  }

  /** The template goes by another name. */
  rename(from: string, to: string): void {
    for (const { templates } of this.#counted) if (templates.delete(from)) templates.add(to)
  }

  #apply(contribution: Float64Array, sign: 1 | -1): void {
    for (let j = 0; j < contribution.length; j++)
      this.logLikelihood[j] = (this.logLikelihood[j] as number) + sign * (contribution[j] as number)
  }
}
