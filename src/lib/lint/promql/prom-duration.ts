const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

/** Milliseconds as PromQL writes durations: 90000 is `1m30s`. */
export function formatPromDuration(ms: number): string {
  let left = Math.round(ms)
  let text = ''
  for (const [unit, size] of units) {
    const many = Math.floor(left / size)
    if (many > 0) text += `${many}${unit}`
    left -= many * size
  }
  return text === '' ? '0s' : text
}
