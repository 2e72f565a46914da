import { Chance, normalCdf } from './chance.ts'
import type { TrafficBehavior } from './traffic-behavior.ts'

/** Upper bounds in seconds: those of the Prometheus client libraries. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Logarithm of the spread of latencies around their median. */
const sigma = 0.6
const notFoundRate = 0.005
const cpuSecondsPerRequest = 0.004
const idleCpu = 0.01

/** A sample without the labels of its target. */
export interface Sample {
  name: string
  labels?: Record<string, string>
  value: number
}

/**
 * What an instrumented program counts about the requests that it answers, from zero at its start. Statuses that have not
 * come up yet are there with 0, as client libraries advise.
 */
export class PodCounters {
  readonly #chance: Chance
  readonly #requests = { 200: 0, 404: 0, 500: 0 }
  readonly #buckets = new Array<number>(bounds.length + 1).fill(0)
  #durationSeconds = 0
  #cpuSeconds = 0

  constructor(seed: string) {
    this.#chance = new Chance(seed)
  }

  /** A stretch of time with so many requests per second. */
  advance(seconds: number, requestsPerSecond: number, { errorRate, latencyMs }: TrafficBehavior): void {
    const requests = this.#chance.poisson(requestsPerSecond * seconds)
    const errors = this.#chance.binomial(requests, errorRate)
    const notFound = this.#chance.binomial(requests - errors, notFoundRate)
    this.#requests[500] += errors
    this.#requests[404] += notFound
    this.#requests[200] += requests - errors - notFound
    this.#cpuSeconds += idleCpu * seconds + cpuSecondsPerRequest * requests
    this.#observe(requests, latencyMs / 1000)
  }

  /** Log-normal latencies, drawn per bucket. */
  #observe(requests: number, medianSeconds: number): void {
    let left = requests
    let below = 0
    for (const [index, bound] of bounds.entries()) {
      const upTo = normalCdf(Math.log(bound / medianSeconds) / sigma)
      const inside = below >= 1 ? 0 : this.#chance.binomial(left, (upTo - below) / (1 - below))
      this.#buckets[index] = (this.#buckets[index] ?? 0) + inside
      left -= inside
      below = upTo
    }
    this.#buckets[bounds.length] = (this.#buckets[bounds.length] ?? 0) + left
    const mean = medianSeconds * Math.exp(sigma ** 2 / 2)
    const spread = mean * Math.sqrt(Math.exp(sigma ** 2) - 1)
    this.#durationSeconds += Math.max(0, requests * mean + Math.sqrt(requests) * spread * this.#chance.normal())
  }

  samples(): Sample[] {
    let count = 0
    const buckets = this.#buckets.map((inside, index): Sample => {
      count += inside
      const le = index < bounds.length ? String(bounds[index]) : '+Inf'
      return { name: 'http_request_duration_seconds_bucket', labels: { le }, value: count }
    })
    return [
      ...Object.entries(this.#requests).map(([status, value]) => ({
        name: 'http_requests_total',
        labels: { method: 'GET', status },
        value,
      })),
      ...buckets,
      { name: 'http_request_duration_seconds_sum', value: this.#durationSeconds },
      { name: 'http_request_duration_seconds_count', value: count },
      { name: 'process_cpu_seconds_total', value: this.#cpuSeconds },
    ]
  }
}
