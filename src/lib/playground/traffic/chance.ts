import { seededRandom } from '../random.ts'

/** Draws from distributions, the same ones for the same seed. */
export class Chance {
  readonly #next: () => number

  /** @param seed any text, such as a pod's uid */
  constructor(seed: string) {
    let state = 0x811c9dc5
    for (const byte of Buffer.from(seed)) state = Math.imul(state ^ byte, 0x01000193) >>> 0
    this.#next = seededRandom(state)
  }

  /** How many events happen where `mean` are expected; beyond 50 by the normal distribution. */
  poisson(mean: number): number {
    if (mean <= 0) return 0
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()))
    const limit = Math.exp(-mean)
    let count = 0
    for (let product = this.#next(); product > limit; product *= this.#next()) count++
    return count
  }

  /** How many of `count` have a property that each has with this probability. */
  binomial(count: number, probability: number): number {
    if (count <= 0 || probability <= 0) return 0
    if (probability >= 1) return count
    if (probability > 0.5) return count - this.binomial(count, 1 - probability)
    const mean = count * probability
    if (mean < 25) return Math.min(count, this.poisson(mean))
    const spread = Math.sqrt(mean * (1 - probability))
    return Math.min(count, Math.max(0, Math.round(mean + spread * this.normal())))
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#next())) * Math.cos(2 * Math.PI * this.#next())
  }
}

/** Probability that a standard normal value is at most x (Abramowitz and Stegun 26.2.17; error below 1e-7). */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series
  return x >= 0 ? 1 - tail : tail
}
