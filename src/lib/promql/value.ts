import type { Labels } from './labels/labels.ts'

/** A series that ended: a scrape target or label set that went away (value.StaleNaN). */
export const stale: unique symbol = Symbol('stale')

export interface SeriesData {
  labels: Labels
  /** Ascending, in ms. */
  timesMs: readonly number[]
  values: readonly (number | typeof stale)[]
}

export interface Point {
  timeMs: number
  value: number
}

export interface VectorSample {
  labels: Labels
  value: number
}

export interface MatrixSeries {
  labels: Labels
  points: Point[]
}

/** What a query answers. */
export type QueryResult =
  | { type: 'scalar'; timeMs: number; value: number }
  | { type: 'string'; timeMs: number; value: string }
  | { type: 'vector'; timeMs: number; samples: VectorSample[] }
  | { type: 'matrix'; series: MatrixSeries[] }

/** A series at the steps of an evaluation; undefined where it has no value. */
export interface StepSeries {
  labels: Labels
  values: (number | undefined)[]
}
