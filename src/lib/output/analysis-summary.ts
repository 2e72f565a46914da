import type { AnalysisState, MetricView } from '../events/analysis-state.ts'
import { safeText } from '../values/safe-text.ts'
import { countText, metricIcon, tallyText, valuesLine, valueText, whyText } from './analysis-words.ts'
import { iconStyle } from './colors.ts'
import { wrapped } from './fields.ts'
import { analysisIcon, icons } from './icons.ts'
import { paint, type Styled } from './style.ts'
import { type Column, type Rendering, type Row, TableWriter } from './table.ts'

export interface SummaryOptions {
  /** the outcome's own sentence, where the run's message does not say it */
  message?: string
  /** it was ended from outside: what the controller calls Successful then is no verdict */
  isStopped?: boolean
  headers?: boolean
}

/** How an analysis ended: the run's phase and message, then each metric with its last value beside its conditions. */
export function renderAnalysis(state: AnalysisState, rendering: Rendering, options: SummaryOptions = {}): string {
  const isOnce = state.plan?.mode === 'once'
  const table = new TableWriter(isOnce ? onceColumns : runColumns, rendering, { headers: options.headers ?? true })
  const rows = state.metrics.flatMap((metric): Row[] => [
    (isOnce ? onceColumns : runColumns).map(column => column.cell(metric)),
    ...detailLines(metric, rendering).map(line => ({ line })),
  ])
  const head = isOnce && state.phase === 'Pending' ? '' : `${headLines(state, rendering, options).join('\n')}\n`
  return rows.length === 0 ? head : `${head}${head === '' ? '' : '\n'}${table.rows(rows)}`
}

function headLines(
  state: AnalysisState,
  { columns, color }: Rendering,
  { message, isStopped }: SummaryOptions,
): string[] {
  const { object } = state
  const icon = isStopped ? icons.neutral : analysisIcon(state.phase)
  const phase = isStopped ? 'Stopped' : state.phase
  const name = object ? ` analysisrun ${safeText(`${object.namespace ?? ''}/${object.name}`)}` : ''
  const head = paint([{ text: `${icon} ${phase}`, style: iconStyle(icon) }, { text: name }], color)
  const says = [isStopped ? `${state.message} (${state.phase} to the controller)` : state.message, message]
    .filter(text => text !== undefined && text !== '')
    .map(text => safeText(text ?? ''))
  const lines = says.flatMap(text => (columns === undefined ? [text] : wrapped(text, Math.max(20, columns - 2))))
  return [head, ...lines.map(line => `  ${line}`)]
}

interface MetricColumn extends Column {
  cell(metric: MetricView): Styled
}

const phaseCell = (metric: MetricView): Styled => [
  { text: metric.phase, style: iconStyle(metricIcon(metric)) },
  ...(metric.dryRun ? [{ text: ' (dry-run)' }] : []),
]
const isBad = (metric: MetricView) => ['Failed', 'Error'].includes(metric.measurements.at(-1)?.phase ?? '')
const valueCell = (metric: MetricView): Styled => ({
  text: valueText(metric.measurements.at(-1)),
  style: isBad(metric) ? 'red' : 'bold',
})

const nameColumn: MetricColumn = {
  title: 'METRIC',
  cut: 'middle',
  min: 12,
  cell: metric => safeText(metric.name),
}
const runColumns: readonly MetricColumn[] = [
  nameColumn,
  { title: 'PHASE', cell: phaseCell },
  { title: 'MEASURED', cell: countText },
  { title: 'RESULTS', cut: 'end', min: 10, yields: 1, cell: tallyText },
  { title: 'VALUES', drop: 2, cell: valuesLine },
  { title: 'LAST VALUE', cut: 'end', min: 10, yields: 2, cell: valueCell },
]
const onceColumns: readonly MetricColumn[] = [
  nameColumn,
  { title: 'VERDICT', cell: phaseCell },
  { title: 'VALUE', cut: 'end', min: 10, cell: valueCell },
]

/** The conditions with what the last value makes of them, and why the metric ended as it did. */
function detailLines(metric: MetricView, { columns }: Rendering): Styled[] {
  const verdicts = metric.measurements.at(-1)?.verdicts ?? {}
  const why = whyText(metric)
  return [
    ...conditionLine('success', metric.successCondition, verdicts.success),
    ...conditionLine('failure', metric.failureCondition, verdicts.failure),
    ...(why === undefined ? [] : inRoom(why, columns).map(text => ({ text: `  ${text}`, style: whyStyle(metric) }))),
  ]
}

const whyStyle = (metric: MetricView) => iconStyle(metricIcon(metric))

function conditionLine(
  field: 'success' | 'failure',
  condition: string | undefined,
  verdict: string | undefined,
): Styled[] {
  if (!condition) return []
  const good = field === 'success' ? 'true' : 'false'
  const style = verdict === undefined ? undefined : verdict === good ? 'green' : 'red'
  const mark = verdict === undefined ? [] : [{ text: ' → ' }, { text: verdict, style } as const]
  return [[{ text: `  ${field}: ${safeText(condition)}` }, ...mark]]
}

const inRoom = (text: string, columns: number | undefined) =>
  columns === undefined ? [text] : wrapped(text, Math.max(20, columns - 2))
