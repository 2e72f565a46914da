import { Labels } from '../promql/labels/labels.ts'
import type { PromqlError } from '../promql/problem.ts'
import { parsePromql, type Query } from '../promql/promql.ts'
import { readSeries } from '../promql/storage/series-notation.ts'
import type { SeriesData } from '../promql/value.ts'

/** Reads queries and series, each different one once: tests of one template say the same over and over. */
export class PromqlReader {
  readonly #queries = new Map<string, Query | PromqlError>()
  readonly #labels = new Map<string, Labels | { problem: string }>()
  readonly #series = new Map<string, SeriesData | { problem: string }>()

  query(text: string): Query | PromqlError {
    const known = this.#queries.get(text)
    if (known) return known
    const query = parsePromql(text)
    this.#queries.set(text, query)
    return query
  }

  /**
   * @param selector metric name and labels, as in `up{job="web"}`
   * @param notation samples as promtool writes them
   * @returns the series, or which of the two is wrong and why
   */
  series(
    selector: string,
    notation: string,
    intervalMs: number,
  ): SeriesData | { field: 'series' | 'values'; problem: string } {
    const labels = this.#labelsOf(selector)
    if ('problem' in labels) return { field: 'series', ...labels }
    const key = JSON.stringify([selector, notation, intervalMs])
    let series = this.#series.get(key)
    if (series === undefined) {
      series = readSeries(labels, notation, intervalMs)
      this.#series.set(key, series)
    }
    return 'problem' in series ? { field: 'values', ...series } : series
  }

  #labelsOf(selector: string): Labels | { problem: string } {
    const known = this.#labels.get(selector)
    if (known) return known
    const labels = readLabels(selector)
    this.#labels.set(selector, labels)
    return labels
  }
}

function readLabels(selector: string): Labels | { problem: string } {
  const query = parsePromql(selector)
  if (query.kind === 'promql-error') return { problem: query.message.replace(/^\d+:\d+: parse error: /, '') }
  const { expr } = query
  if (
    expr.kind !== 'vector-selector' ||
    expr.extension !== undefined ||
    expr.offset !== undefined ||
    expr.at !== undefined
  )
    return { problem: 'a series is a metric name and labels, and nothing else' }
  const other = expr.matchers.find(({ operator }) => operator !== '=')
  if (other) return { problem: `a series has labels, not conditions: ${other.name}${other.operator}…` }
  return Labels.from(expr.matchers.map(({ name, value }) => [name, value] as const))
}

/** Time of the last sample, in ms; 0 without any. */
export const lastSampleMs = (series: readonly SeriesData[]): number =>
  series.reduce((last, { timesMs }) => Math.max(last, timesMs.at(-1) ?? 0), 0)
