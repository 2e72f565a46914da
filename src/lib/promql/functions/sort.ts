import type { StepSeries } from '../value.ts'

/** sort and sort_desc: an instant query's vector in the order of its values, NaN last; ranges have no order. */
export function sortSeries(series: StepSeries[], steps: number, descending: boolean): StepSeries[] {
  if (steps !== 1) return series
  return [...series].sort((a, b) => {
    const [x, y] = [a.values[0] ?? Number.NaN, b.values[0] ?? Number.NaN]
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
    return (descending ? y - x : x - y) || 0
  })
}
