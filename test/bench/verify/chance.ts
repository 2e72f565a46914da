import { seededRandom } from '../../../src/lib/playground/random.ts'

/** Draws from the distributions that the simulated worlds are made of; the same ones for the same seed. */
export class Chance {
  readonly uniform: () => number
  #spare: number | undefined

  constructor(seed: number) {
    this.uniform = seededRandom(seed)
  }

  /** standard normal (polar method) */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare
      this.#spare = undefined
      return spare
    }
    for (;;) {
      const [u, v] = [2 * this.uniform() - 1, 2 * this.uniform() - 1]
      const s = u * u + v * v
      if (s === 0 || s >= 1) continue
      const factor = Math.sqrt((-2 * Math.log(s)) / s)
      this.#spare = v * factor
      return u * factor
    }
  }

  /** Number of events of mean `mean`: by multiplication when small, else by halves that are small enough. */
  poisson(mean: number): number {
    if (!(mean > 0)) return 0
    if (mean > 500) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()))
    let left = mean
    let count = 0
    while (left > 30) {
      count += this.#smallPoisson(30)
      left -= 30
    }
    return count + this.#smallPoisson(left)
  }

  #smallPoisson(mean: number): number {
    const limit = Math.exp(-mean)
    let product = this.uniform()
    let count = 0
    while (product > limit) {
      product *= this.uniform()
      count++
    }
    return count
  }

  /** A stationary autoregressive series of unit variance. */
  autoregressive(length: number, memory: number): Float64Array {
    const values = new Float64Array(length)
    let value = this.normal()
    for (let t = 0; t < length; t++) {
      values[t] = value
      value = memory * value + Math.sqrt(1 - memory ** 2) * this.normal()
    }
    return values
  }
}
