import type { MetricInfo } from '../rollouts/info/analysis-run-info.ts'
import type { Measurement } from '../rollouts/rollout.ts'
import { humanAge } from '../values/human-duration.ts'
import { analysisIcon } from './icons.ts'
import { shortValue } from './metric-value.ts'
import type { Span } from './style.ts'
import type { TreeNode } from './tree.ts'

/** A metric of an analysis run: its last value next to the conditions, and how much it may still fail. */
export function metricNode(metric: MetricInfo, isOver: boolean, nowMs: number): TreeNode {
  const last = metric.measurements.at(-1)
  const measuredAt = last?.finishedAt ?? last?.startedAt
  return {
    icon: '◇',
    name: metric.name,
    kind: 'Metric',
    status: metric.phase,
    statusIcon: analysisIcon(metric.phase),
    age: '',
    info: [],
    details: [
      valueSpan(last),
      ...(metric.successCondition ? [{ text: `success: ${metric.successCondition}` }] : []),
      ...(metric.failureCondition ? [{ text: `failure: ${metric.failureCondition}` }] : []),
      ...(isOver ? [] : limitSpans(metric)),
      ...progressSpan(metric),
      ...(measuredAt ? [{ text: `${humanAge(measuredAt, nowMs)} ago` }] : []),
      ...(metric.dryRun ? [{ text: 'dry-run' }] : []),
    ],
    children: [],
  }
}

function valueSpan(last: Measurement | undefined): Span {
  if (!last) return { text: 'not measured yet' }
  if (last.phase === 'Running' && !last.value) return { text: 'measuring' }
  const isBad = last.phase === 'Failed' || last.phase === 'Error'
  return { text: shortValue(last.value || last.message || 'no value'), style: isBad ? 'red' : 'bold' }
}

/** `3 of 6`: measurements that count, of those planned. */
function progressSpan(metric: MetricInfo): Span[] {
  if (metric.count === undefined) return []
  return [{ text: `${metric.successful + metric.failed + metric.inconclusive} of ${metric.count} measured` }]
}

function limitSpans({ failuresLeft, inconclusiveLeft, errorsLeft, error }: MetricInfo): Span[] {
  const left = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many} left`
  return [
    ...(failuresLeft === undefined ? [] : [{ text: left(failuresLeft, 'failure') }]),
    ...(inconclusiveLeft === undefined || inconclusiveLeft === 0
      ? []
      : [{ text: left(inconclusiveLeft, 'inconclusive', 'inconclusive') }]),
    ...(errorsLeft === undefined || error === 0 ? [] : [{ text: left(errorsLeft, 'error') }]),
  ]
}
