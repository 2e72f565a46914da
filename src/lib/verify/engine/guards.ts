import type { MetricData } from '../align/metric-data.ts'
import type { Arm } from '../recording/recording.ts'
import type { GuardSpec } from '../spec/verification.ts'

/** An absolute limit outside the statistics, watched step by step. */
export class Guard {
  readonly spec: GuardSpec
  #hits = 0
  #pending = newSums()

  constructor(spec: GuardSpec) {
    this.spec = spec
  }

  /** Looks at a step; true from the step on at which the limit was crossed as often as it takes. */
  add(data: MetricData, step: number): boolean {
    const value = this.#value(data, step - data.firstStep)
    if (value === undefined) return this.isHit
    const isOver = this.#isOver(value)
    this.#hits = isOver ? this.#hits + 1 : this.spec.consecutive ? 0 : this.#hits
    return this.isHit
  }

  get isHit(): boolean {
    return this.#hits >= (this.spec.occurrences ?? 1)
  }

  #isOver({ canary, stable }: Levels): boolean {
    const { above, below, deltaAbove, ratioAbove } = this.spec
    return (
      (above !== undefined && canary > above) ||
      (below !== undefined && canary < below) ||
      (deltaAbove !== undefined && canary - stable > deltaAbove) ||
      (ratioAbove !== undefined && stable > 0 && canary / stable > ratioAbove)
    )
  }

  /** Levels of both arms; of counts once the canary has had enough of them since the last look. */
  #value(data: MetricData, at: number): Levels | undefined {
    if (data.kind === 'gauge') {
      const canary = meanOf(data, 'canary', at)
      return canary === undefined ? undefined : { canary, stable: meanOf(data, 'stable', at) ?? Number.NaN }
    }
    for (const { arm, exposure, events } of data.pods) {
      const sums = this.#pending[arm]
      sums.exposure += exposure[at] ?? 0
      for (const [part, each] of events.entries()) sums.events[part] = (sums.events[part] ?? 0) + (each[at] ?? 0)
    }
    if (this.#pending.canary.exposure < (this.spec.minEvents ?? 1)) return undefined
    const { canary, stable } = this.#pending
    this.#pending = newSums()
    const level = (sums: Sums) =>
      this.spec.quantile === undefined
        ? (sums.events[0] ?? 0) / sums.exposure
        : quantileOf(sums, data.edges, this.spec.quantile)
    return { canary: level(canary), stable: level(stable) }
  }
}

interface Levels {
  canary: number
  stable: number
}

interface Sums {
  exposure: number
  /** of a histogram: the requests above each edge */
  events: number[]
}

const newSums = (): Record<Arm, Sums> => ({
  canary: { exposure: 0, events: [] },
  stable: { exposure: 0, events: [] },
})

/** By linear interpolation between the edges, as histogram_quantile does it; the last edge for what lies beyond. */
function quantileOf({ exposure, events }: Sums, edges: readonly number[], quantile: number): number {
  const wanted = (1 - quantile) * exposure
  const index = events.findIndex(each => each <= wanted)
  if (index === -1) return edges.at(-1) ?? Number.NaN
  const [from, to] = [index > 0 ? (edges[index - 1] as number) : 0, edges[index] as number]
  const [more, fewer] = [index > 0 ? (events[index - 1] as number) : exposure, events[index] as number]
  return more > fewer ? from + ((to - from) * (more - wanted)) / (more - fewer) : to
}

function meanOf(data: MetricData & { kind: 'gauge' }, arm: Arm, at: number): number | undefined {
  const values = data.pods.filter(each => each.arm === arm).map(each => each.values[at] as number)
  const known = values.filter(value => !Number.isNaN(value))
  return known.length > 0 ? known.reduce((sum, each) => sum + each, 0) / known.length : undefined
}
