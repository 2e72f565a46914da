/** Smallest and largest ratio canary/stable that is thought of. */
const lowest = Math.log(1 / 6)
const highest = Math.log(32)
const step = 0.06

/**
 * The log effects x = log(canary/stable) that every metric is judged over (verify-engine 4.1): 89 points from log(1/6) in
 * steps of 0.06.
 */
export const effectGrid: Float64Array = Float64Array.from(
  { length: Math.round((highest - lowest) / step) + 1 },
  (_, index) => lowest + index * step,
)

/** Log weights over the grid that sum to one; -Infinity where there is none. */
export function normalizedLogWeights(weight: (x: number) => number): Float64Array {
  const weights = effectGrid.map(weight)
  const total = weights.reduce((sum, each) => sum + each, 0)
  return weights.map(each => Math.log(each / total))
}

/** log of the sum of exp(weight + likelihood) over the grid. */
export function logMixture(logWeights: Float64Array, logLikelihood: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY
  for (let j = 0; j < logWeights.length; j++)
    largest = Math.max(largest, (logWeights[j] as number) + (logLikelihood[j] as number))
  if (largest === Number.NEGATIVE_INFINITY) return largest
  let sum = 0
  for (let j = 0; j < logWeights.length; j++)
    sum += Math.exp((logWeights[j] as number) + (logLikelihood[j] as number) - largest)
  return largest + Math.log(sum)
}
