import type { Labels } from '../labels/labels.ts'
import { type SeriesData, stale } from '../value.ts'

const number = '(?:\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?|\\.\\d+(?:[eE][+-]?\\d+)?|[iI]nf|[nN]a[nN])'
const value = new RegExp(`^([+-]?${number})(?:([+-]${number})?x(\\d+))?$`)
/** More than a test will ever name, few enough to fit into memory. */
const mostSamples = 1_000_000

const numeric = (text: string) => {
  const sign = text.startsWith('-') ? -1 : 1
  const word = text.replace(/^[+-]/, '').toLowerCase()
  if (word === 'inf') return sign * Number.POSITIVE_INFINITY
  return word === 'nan' ? Number.NaN : sign * Number(word)
}

/**
 * Samples in promtool's notation: `a+bxn`, `a-bxn`, `axn` (n+1 samples each), `_`, `_xn` (1 and n missing), `stale`.
 * The first is at time 0.
 *
 * @returns the series, or the word that is none
 */
export function readSeries(labels: Labels, notation: string, intervalMs: number): SeriesData | { problem: string } {
  const timesMs: number[] = []
  const values: (number | typeof stale)[] = []
  let index = 0
  const add = (sample: number | typeof stale) => {
    timesMs.push(index++ * intervalMs)
    values.push(sample)
  }
  for (const word of notation.trim().split(/\s+/)) {
    if (word === '') continue
    const gap = word.match(/^_(?:x(\d+))?$/)
    if (gap) {
      index += Number(gap[1] ?? 1)
      continue
    }
    if (word === 'stale') {
      add(stale)
      continue
    }
    const match = word.match(value)
    const [, first, step, times] = match ?? []
    const repeats = Number(times ?? 0)
    if (first === undefined || (times !== undefined && step === undefined && /^[+-]?(?:nan|inf)$/i.test(first)))
      return { problem: `not a series value: ${word}` }
    if (index + repeats > mostSamples) return { problem: `more than ${mostSamples} samples: ${word}` }
    const start = numeric(first)
    const difference = step === undefined ? 0 : numeric(step)
    // Added again and again, as promtool does: it shows in the last bits.
    for (let sample = start, count = 0; count <= repeats; count++, sample += difference) add(sample)
  }
  return { labels, timesMs, values }
}
