import { effectGrid } from './effect-grid.ts'
import { drawnDifferences, type EffectPrior, type EffectWeights, effectWeights } from './effect-prior.ts'
import { type Effect, type Evidence, effectOf, evidenceOf } from './evidence.ts'
import type { StartTime } from './start-times.ts'

/** One question about one metric: the requests above one edge, or one direction of a gauge. */
export interface Comparison {
  /** log likelihood over the grid, of each start time */
  logLikelihoods(): readonly Float64Array[]
  prior(): EffectPrior
  /** nats against no difference that a canary with each effect of the grid would have given by now */
  information(): Float64Array
  /** whether there is enough to judge at all */
  isSufficient(): boolean
  /** steps in which both arms had data */
  readonly steps: number
}

export interface Limits {
  /** log theta0 and log theta1 */
  logTolerance: number
  logPassWithin: number
}

/** Evidence of a comparison now. */
export function weigh(
  comparison: Comparison,
  starts: readonly StartTime[],
  step: number,
  { logTolerance, logPassWithin }: Limits,
): Evidence {
  const weights = cachedWeights(comparison.prior(), logTolerance, logPassWithin)
  return evidenceOf(comparison.logLikelihoods(), starts, step, weights)
}

/** Weights of the last few priors: they hardly change from step to step. */
const recent = new Map<string, EffectWeights>()
const mostRecent = 256

function cachedWeights(prior: EffectPrior, logTolerance: number, logPassWithin: number): EffectWeights {
  const omega = Number(prior.omega.toPrecision(3))
  const key = [omega, prior.degrees, logTolerance, logPassWithin, ...prior.drawn].join(' ')
  const known = recent.get(key)
  if (known) return known
  const weights = effectWeights({ ...prior, omega }, logTolerance, logPassWithin)
  if (recent.size >= mostRecent) recent.clear()
  recent.set(key, weights)
  return weights
}

/** The likeliest effect so far, with its interval. */
export function estimate(comparison: Comparison, alpha: number): Effect {
  const [first = new Float64Array(effectGrid.length)] = comparison.logLikelihoods()
  return effectOf(first, alpha)
}

/** How an arm difference by chance is spread, of arms that are worth so many pods. */
export function armPrior(
  spread: { podSpread: number; degrees: number; podEffects: readonly number[] },
  canaryPods: number,
  stablePods: number,
  sign: 1 | -1,
): EffectPrior {
  const drawn = drawnDifferences(spread.podEffects, canaryPods, stablePods)
  return {
    omega: spread.podSpread * Math.sqrt(1 / canaryPods + 1 / stablePods),
    degrees: spread.degrees,
    drawn: sign === 1 ? drawn : drawn.map(each => -each),
  }
}
