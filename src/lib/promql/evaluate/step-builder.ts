import type { Labels } from '../labels/labels.ts'
import { evalProblem } from '../problem.ts'
import type { SampleValue, StepSeries } from '../value.ts'

/** Collects samples by label set; two at one step are the error that the server has for it. */
export class StepBuilder {
  readonly #series = new Map<string, StepSeries>()
  readonly #steps: number

  constructor(steps: number) {
    this.#steps = steps
  }

  /** Gives a label set its place in the order, if samples come for it. */
  reserve(labels: Labels): void {
    if (!this.#series.has(labels.key)) this.#series.set(labels.key, { labels, values: [] })
  }

  add(step: number, labels: Labels, value: SampleValue): void {
    let series = this.#series.get(labels.key)
    if (!series || series.values.length === 0) {
      series = { labels, values: new Array<SampleValue | undefined>(this.#steps).fill(undefined) }
      this.#series.set(labels.key, series)
    }
    if (series.values[step] !== undefined) throw evalProblem('vector cannot contain metrics with the same labelset')
    series.values[step] = value
  }

  result(): StepSeries[] {
    return [...this.#series.values()].filter(({ values }) => values.length > 0)
  }
}

/** Series under other labels; those that become the same are one, if they never have a value at the same step. */
export function relabelled(
  series: readonly StepSeries[],
  steps: number,
  labelsOf: (labels: Labels) => Labels,
  change: (value: SampleValue, step: number) => SampleValue | undefined,
): StepSeries[] {
  const builder = new StepBuilder(steps)
  for (const each of series) {
    const labels = labelsOf(each.labels)
    for (const [step, value] of each.values.entries()) {
      if (value === undefined) continue
      const changed = change(value, step)
      if (changed !== undefined) builder.add(step, labels, changed)
    }
  }
  return builder.result()
}
