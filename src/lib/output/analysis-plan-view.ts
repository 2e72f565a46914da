import type { AnalysisMetricState, AnalysisPlan } from '../events/event.ts'
import { safeLines, safeText } from '../values/safe-text.ts'
import { paint } from './style.ts'
import type { Rendering } from './table.ts'

/** What a run would do: its arguments, and of every metric the schedule, the conditions, the limits and the query. */
export function renderPlan(plan: AnalysisPlan, { color }: Rendering): string {
  const width = Math.max(0, ...plan.args.map(arg => arg.name.length))
  const args = plan.args.map(({ name, value, secret }) => {
    const text = secret === undefined ? JSON.stringify(value ?? '') : `(${secret})`
    return `  ${safeText(name.padEnd(width))}  ${safeText(text)}`
  })
  const metrics = plan.metrics.flatMap(metric => ['', ...metricLines(metric, color)])
  return [...(args.length > 0 ? [paint({ text: 'Arguments', style: 'bold' }, color), ...args] : []), ...metrics]
    .join('\n')
    .replace(/^\n/, '')
    .concat('\n')
}

function metricLines(metric: AnalysisMetricState, color: boolean): string[] {
  const { name, provider, successCondition, failureCondition, query, dryRun } = metric
  const title = paint({ text: safeText(name), style: 'bold' }, color)
  return [
    `${title} (${safeText(provider)}${dryRun ? ', dry-run' : ''}): ${scheduleText(metric)}`,
    ...(successCondition ? [`  success: ${safeText(successCondition)}`] : []),
    ...(failureCondition ? [`  failure: ${safeText(failureCondition)}`] : []),
    `  ends with ${limitsText(metric)}`,
    ...(query === undefined
      ? []
      : [
          '  query:',
          ...safeLines(query)
            .split('\n')
            .map(line => `    ${line}`),
        ]),
  ]
}

/** `6 times every 5m, from 30s on`. */
function scheduleText({ plannedCount, interval, initialDelay }: AnalysisMetricState): string {
  const times = plannedCount === undefined ? 'again and again' : plannedCount === 1 ? 'once' : `${plannedCount} times`
  const every = interval && plannedCount !== 1 ? ` every ${safeText(interval)}` : ''
  return `${times}${every}${initialDelay ? `, after ${safeText(initialDelay)}` : ''}`
}

function limitsText({ limits }: AnalysisMetricState): string {
  const { failure, inconclusive, consecutiveError, consecutiveSuccess } = limits
  const count = (number: number, one: string, many = `${one}s`) => `${number} ${number === 1 ? one : many}`
  return [
    ...(failure < 0 ? [] : [count(failure + 1, 'failure')]),
    count(inconclusive + 1, 'inconclusive', 'inconclusive'),
    `${count(consecutiveError + 1, 'error')} in a row`,
    ...(consecutiveSuccess > 0 ? [`${count(consecutiveSuccess, 'success', 'successes')} in a row`] : []),
  ].join(', ')
}
