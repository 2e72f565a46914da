import { exceededLimit } from '../analysis/assess-metric.ts'
import type { MetricView, SeenMeasurement } from '../events/analysis-state.ts'
import type { AnalysisMetricState } from '../events/event.ts'
import { isCompletedAnalysis } from '../rollouts/phase.ts'
import { safeText } from '../values/safe-text.ts'
import { analysisIcon, type Icon, icons } from './icons.ts'
import { firstNumber, shortValue } from './metric-value.ts'
import { sparkline } from './sparkline.ts'

const sparklineLength = 12

/** Metrics that are judged without conditions. */
const judgesItself = (provider: string) => ['job', 'kayenta'].includes(provider) || provider.startsWith('plugin')

/**
 * How far a metric is from each of its limits: `2 more failures or 1 more inconclusive end it`. Limits that it can no
 * longer reach with the measurements that are left are not named; empty when none is in reach or the metric has ended.
 */
export function distanceText(metric: AnalysisMetricState): string {
  const { phase, limits, counts, plannedCount, successCondition, failureCondition, provider } = metric
  if (isCompletedAnalysis(phase)) return ''
  const left = plannedCount === undefined ? Number.POSITIVE_INFINITY : Math.max(0, plannedCount - counts.count)
  const canFail = Boolean(successCondition || failureCondition) || judgesItself(provider)
  const canBeInconclusive = Boolean(successCondition && failureCondition) || judgesItself(provider)
  const bad = [
    ...(canFail && limits.failure >= 0 ? [more(limits.failure + 1 - counts.failed, 'failure', 'failures', left)] : []),
    ...(canBeInconclusive
      ? [more(limits.inconclusive + 1 - counts.inconclusive, 'inconclusive', 'inconclusive', left)]
      : []),
    ...(counts.consecutiveError > 0
      ? [more(limits.consecutiveError + 1 - counts.consecutiveError, 'error in a row', 'errors in a row')]
      : []),
  ].filter(part => part !== undefined)
  const good =
    limits.consecutiveSuccess > 0
      ? more(limits.consecutiveSuccess - counts.consecutiveSuccess, 'success in a row', 'successes in a row', left)
      : undefined
  const [only] = bad
  const ends = bad.length === 1 && only?.startsWith('1 ') ? 'ends' : 'end'
  return [
    ...(bad.length > 0 ? [`${alternatives(bad)} ${ends} it`] : []),
    ...(good ? [`${good} ${good.startsWith('1 ') ? 'completes' : 'complete'} it`] : []),
  ].join(', ')
}

/** `a, b or c` */
const alternatives = (parts: readonly string[]) =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`

function more(count: number, one: string, many: string, left = Number.POSITIVE_INFINITY): string | undefined {
  return count < 1 || count > left ? undefined : `${count} more ${count === 1 ? one : many}`
}

/** `3 of 6`, or `3` of a metric that goes on and on. */
export function countText({ counts, plannedCount }: AnalysisMetricState): string {
  return plannedCount === undefined ? String(counts.count) : `${counts.count} of ${plannedCount}`
}

/** `5 ok, 1 failed`: what the measurements were. */
export function tallyText({ counts }: AnalysisMetricState): string {
  const parts: [number, string][] = [
    [counts.successful, 'ok'],
    [counts.failed, 'failed'],
    [counts.inconclusive, 'inconclusive'],
    [counts.error, counts.error === 1 ? 'error' : 'errors'],
  ]
  return parts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])).join(', ') || '-'
}

/** The value as people read it, else why there is none. */
export function valueText(measurement: SeenMeasurement | undefined): string {
  if (!measurement) return '-'
  if (measurement.value) return shortValue(measurement.value)
  if (measurement.phase === 'Running') return 'measuring'
  return measurement.message ? '-' : 'no value'
}

export function valuesLine({ measurements }: MetricView): string {
  const ended = measurements.filter(({ phase }) => phase !== 'Running').slice(-sparklineLength)
  const numbers = ended.map(({ value }) => firstNumber(value))
  return numbers.some(number => number !== undefined) ? sparkline(numbers) : ''
}

/** Which limit ended the metric, in the controller's words: `failed (2) > failureLimit (1)`. */
export function limitText({ name, phase, limits, counts }: AnalysisMetricState): string | undefined {
  if (!isCompletedAnalysis(phase)) return undefined
  const metric = {
    name,
    failureLimit: limits.failure,
    inconclusiveLimit: limits.inconclusive,
    consecutiveErrorLimit: limits.consecutiveError,
  }
  return exceededLimit(metric, { name, ...counts })?.message
}

/** That a metric had no trouble of its own, and was ended with the run before it was complete. */
export function cutShortText({ phase, limits, counts, plannedCount }: AnalysisMetricState): string | undefined {
  if (phase !== 'Successful' || counts.count >= (plannedCount ?? Number.POSITIVE_INFINITY)) return undefined
  const isComplete = limits.consecutiveSuccess > 0 && counts.consecutiveSuccess >= limits.consecutiveSuccess
  return isComplete || counts.count + counts.error === 0 ? undefined : 'ended with the run, before it was complete'
}

/** No good sign for a metric that was merely ended. */
export const metricIcon = (metric: AnalysisMetricState): Icon =>
  cutShortText(metric) === undefined ? analysisIcon(metric.phase) : icons.neutral

/** Why a metric is where it is: the limit it went beyond, and what the last measurement says. */
export function whyText(metric: MetricView): string | undefined {
  const last = metric.measurements.at(-1)
  const parts = [limitText(metric), cutShortText(metric), metric.message || last?.message].filter(
    text => text !== undefined && text !== '',
  )
  return parts.length === 0 ? undefined : safeText(parts.join(': '))
}
