import { normalQuantile } from './normal.ts'
import { zeroIn } from './zero-in.ts'

export interface ShiftInterval {
  low: number
  high: number
  /** Hodges-Lehmann: the shift of x against y at which the samples look alike */
  estimate: number
}

/** Ranks from 1, ties averaged, NaN as the largest. */
export function averageRanks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => compare(a.value, b.value))
  const ranks = new Array<number>(values.length).fill(0)
  for (let first = 0; first < order.length; ) {
    let end = first + 1
    while (end < order.length && compare(order[end]?.value ?? 0, order[first]?.value ?? 0) === 0) end++
    for (let at = first; at < end; at++) ranks[order[at]?.index ?? 0] = (first + 1 + end) / 2
    first = end
  }
  return ranks
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a - b
}

/** Absolute, as Kayenta passes it; this is what makes that judge blind to small numbers. */
const rootTolerance = 1e-4

/**
 * Confidence interval and estimate of the shift of x against y by inverting the Mann-Whitney test with continuity
 * correction (R's wilcox.test with exact = FALSE; verify-engine 1.3).
 *
 * @param confidenceLevel such as 0.98
 * @throws Error when all values are one number, of which no test can be made
 */
export function mannWhitneyShift(x: readonly number[], y: readonly number[], confidenceLevel: number): ShiftInterval {
  const low = Math.min(...x) - Math.max(...y)
  const high = Math.max(...x) - Math.min(...y)
  const root = (z: number) => {
    const f = (shift: number) => standardizedShift(shift, z, x, y)
    const lowValue = f(low)
    if (lowValue <= 0) return low
    const highValue = f(high)
    if (highValue >= 0) return high
    return zeroIn(f, low, high, { lowValue, highValue, tolerance: rootTolerance, maxIterations: 1000 })
  }
  const quantile = normalQuantile((1 - confidenceLevel) / 2)
  return { low: root(-quantile), high: root(quantile), estimate: root(0) }
}

/** The standardised rank sum of x - shift against y, with continuity correction, less `z`; falls as the shift grows. */
export function standardizedShift(shift: number, z: number, x: readonly number[], y: readonly number[]): number {
  const [n, m] = [x.length, y.length]
  const ranks = averageRanks([...x.map(value => value - shift), ...y])
  const rankSum = ranks.slice(0, n).reduce((sum, rank) => sum + rank, 0)
  const distance = rankSum - (n * (n + 1)) / 2 - (n * m) / 2
  const sigma = Math.sqrt(((n * m) / 12) * (n + m + 1 - tieCorrection(ranks) / ((n + m) * (n + m - 1))))
  if (sigma === 0) throw new Error('all values are the same')
  return (distance - 0.5 * Math.sign(distance)) / sigma - z
}

function tieCorrection(ranks: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const rank of ranks) counts.set(rank, (counts.get(rank) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum + count ** 3 - count, 0)
}

/** P(x > y) with ties as half, from rank sums: the common language effect size. */
export function commonLanguageEffect(x: readonly number[], y: readonly number[]): number {
  const [m, n] = [x.length, y.length]
  const rankSum = averageRanks([...x, ...y])
    .slice(0, m)
    .reduce((sum, rank) => sum + rank, 0)
  return (2 * rankSum - m * (m + 1)) / (2 * n * m)
}
