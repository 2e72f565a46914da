import type { Labels } from '../../promql/labels/labels.ts'
import { labelsMatch, type Matcher } from '../../promql/labels/matcher.ts'
import type { Storage } from '../../promql/storage/memory-storage.ts'
import { type SeriesData, stale } from '../../promql/value.ts'

/** A series that samples are added to. */
export interface StoredSeries extends SeriesData {
  timesMs: number[]
  values: (number | typeof stale)[]
}

/** The order in which Prometheus answers series (labels.Compare). */
export function byLabels({ labels: { pairs: one } }: SeriesData, { labels: { pairs: other } }: SeriesData): number {
  for (const [index, [name, value]] of one.entries()) {
    const [otherName, otherValue] = other[index] ?? []
    if (otherName === undefined || otherValue === undefined) return 1
    if (name !== otherName) return name < otherName ? -1 : 1
    if (value !== otherValue) return value < otherValue ? -1 : 1
  }
  return one.length - other.length
}

const sixHoursMs = 6 * 3600_000

/** Samples of the recent past, by series. A series that a scrape no longer brings is marked as ended. */
export class SampleStore implements Storage {
  readonly retentionMs: number
  readonly #byName = new Map<string, Map<string, StoredSeries>>()
  #live = new Set<StoredSeries>()
  #fresh = new Set<StoredSeries>()
  #trimmedMs = Number.NEGATIVE_INFINITY

  constructor(retentionMs = sixHoursMs) {
    this.retentionMs = retentionMs
  }

  /** The series with these labels, made if there is none. */
  series(labels: Labels): StoredSeries {
    const known = this.#byName.get(labels.get('__name__'))?.get(labels.key)
    return known ?? this.#register({ labels, timesMs: [], values: [] })
  }

  #register(series: StoredSeries): StoredSeries {
    const name = series.labels.get('__name__')
    const ofName = this.#byName.get(name) ?? new Map<string, StoredSeries>()
    this.#byName.set(name, ofName)
    ofName.set(series.labels.key, series)
    return series
  }

  /** Times must ascend; a sample that is not later than the last one is dropped. */
  add(series: StoredSeries, timeMs: number, value: number): void {
    this.#fresh.add(series)
    if (timeMs <= (series.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY)) return
    // one that was forgotten meanwhile comes back
    if (series.timesMs.length === 0) this.#register(series)
    series.timesMs.push(timeMs)
    series.values.push(value)
  }

  append(labels: Labels, timeMs: number, value: number): void {
    this.add(this.series(labels), timeMs, value)
  }

  /** Everything of this scrape is there: what is missing since the last one has ended (scrape.go, staleness markers). */
  endScrape(timeMs: number): void {
    for (const series of this.#live) {
      if (this.#fresh.has(series) || timeMs <= (series.timesMs.at(-1) ?? 0)) continue
      series.timesMs.push(timeMs)
      series.values.push(stale)
    }
    this.#live = this.#fresh
    this.#fresh = new Set()
    if (timeMs - this.#trimmedMs > this.retentionMs / 10) this.#trim(timeMs)
  }

  select(matchers: readonly Matcher[]): readonly SeriesData[] {
    const name = matchers.find(each => each.name === '__name__' && each.operator === '=')?.value
    return this.all(name)
      .filter(series => labelsMatch(series.labels, matchers))
      .sort(byLabels)
  }

  /** Series of one name, or all. */
  all(name?: string): readonly SeriesData[] {
    if (name !== undefined) return [...(this.#byName.get(name)?.values() ?? [])]
    return [...this.#byName.values()].flatMap(series => [...series.values()])
  }

  #trim(nowMs: number): void {
    this.#trimmedMs = nowMs
    const fromMs = nowMs - this.retentionMs
    for (const [name, ofName] of this.#byName) {
      for (const [key, series] of ofName) {
        const kept = series.timesMs.findIndex(each => each >= fromMs)
        const old = kept < 0 ? series.timesMs.length : kept
        series.timesMs.splice(0, old)
        series.values.splice(0, old)
        if (kept < 0) ofName.delete(key)
      }
      if (ofName.size === 0) this.#byName.delete(name)
    }
  }
}
