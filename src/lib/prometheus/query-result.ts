export type SeriesLabels = Readonly<Record<string, string>>

export interface FloatSample {
  /** ms since 1970 */
  timeMs: number
  value: number
}

/** A bucket of a native histogram as the HTTP API shows it. */
export interface HistogramBucket {
  lower: number
  upper: number
  /** whether the bounds belong to the bucket */
  includes: 'upper' | 'lower' | 'neither' | 'both'
  count: number
}

export interface NativeHistogram {
  count: number
  sum: number
  buckets: readonly HistogramBucket[]
}

export interface HistogramSample {
  /** ms since 1970 */
  timeMs: number
  histogram: NativeHistogram
}

/** One series of an instant vector; `value` is 0 where the sample is a native histogram, as client_golang has it. */
export interface InstantSample extends FloatSample {
  labels: SeriesLabels
  histogram?: NativeHistogram
}

/** One series of a matrix. */
export interface RangeSeries {
  labels: SeriesLabels
  samples: readonly FloatSample[]
  histograms: readonly HistogramSample[]
}

export type QueryResult =
  | ({ type: 'scalar' } & FloatSample)
  | { type: 'vector'; samples: readonly InstantSample[] }
  | { type: 'matrix'; series: readonly RangeSeries[] }
  | { type: 'string'; timeMs: number; value: string }

/** What the server has to say about a result that it gave; `infos` only since Prometheus 3.0. */
export interface Notes {
  warnings: readonly string[]
  infos: readonly string[]
}

export interface QueryAnswer extends Notes {
  result: QueryResult
}

export interface MetricMetadata {
  type: string
  help: string
  unit: string
}
