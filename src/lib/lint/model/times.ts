import { metricDurationMs } from '../../analysis/metric-duration.ts'
import { formatPromDuration } from '../promql/prom-duration.ts'
import type { MetricModel } from './metric-model.ts'
import { settled } from './settled.ts'

/** The interval of a metric in ms; undefined where it has none, depends on an argument or is no duration. */
export function intervalMs(metric: MetricModel): number | undefined {
  const text = settled(metric, 'interval')?.interval
  if (!text) return undefined
  try {
    return metricDurationMs(text)
  } catch {
    return undefined
  }
}

/** A time as PromQL writes it: `5m`, `1h30m`. */
export const shortTime = formatPromDuration

/** Whether a range selector's window is written out rather than left to an argument. */
export function isLiteralWindow({ query }: MetricModel, end: number): boolean {
  if (!query) return false
  if (query.placeholders.length === 0) return true
  const before = query.filled.text.slice(0, end)
  const bracket = before.lastIndexOf('[')
  for (let at = bracket; at < end; at++) if (query.filled.isFilledIn(at)) return false
  return bracket >= 0
}
