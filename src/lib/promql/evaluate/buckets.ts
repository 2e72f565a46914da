import type { Bucket } from '../functions/classic-histogram.ts'
import { type Labels, metadataLabels } from '../labels/labels.ts'
import { numberValue } from '../syntax/number-token.ts'
import type { StepSeries } from '../value.ts'
import { StepBuilder } from './step-builder.ts'

const dropped = new Set([...metadataLabels, 'le'])

/** The upper bound that an `le` label names (strconv.ParseFloat), or undefined. */
function boundOf(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1
  const word = text.replace(/^[+-]/, '').toLowerCase()
  if (word === 'inf' || word === 'infinity') return sign * Number.POSITIVE_INFINITY
  const value = numberValue(/^\d[\d.e+-]*$|^\.\d/.test(word) ? word.replace(/^0+(?=\d)/, '') : 'no')
  return value === undefined ? undefined : sign * value
}

/** Gathers the classic histograms of each step and reduces each to one value. */
export function bucketsByStep(
  series: readonly StepSeries[],
  steps: number,
  reduce: (buckets: readonly Bucket[], step: number) => number,
): StepSeries[] {
  const groups = new Map<string, { labels: Labels; members: { bound: number; values: StepSeries['values'] }[] }>()
  for (const { labels, values } of series) {
    const bound = boundOf(labels.get('le'))
    if (bound === undefined || Number.isNaN(bound)) continue
    const rest = labels.without(dropped)
    const group = groups.get(rest.key) ?? { labels: rest, members: [] }
    group.members.push({ bound, values })
    groups.set(rest.key, group)
  }
  const builder = new StepBuilder(steps)
  for (const { labels, members } of groups.values())
    for (let step = 0; step < steps; step++) {
      const buckets = members.flatMap(({ bound, values }): Bucket[] => {
        const count = values[step]
        return count === undefined ? [] : [{ upperBound: bound, count }]
      })
      if (buckets.length > 0) builder.add(step, labels, reduce(buckets, step))
    }
  return builder.result()
}
