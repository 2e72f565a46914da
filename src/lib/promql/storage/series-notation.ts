import { added } from '../histogram/combine.ts'
import { compacted, type FloatHistogram } from '../histogram/float-histogram.ts'
import { histogramProblem, notatedNumber, readHistogram } from '../histogram/notation.ts'
import type { Labels } from '../labels/labels.ts'
import { type SampleValue, type SeriesData, stale } from '../value.ts'

const number = '(?:\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?|\\.\\d+(?:[eE][+-]?\\d+)?|[iI]nf|[nN]a[nN])'
const value = new RegExp(`^([+-]?${number})(?:([+-]${number})?x(\\d+))?$`)
const histogram = /^\{\{(.*?)\}\}(?:(?:([+-])\{\{(.*?)\}\})?x(\d+))?$/s
/** Words are set apart by spaces, but for those in double braces. */
const words = /(?:\{\{.*?\}\}|[^\s{])+|\{/gs
/** More than a test will ever name, few enough to fit into memory. */
const mostSamples = 1_000_000
const mostHistograms = 50_000

/**
 * Samples in promtool's notation: `a+bxn`, `a-bxn`, `axn` (n+1 samples each), `_`, `_xn` (1 and n missing), `stale`, and
 * native histograms `{{schema:1 sum:10 count:8 buckets:[2 3 3]}}` with the same repetitions. The first is at time 0.
 *
 * @returns the series, or the word that is none
 */
export function readSeries(labels: Labels, notation: string, intervalMs: number): SeriesData | { problem: string } {
  const timesMs: number[] = []
  const values: (SampleValue | typeof stale)[] = []
  let index = 0
  const add = (sample: SampleValue | typeof stale) => {
    timesMs.push(index++ * intervalMs)
    values.push(sample)
  }
  for (const word of notation.match(words) ?? []) {
    const gap = word.match(/^_(?:x(\d+))?$/)
    if (gap) {
      index += Number(gap[1] ?? 1)
      continue
    }
    if (word === 'stale') {
      add(stale)
      continue
    }
    const most = word.startsWith('{{') ? mostHistograms : mostSamples
    if (index + Number(word.match(/x(\d+)$/)?.[1] ?? 0) > most) return { problem: `more than ${most} samples: ${word}` }
    const samples = word.startsWith('{{') ? histogramsOf(word) : floatsOf(word)
    if ('problem' in samples) return samples
    for (const sample of samples) add(sample)
  }
  return { labels, timesMs, values }
}

function floatsOf(word: string): number[] | { problem: string } {
  const [, first, step, times] = word.match(value) ?? []
  const isSpecial = first !== undefined && /^[+-]?(?:nan|inf)$/i.test(first)
  if (first === undefined || (times !== undefined && step === undefined && isSpecial))
    return { problem: `not a series value: ${word}` }
  const difference = step === undefined ? 0 : notatedNumber(step)
  const samples: number[] = []
  // Added again and again, as promtool does: it shows in the last bits.
  for (let sample = notatedNumber(first), left = Number(times ?? 0); left >= 0; left--, sample += difference)
    samples.push(sample)
  return samples
}

function histogramsOf(word: string): FloatHistogram[] | { problem: string } {
  const [, text, sign, stepText, times] = word.match(histogram) ?? []
  if (text === undefined) return { problem: `not a series value: ${word}` }
  const first = readHistogram(text)
  if ('problem' in first) return first
  const samples = [first]
  const repeats = Number(times ?? 0)
  const step = stepText === undefined ? undefined : readHistogram(stepText)
  if (step && 'problem' in step) return step
  for (let current = first; samples.length <= repeats; samples.push(current)) {
    if (!step) continue
    if (current.schema > step.schema)
      return {
        problem: `a histogram of schema ${step.schema} cannot be added to one of schema ${current.schema}: ${word}`,
      }
    const next = added(current, step, sign === '-')
    if (!next) return { problem: `exponential and custom buckets cannot be added: ${word}` }
    current = next.histogram
    const problem = histogramProblem(compacted(current))
    if (problem !== undefined) return { problem: `${problem}: ${word}` }
  }
  return samples
}
