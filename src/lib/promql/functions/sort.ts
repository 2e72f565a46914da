import { isHistogram, type StepSeries } from '../value.ts'
import { inValueOrder } from './value-order.ts'

const floatOf = (series: StepSeries) => {
  const [value] = series.values
  return typeof value === 'number' ? value : Number.NaN
}

/** sort and sort_desc: an instant query's vector in the order of its values, NaN last; ranges have no order. No histograms. */
export function sortSeries(series: readonly StepSeries[], steps: number, descending: boolean): StepSeries[] {
  const floats = series
    .map(({ labels, values }) => ({ labels, values: values.map(value => (isHistogram(value) ? undefined : value)) }))
    .filter(({ values }) => values.some(value => value !== undefined))
  if (steps !== 1) return floats
  return inValueOrder(floats, floatOf, descending)
}
