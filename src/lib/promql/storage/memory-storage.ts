import { labelsMatch, type Matcher } from '../labels/matcher.ts'
import type { SeriesData } from '../value.ts'

/** Where an evaluation finds its series. */
export interface Storage {
  /** Every series that all matchers accept; samples outside of the times may be left out. */
  select(matchers: readonly Matcher[], startMs: number, endMs: number): readonly SeriesData[]
}

export class MemoryStorage implements Storage {
  readonly #series: readonly SeriesData[]

  constructor(series: readonly SeriesData[]) {
    this.#series = series
  }

  select(matchers: readonly Matcher[]): readonly SeriesData[] {
    return this.#series.filter(series => labelsMatch(series.labels, matchers))
  }
}
