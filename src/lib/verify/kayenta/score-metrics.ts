import type { Classification } from './classify-metric.ts'

export interface ClassifiedMetric {
  name: string
  classification: Classification
  critical: boolean
  groups: readonly string[]
}

/**
 * The summary score, 0 to 100 with two decimals, as Kayenta's WeightedSumScorer has it: a critical metric that did not
 * pass, or half of the metrics without data, make it 0. Errors do not count, so a canary of nothing but errors has 100.
 *
 * @param groupWeights of those that have one; the others share what is left
 */
export function summaryScore(
  metrics: readonly ClassifiedMetric[],
  groupWeights: Readonly<Record<string, number>>,
): number {
  if (metrics.some(each => each.critical && each.classification !== 'Pass')) return 0
  const withoutData = metrics.filter(each => each.classification === 'Nodata').length
  if (withoutData / metrics.length >= 0.5) return 0
  const groups = [...new Set(metrics.flatMap(each => each.groups))]
  const given = groups.filter(name => groupWeights[name] !== undefined)
  const left = 100 - given.reduce((sum, name) => sum + (groupWeights[name] ?? 0), 0)
  const share = left / (groups.length - given.length)
  const total = groups.reduce((sum, name) => {
    const weight = groupWeights[name] ?? share
    return sum + (groupScore(metrics.filter(each => each.groups.includes(name))) * weight) / 100
  }, 0)
  return Math.round(total * 100) / 100
}

function groupScore(metrics: readonly ClassifiedMetric[]): number {
  const counted = metrics.filter(each => each.classification !== 'Nodata' && each.classification !== 'Error')
  if (counted.length === 0) return 100
  return (100 * counted.filter(each => each.classification === 'Pass').length) / counted.length
}
