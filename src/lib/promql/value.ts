import type { FloatHistogram } from './histogram/float-histogram.ts'
import type { Labels } from './labels/labels.ts'

/** A series that ended: a scrape target or label set that went away (value.StaleNaN). */
export const stale: unique symbol = Symbol('stale')

/** A sample is a float or a native histogram. */
export type SampleValue = number | FloatHistogram

export interface SeriesData {
  labels: Labels
  /** Ascending, in ms. */
  timesMs: readonly number[]
  values: readonly (SampleValue | typeof stale)[]
}

export interface Point {
  timeMs: number
  /** NaN where the sample is a histogram. */
  value: number
  histogram?: FloatHistogram
}

export interface VectorSample {
  labels: Labels
  /** NaN where the sample is a histogram. */
  value: number
  histogram?: FloatHistogram
}

export interface MatrixSeries {
  labels: Labels
  points: Point[]
}

/** What the engine has to say about a result, in the server's words with the position, sorted. */
export interface ResultNotes {
  warnings: string[]
  infos: string[]
}

/** What a query answers. */
export type QueryResult = (
  | { type: 'scalar'; timeMs: number; value: number }
  | { type: 'string'; timeMs: number; value: string }
  | { type: 'vector'; timeMs: number; samples: VectorSample[] }
  | { type: 'matrix'; series: MatrixSeries[] }
) &
  ResultNotes

/** A series at the steps of an evaluation; undefined where it has no value. */
export interface StepSeries {
  labels: Labels
  values: (SampleValue | undefined)[]
}

export function isHistogram(value: unknown): value is FloatHistogram {
  return typeof value === 'object' && value !== null
}
