import type { RunInfo, RunJobInfo, RunMetricInfo } from '../analysis/in-cluster/run-info.ts'
import type { TemplateInfo, TemplateMetricInfo } from '../analysis/in-cluster/template-info.ts'
import type { ArgumentInfo } from '../analysis/in-cluster/template-row.ts'
import type { AnalysisMetricState } from '../events/event.ts'
import { isCompletedAnalysis } from '../rollouts/phase.ts'
import type { Measurement } from '../rollouts/rollout.ts'
import { humanAge, humanDuration, parseTime } from '../values/human-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { ownerText } from './analysis-list-view.ts'
import { countText, distanceText, limitText, tallyText } from './analysis-words.ts'
import { iconStyle } from './colors.ts'
import { type Field, renderFields } from './fields.ts'
import { analysisIcon } from './icons.ts'
import { shortValue } from './metric-value.ts'
import type { Span, Styled } from './style.ts'
import { type Column, type Rendering, renderTable } from './table.ts'

/** How many of the measurements that the controller has kept are shown; `-o info` has them all. */
const shownMeasurements = 5

const field = (key: string, values: readonly Styled[], overflow?: 'cut'): Field[] =>
  values.length === 0 ? [] : [{ key, values, ...(overflow ? { overflow } : {}) }]
const text = (key: string, value: string | undefined): Field[] => (value ? field(key, [safeText(value)]) : [])

/** `analysis get` of a run: what it is for, how it stands, and each metric with its conditions, limits and values. */
export function renderRun(info: RunInfo, rendering: Rendering, nowMs: number): string {
  const header = renderFields(
    [
      ...field('Name', [safeText(info.name)], 'cut'),
      ...field('Namespace', [safeText(info.namespace)], 'cut'),
      ...field('Status', [phaseSpans(info.phase)]),
      ...text('Message', info.message),
      ...field('Decided by', decidedBy(info)),
      ...field('Owner', [ownerText(info.owner)], 'cut'),
      ...field('Started', startedText(info, nowMs)),
      ...field('Ended', info.isTerminated && !isCompletedAnalysis(info.phase) ? ['is being terminated'] : []),
      ...field('Arguments', info.args.map(argumentText)),
      ...field('Not visible', info.notVisible.length > 0 ? [{ text: 'pods of its Jobs', style: 'yellow' }] : []),
    ],
    rendering,
  )
  return [header, ...info.metrics.map(metric => runMetric(metric, rendering, nowMs))].join('\n')
}

/** `analysis get at/NAME` and `cat/NAME`: its arguments, what it includes, and the metrics of all of them. */
export function renderTemplate(info: TemplateInfo, rendering: Rendering): string {
  const header = renderFields(
    [
      ...field('Name', [safeText(info.name)], 'cut'),
      ...field('Namespace', info.namespace ? [safeText(info.namespace)] : ['- (of the cluster)'], 'cut'),
      ...field('Includes', info.includes.map(safeText), 'cut'),
      ...field(
        'Used by',
        info.usedBy ? usedBy(info.usedBy) : [{ text: '? (rollouts are not visible)', style: 'yellow' }],
      ),
      ...field(
        'Problem',
        info.problems.map(problem => ({ text: safeText(problem), style: 'red' as const })),
      ),
      ...field('Arguments', info.args.map(argumentText)),
    ],
    rendering,
  )
  const label = `${info.kind === 'AnalysisTemplateInfo' ? 'at' : 'cat'}/${info.name}`
  return [header, ...info.metrics.map(metric => templateMetric(metric, label, rendering))].join('\n')
}

const usedBy = (users: readonly string[]) => (users.length === 0 ? ['nobody here'] : users.map(safeText))

function phaseSpans(phase: string): Span[] {
  const word = phase || 'Pending'
  const icon = analysisIcon(word)
  return [{ text: `${icon} ${safeText(word)}`.trim(), style: iconStyle(icon) }]
}

function decidedBy({ decidedBy: decided }: RunInfo): string[] {
  if (!decided) return []
  return [`${safeText(decided.metric)}${decided.value ? ` = ${shortValue(decided.value)}` : ''}`]
}

/** `2026-01-02T03:00:05Z (4m ago), took 3m12s` */
function startedText({ startedAt, completedAt }: RunInfo, nowMs: number): string[] {
  const startMs = parseTime(startedAt)
  if (startedAt === undefined || startMs === undefined) return []
  const endMs = parseTime(completedAt)
  const took = endMs === undefined ? '' : `, took ${humanDuration(endMs - startMs)}`
  return [`${safeText(startedAt)} (${humanAge(startedAt, nowMs)} ago)${took}`]
}

/** `name = value`, `name (required)`, `name (secret s, key k)` */
function argumentText({ name, default: value, from }: ArgumentInfo): string {
  if (from) return safeText(`${name} (${from})`)
  return safeText(value === undefined ? `${name} (required)` : `${name} = ${value}`)
}

function conditionFields({ query, successCondition, failureCondition }: AnalysisMetricState): Field[] {
  return [
    ...text('  Asks', query),
    ...text('  Success when', successCondition),
    ...text('  Failure when', failureCondition),
  ]
}

function runMetric(metric: RunMetricInfo, rendering: Rendering, nowMs: number): string {
  const isOver = isCompletedAnalysis(metric.phase)
  const limit = limitText(metric)
  const fields = renderFields(
    [
      ...field('Metric', [
        [
          { text: safeText(metric.name), style: 'bold' },
          { text: ` (${safeText(metric.provider)}${metric.dryRun ? ', dry-run' : ''})  ` },
          ...phaseSpans(metric.phase),
        ],
      ]),
      ...conditionFields(metric),
      ...text('  Measured', `${countText(metric)}${scheduleText(metric)}: ${tallyText(metric)}`),
      ...text('  Limits', limitsText(metric)),
      ...text('  Left', distanceText(metric)),
      ...text('  Ended by', limit),
      ...text('  Message', isOver ? metric.message : undefined),
      ...text('  Next', !isOver && metric.nextAt ? nextText(metric.nextAt, nowMs) : undefined),
      ...field('  Jobs', metric.jobs.slice(-shownMeasurements).map(jobText)),
      ...field('  Logs', logsCommand(metric)),
    ],
    rendering,
  )
  return `${fields}${measurementTable(metric.measurements, rendering, nowMs)}`
}

function templateMetric(metric: TemplateMetricInfo, label: string, rendering: Rendering): string {
  const from = metric.from === label ? '' : `, from ${safeText(metric.from)}`
  return renderFields(
    [
      ...field('Metric', [
        [
          { text: safeText(metric.name), style: 'bold' },
          { text: ` (${safeText(metric.provider)}${metric.dryRun ? ', dry-run' : ''}${from})` },
        ],
      ]),
      ...conditionFields(metric),
      ...text('  Measures', countOf(metric)),
      ...text('  Limits', limitsText({ ...metric, phase: 'Pending' }, false)),
    ],
    rendering,
  )
}

/** `5 times every 1m`, `once`, `every 30s without end` */
function countOf({ count, interval, initialDelay }: TemplateMetricInfo): string {
  const delay = initialDelay ? `, first after ${initialDelay}` : ''
  if (count !== undefined && count !== 0) return `${count} ${count === 1 ? 'time' : 'times'}${every(interval)}${delay}`
  return interval ? `every ${interval} without end${delay}` : `once${delay}`
}

const every = (interval: string | undefined) => (interval ? ` every ${interval}` : '')
const scheduleText = ({ interval, initialDelay }: AnalysisMetricState) =>
  `${interval ? `, every ${interval}` : ''}${initialDelay ? `, first after ${initialDelay}` : ''}`

/** `failed 2 (limit 1), inconclusive 0 (limit 0), errors in a row 0 (limit 4)`; of a template the limits alone. */
function limitsText({ limits, counts }: AnalysisMetricState, withCounts = true): string {
  const used = (name: string, count: number, limit: number) => {
    const tolerated = limit < 0 ? 'no limit' : `limit ${limit}`
    return withCounts ? `${name} ${count} (${tolerated})` : `${name} ${limit < 0 ? tolerated : limit}`
  }
  return [
    used('failed', counts.failed, limits.failure),
    used('inconclusive', counts.inconclusive, limits.inconclusive),
    used('errors in a row', counts.consecutiveError, limits.consecutiveError),
    ...(limits.consecutiveSuccess > 0
      ? [
          `successes in a row ${withCounts ? `${counts.consecutiveSuccess} of ` : ''}${limits.consecutiveSuccess} needed`,
        ]
      : []),
  ].join(', ')
}

function nextText(nextAt: string, nowMs: number): string {
  const ms = (parseTime(nextAt) ?? nowMs) - nowMs
  return ms <= 0 ? 'due now' : `in ${humanDuration(ms)}`
}

/** `x.lint.1 Failed: pod x-abc Error, pod x-def Completed` */
function jobText({ name, namespace, phase, pods }: RunJobInfo): Styled {
  const of = pods.map(pod => `pod ${safeText(pod.name)} ${safeText(pod.status)}`).join(', ')
  const icon = analysisIcon(phase)
  return [
    { text: safeText(`${namespace}/${name} `) },
    { text: safeText(phase), style: iconStyle(icon) },
    ...(of ? [{ text: `: ${of}` }] : []),
  ]
}

/** Of the last Job that did not end well. */
function logsCommand({ jobs }: RunMetricInfo): string[] {
  const failed = jobs.findLast(({ phase }) => phase !== 'Successful' && phase !== 'Running')
  return failed ? [safeText(`kubectl logs job/${failed.name} -n ${failed.namespace} --all-containers`)] : []
}

const measurementColumns: readonly Column[] = [
  { title: ' ' },
  { title: 'MEASURED' },
  { title: 'STATUS' },
  { title: 'VALUE', cut: 'end', min: 8, yields: 1 },
  { title: 'TOOK', drop: 2 },
  { title: 'AGE', drop: 1 },
  { title: 'MESSAGE', cut: 'end', min: 12, yields: 2 },
]

function measurementTable(measurements: readonly Measurement[], rendering: Rendering, nowMs: number): string {
  if (measurements.length === 0) return ''
  const rows = measurements.slice(-shownMeasurements).map(({ phase = '', value, message, startedAt, finishedAt }) => {
    const [startMs, endMs] = [parseTime(startedAt), parseTime(finishedAt)]
    return [
      '',
      safeText(startedAt ?? '-'),
      { text: safeText(phase), style: iconStyle(analysisIcon(phase)) },
      value ? shortValue(value) : '-',
      startMs === undefined || endMs === undefined ? '-' : humanDuration(endMs - startMs),
      humanAge(finishedAt ?? startedAt, nowMs),
      message ? safeText(message) : '-',
    ]
  })
  return renderTable(measurementColumns, rows, rendering)
}
