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
