/** A sum with its rounding error kept apart (Kahan in Neumaier's form; promql's kahansum). */
export class CompensatedSum {
  sum: number
  compensation: number

  constructor(start = 0, compensation = 0) {
    this.sum = start
    this.compensation = compensation
  }

  add(value: number): void {
    const total = this.sum + value
    if (!Number.isFinite(total) && !Number.isNaN(total)) this.compensation = 0
    else if (Math.abs(this.sum) >= Math.abs(value)) this.compensation += this.sum - total + value
    else this.compensation += value - total + this.sum
    this.sum = total
  }

  get total(): number {
    return this.sum + this.compensation
  }
}

/** The sum of at least one value; the first one starts it. */
export function compensatedSum(values: readonly number[]): number {
  const sum = new CompensatedSum(values[0] ?? 0)
  for (let index = 1; index < values.length; index++) sum.add(values[index] ?? 0)
  return sum.total
}

/** The mean of at least one value; turns to an incremental mean where the sum would overflow (funcAvgOverTime). */
export function compensatedMean(values: readonly number[]): number {
  const sum = new CompensatedSum(values[0] ?? 0)
  let mean: CompensatedSum | undefined
  for (let index = 1; index < values.length; index++) {
    const value = values[index] ?? 0
    const count = index + 1
    if (!mean) {
      const before = { sum: sum.sum, compensation: sum.compensation }
      sum.add(value)
      if (Number.isFinite(sum.sum) || Number.isNaN(sum.sum)) continue
      if (!Number.isFinite(before.sum)) continue
      mean = new CompensatedSum(before.sum / (count - 1))
      mean.compensation = before.compensation / (count - 1)
    }
    const share = (count - 1) / count
    mean.sum *= share
    mean.compensation *= share
    mean.add(value / count)
  }
  return mean ? mean.total : sum.sum / values.length + sum.compensation / values.length
}

/** Population variance of a window, both sums compensated (varianceOverTime). */
export function compensatedVariance(values: readonly number[]): number {
  const mean = new CompensatedSum(0)
  const squares = new CompensatedSum(0)
  for (const [index, value] of values.entries()) {
    const delta = value - mean.total
    mean.add(delta / (index + 1))
    squares.add(delta * (value - mean.total))
  }
  return squares.total / values.length
}

/** promql's quantile: of no values NaN, below 0 -Inf, above 1 +Inf. */
export function quantile(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const sorted = [...values].sort((a, b) =>
    Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a - b,
  )
  const rank = q * (sorted.length - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(sorted.length - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  const low = sorted[lower] ?? Number.NaN
  return weight === 0 ? low : low * (1 - weight) + (sorted[upper] ?? Number.NaN) * weight
}
