import { goQuote } from '../labels/quote.ts'
import { positionOf, type Span } from '../problem.ts'
import type { ResultNotes } from '../value.ts'
import { formatShort, formatTwoDigits } from './number-text.ts'

interface Annotation {
  severity: 'warning' | 'info'
  text: string
  span: Span
}

/** What was changed in the buckets of classic histograms to make their counts rise. */
export interface ForcedBuckets {
  minBucket: number
  maxBucket: number
  maxDifference: number
}

interface Forced extends ForcedBuckets {
  span: Span
  minTimeMs: number
  maxTimeMs: number
  /** As upstream counts (see ForcedMonotonicity), with the wrap of an int64. */
  count: bigint
}

const monotonicity =
  'input to histogram_quantile needed to be fixed for monotonicity ' +
  '(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)'

/**
 * Warnings and infos of an evaluation (util/annotations). One text is said once, with the position where it was said
 * last.
 */
export class Annotations {
  readonly #said = new Map<string, Annotation>()
  #forced: Forced | undefined

  warn(text: string, span: Span): void {
    this.#add({ severity: 'warning', text, span })
  }

  info(text: string, span: Span): void {
    this.#add({ severity: 'info', text, span })
  }

  #add(annotation: Annotation): void {
    this.#said.set(`${annotation.severity} ${annotation.text}`, annotation)
  }

  /** The first position stays, counts add up. */
  addForced(forced: Forced): void {
    this.#forced = this.#forced ? merged(this.#forced, forced) : forced
  }

  texts(query: string): ResultNotes {
    const at = (span: Span) => {
      const { line, column } = positionOf(query, span)
      return `(${line}:${column})`
    }
    const of = (wanted: Annotation['severity']) =>
      [...this.#said.values()]
        .filter(({ severity }) => severity === wanted)
        .map(({ severity, text, span }) => `PromQL ${severity}: ${text} ${at(span)}`)
    const forced = this.#forced ? [`${forcedText(this.#forced)} ${at(this.#forced.span)}`] : []
    return { warnings: of('warning').sort(), infos: [...of('info'), ...forced].sort() }
  }
}

function merged(before: Forced, added: Forced): Forced {
  return {
    span: before.span,
    minTimeMs: Math.min(before.minTimeMs, added.minTimeMs),
    maxTimeMs: Math.max(before.maxTimeMs, added.maxTimeMs),
    minBucket: Math.min(before.minBucket, added.minBucket),
    maxBucket: Math.max(before.maxBucket, added.maxBucket),
    maxDifference: Math.max(before.maxDifference, added.maxDifference),
    count: BigInt.asIntN(64, before.count + added.count + 1n),
  }
}

function forcedText({ minBucket, maxBucket, maxDifference, minTimeMs, maxTimeMs, count }: Forced): string {
  const time = (timeMs: number) => `${new Date(Math.trunc(timeMs / 1000) * 1000).toISOString().slice(0, 19)}Z`
  const samples = BigInt.asIntN(64, count + 1n)
  return (
    `PromQL info: ${monotonicity}, from buckets ${formatShort(minBucket)} to ${formatShort(maxBucket)}, with a max diff of ` +
    `${formatTwoDigits(maxDifference)}, over ${samples} samples from ${time(minTimeMs)} to ${time(maxTimeMs)}`
  )
}

/**
 * Gathers the forced buckets of one call of histogram_quantile. The server merges what it has with itself at every step
 * after the first (functions.go through rangeEval), so its number of samples doubles from step to step; so does ours.
 */
export class ForcedMonotonicity {
  #sum: Forced | undefined
  #step: Forced | undefined
  readonly #span: Span

  constructor(span: Span) {
    this.#span = span
  }

  add(buckets: ForcedBuckets, timeMs: number): void {
    const one: Forced = { ...buckets, span: this.#span, minTimeMs: timeMs, maxTimeMs: timeMs, count: 0n }
    this.#step = this.#step ? merged(this.#step, one) : one
  }

  endStep(): void {
    const before = this.#sum
    if (this.#step) this.#sum = before ? merged(before, this.#step) : this.#step
    if (before && this.#sum) this.#sum = merged(this.#sum, this.#sum)
    this.#step = undefined
  }

  report(annotations: Annotations): void {
    if (this.#sum) annotations.addForced(this.#sum)
  }
}

/** Annotations about the samples of one argument. */
export interface Notes {
  annotations: Annotations
  /** Where the argument begins. */
  span: Span
  /** Of the series, empty without one. */
  metric: string
}

export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation'

const forMetric = (metric: string) => goQuote(metric)

export function warnMixed({ annotations, span, metric }: Notes): void {
  annotations.warn(`encountered a mix of histograms and floats for metric name ${forMetric(metric)}`, span)
}

export function warnMixedBuckets({ annotations, span, metric }: Notes): void {
  const text = 'vector contains a mix of histograms with exponential and custom buckets schemas for metric name'
  annotations.warn(`${text} ${forMetric(metric)}`, span)
}

export function warnNotCounter({ annotations, span, metric }: Notes): void {
  annotations.warn(`this native histogram metric is not a counter: ${forMetric(metric)}`, span)
}

export function warnNotGauge({ annotations, span, metric }: Notes): void {
  annotations.warn(`this native histogram metric is not a gauge: ${forMetric(metric)}`, span)
}

export function warnHintsCollide({ annotations, span }: Notes, operation: HistogramOperation): void {
  annotations.warn(`conflicting counter resets during histogram ${operation}`, span)
}

export function noteBoundsReconciled({ annotations, span }: Notes, operation: HistogramOperation): void {
  annotations.info(`mismatched custom buckets were reconciled during ${operation}`, span)
}

export function noteIgnoredInRange({ annotations, span, metric }: Notes): void {
  const text = 'ignored histograms in a range containing both floats and histograms for metric name'
  annotations.info(`${text} ${forMetric(metric)}`, span)
}

/** Of a quantile outside of 0 and 1. */
export function checkQuantile(annotations: Annotations, q: number, span: Span): void {
  if (q >= 0 && q <= 1) return
  annotations.warn(`quantile value should be between 0 and 1, got ${formatShort(q)}`, span)
}
