/** Linear interpolation between order statistics (R's type 7); `share` in [0, 1]; NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (at - Math.floor(at)) * (high - low)
}

export const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

/**
 * Which values lie outside of the quartiles by more than `factor` interquartile ranges.
 *
 * @param reduceSensitivity never inside the 1st and 99th percentile
 */
export function iqrOutliers(values: readonly number[], factor: number, reduceSensitivity = false): boolean[] {
  if (values.length === 0) return []
  const [lower, upper] = [quantile(values, 0.25), quantile(values, 0.75)]
  const reach = factor * (upper - lower)
  const low = reduceSensitivity ? Math.min(quantile(values, 0.01), lower - reach) : lower - reach
  const high = reduceSensitivity ? Math.max(quantile(values, 0.99), upper + reach) : upper + reach
  return values.map(value => value < low || value > high)
}

/** Which values are further from the mean than `factor` standard deviations (of the sample). */
export function sigmaOutliers(values: readonly number[], factor: number): boolean[] {
  if (values.length === 0) return []
  const center = mean(values)
  const variance = values.reduce((sum, each) => sum + (each - center) ** 2, 0) / (values.length - 1)
  return values.map(value => Math.abs(value - center) > factor * Math.sqrt(variance))
}
