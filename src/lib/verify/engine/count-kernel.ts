import { effectGrid } from './effect-grid.ts'

/** Events and exposures of one step: requests for errors, ready pod-seconds for restarts. */
export interface CountStep {
  canaryEvents: number
  stableEvents: number
  canaryExposure: number
  stableExposure: number
}

/**
 * Log likelihood of the split of a step's events between the arms when the canary's rate is exp(x) times the stable one's,
 * relative to that of no difference (verify-engine 4.2, formula A). What both arms share, such as the load, cancels.
 *
 * @param eta 1 / dispersion, in (0, 1]
 */
export function countLogLikelihood(step: CountStep, x: number, eta: number): number {
  const { canaryEvents, stableEvents, canaryExposure, stableExposure } = step
  const total = canaryExposure + stableExposure
  // log((e^x c + s) / (c + s)), exact also for a canary with hardly any traffic
  const shift = Math.log1p((Math.expm1(x) * canaryExposure) / total)
  return eta * (canaryEvents * x - (canaryEvents + stableEvents) * shift)
}

/** Adds a step to the log likelihood of every effect of the grid. */
export function addCounts(logLikelihood: Float64Array, step: CountStep, eta: number): void {
  for (let j = 0; j < effectGrid.length; j++)
    logLikelihood[j] = (logLikelihood[j] as number) + countLogLikelihood(step, effectGrid[j] as number, eta)
}
