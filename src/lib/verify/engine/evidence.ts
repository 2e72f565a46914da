import { effectGrid } from './effect-grid.ts'
import type { EffectWeights } from './effect-prior.ts'
import type { StartTime } from './start-times.ts'

/** log e-values of one comparison at one step. */
export interface Evidence {
  /** of a difference against none (E1) */
  difference: number
  /** of more than the tolerance against less (Et) */
  beyondTolerance: number
  /** of no difference against one that an early pass excludes (P) */
  withinLimit: number
}

export const noEvidence: Evidence = { difference: 0, beyondTolerance: 0, withinLimit: 0 }

/** Beyond this (e^300) the odds say nothing more, and doubles end. */
const largest = 300

/**
 * Weighs what has been seen since each start time (verify-engine 4.5 C and 4.6). A start time that has not come counts as
 * evidence of one.
 *
 * @param logLikelihoods over the grid, of each start time
 * @param step now
 */
export function evidenceOf(
  logLikelihoods: readonly Float64Array[],
  starts: readonly StartTime[],
  step: number,
  weights: EffectWeights,
): Evidence {
  let [difference, beyondTolerance, withinLimit] = [0, 0, 0]
  for (const [index, { step: start, weight }] of starts.entries()) {
    const logLikelihood = logLikelihoods[index]
    if (step <= start || !logLikelihood) {
      difference += weight
      beyondTolerance += weight
      continue
    }
    const likelihood = relativeLikelihood(logLikelihood)
    difference += weight * ratio(dot(weights.worse, likelihood), dot(weights.none, likelihood))
    beyondTolerance += weight * ratio(dot(weights.beyond, likelihood), dot(weights.tolerated, likelihood))
    if (index === 0) withinLimit = Math.log(ratio(dot(weights.near, likelihood), dot(weights.excluded, likelihood)))
  }
  return { difference: Math.log(difference), beyondTolerance: Math.log(beyondTolerance), withinLimit }
}

/** exp of the log likelihood relative to its largest. */
function relativeLikelihood(logLikelihood: Float64Array): Float64Array {
  const most = maximum(logLikelihood)
  return logLikelihood.map(each => Math.exp(each - most))
}

function dot(weights: Float64Array, values: Float64Array): number {
  let sum = 0
  for (let j = 0; j < weights.length; j++) sum += (weights[j] as number) * (values[j] as number)
  return sum
}

const cap = Math.exp(largest)

function ratio(numerator: number, denominator: number): number {
  if (denominator * cap <= numerator) return cap
  if (numerator * cap <= denominator) return 1 / cap
  return numerator / denominator
}

function maximum(values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY
  for (const each of values) if (each > most) most = each
  return most
}

export interface Effect {
  /** canary/stable; or in standard deviations, as the scale of the comparison is */
  estimate: number
  low: number
  high: number
}

/**
 * The likeliest log effect and its confidence sequence at level 1 - alpha: those effects that a flat mixture over the grid
 * does not refute (verify-engine 4.9). Valid at every step at once.
 */
export function effectOf(logLikelihood: Float64Array, alpha: number): Effect {
  const most = maximum(logLikelihood)
  const likelihood = relativeLikelihood(logLikelihood)
  const mean = likelihood.reduce((sum, each) => sum + each, 0) / likelihood.length
  const isIn = (j: number) => mean < (likelihood[j] as number) / alpha
  const inside = [...effectGrid.keys()].filter(isIn)
  const best = logLikelihood.indexOf(most)
  return {
    estimate: peak(logLikelihood, best),
    low: effectGrid[inside[0] ?? best] as number,
    high: effectGrid[inside.at(-1) ?? best] as number,
  }
}

/** The top of the parabola through the largest point of the grid and its neighbours. */
function peak(values: Float64Array, best: number): number {
  const x = effectGrid[best] as number
  const [left, middle, right] = [values[best - 1], values[best], values[best + 1]]
  if (left === undefined || middle === undefined || right === undefined) return x
  const bend = left - 2 * middle + right
  const width = (effectGrid[1] as number) - (effectGrid[0] as number)
  return bend < 0 ? x + (0.5 * width * (left - right)) / bend : x
}
