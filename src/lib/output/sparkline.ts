const bars = '▁▂▃▄▅▆▇█'

/**
 * Numbers as a row of bars between the smallest and the largest of them; equal ones are all in the middle. What is no
 * number is `·`.
 */
export function sparkline(values: readonly (number | undefined)[]): string {
  const finite = values.filter(value => value !== undefined && Number.isFinite(value)) as number[]
  const low = Math.min(...finite)
  const high = Math.max(...finite)
  return values.map(value => barOf(value, low, high)).join('')
}

function barOf(value: number | undefined, low: number, high: number): string {
  if (value === undefined || Number.isNaN(value)) return '·'
  if (value === Number.POSITIVE_INFINITY) return bars.at(-1) ?? ''
  if (value === Number.NEGATIVE_INFINITY) return bars[0] ?? ''
  if (low === high) return bars[3] ?? ''
  return bars[Math.min(bars.length - 1, Math.floor(((value - low) / (high - low)) * bars.length))] ?? ''
}
