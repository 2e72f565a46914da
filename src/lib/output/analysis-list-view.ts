import type { RunOwner } from '../analysis/in-cluster/run-owner.ts'
import type { AnalysisRunRow } from '../analysis/in-cluster/run-row.ts'
import type { AnalysisTemplateRow, ArgumentInfo } from '../analysis/in-cluster/template-row.ts'
import { humanAge, humanDuration } from '../values/human-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { iconStyle } from './colors.ts'
import { analysisIcon } from './icons.ts'
import { shortValue } from './metric-value.ts'
import type { ListViewOptions } from './rollout-list-view.ts'
import type { Styled } from './style.ts'
import { type Column, type Rendering, TableWriter } from './table.ts'

interface RowColumn<R> extends Column {
  cell(row: R, nowMs: number): Styled
  /** changes by itself: no reason to print a row again */
  countsTime?: true
}

/** Writes pages of rows as they come. */
class ColumnView<R> {
  readonly #columns: readonly RowColumn<R>[]
  readonly #table: TableWriter

  constructor(columns: readonly RowColumn<R>[], options: ListViewOptions, rendering: Rendering) {
    this.#columns = columns
    this.#table = new TableWriter(columns, rendering, { headers: options.headers, reserve: options.watch ?? false })
  }

  rows(rows: readonly R[], nowMs: number): string {
    return this.#table.rows(rows.map(row => this.#columns.map(column => column.cell(row, nowMs))))
  }

  /** Cells that tell whether a row has to be printed again: all but those that count time. */
  signature(row: R): string {
    return JSON.stringify(this.#columns.filter(column => !column.countsTime).map(column => column.cell(row, 0)))
  }
}

interface Listed {
  namespace: string
  name: string
  createdAt: string
}

const namespace: RowColumn<Listed> = {
  title: 'NAMESPACE',
  cut: 'middle',
  min: 9,
  yields: 2,
  cell: row => safeText(row.namespace),
}
const name: RowColumn<Listed> = { title: 'NAME', cut: 'middle', min: 16, yields: 1, cell: row => safeText(row.name) }
const age: RowColumn<Listed> = {
  title: 'AGE',
  drop: 5,
  reserve: 6,
  cell: (row, nowMs) => humanAge(row.createdAt, nowMs),
  countsTime: true,
}

const runColumns: readonly RowColumn<AnalysisRunRow>[] = [
  {
    title: 'STATUS',
    reserve: 12,
    cell: row => ({ text: safeText(row.phase) || 'Pending', style: iconStyle(analysisIcon(row.phase || 'Pending')) }),
  },
  { title: 'OWNER', cut: 'middle', min: 14, yields: 3, drop: 3, cell: row => ownerText(row.owner) },
  { title: 'DECIDED BY', cut: 'end', min: 12, yields: 2, drop: 2, cell: decidedText },
  { title: 'DURATION', drop: 4, reserve: 8, cell: durationCell, countsTime: true },
  age,
]
const runWide: readonly RowColumn<AnalysisRunRow>[] = [
  { title: 'METRICS', drop: 7, cell: row => String(row.metrics) },
  { title: 'MEASURED', drop: 7, reserve: 16, cell: measuredText },
  { title: 'MESSAGE', cut: 'end', min: 12, yields: 5, drop: 6, cell: row => safeText(row.message) || '-' },
]

/** `analysis list ar` */
export function analysisRunListView(options: ListViewOptions, rendering: Rendering): ColumnView<AnalysisRunRow> {
  const columns = [...placed(options), ...runColumns, ...(options.wide ? runWide : [])]
  return new ColumnView<AnalysisRunRow>(columns, options, rendering)
}

const placed = (options: ListViewOptions) => [...(options.allNamespaces ? [namespace] : []), name]

/** `rollout/web rev 2 step 1`, `rollout/web rev 2 background`, `freight/abc (stage test)`; `-` for none. */
export function ownerText(owner: RunOwner | undefined): string {
  if (!owner) return '-'
  const { kind, revision, type, stepIndex, stage } = owner
  const place = type === 'Step' && stepIndex !== undefined ? ` step ${stepIndex}` : placeWords[type ?? '']
  return safeText(
    `${kind.toLowerCase()}/${owner.name}` +
      (revision === undefined ? '' : ` rev ${revision}`) +
      (place ?? (type ? ` ${type}` : '')) +
      (stage && kind !== 'Stage' ? ` (stage ${stage})` : ''),
  )
}

const placeWords: Readonly<Record<string, string>> = {
  Background: ' background',
  PrePromotion: ' pre-promotion',
  PostPromotion: ' post-promotion',
}

/** `success-rate = 0.87` */
function decidedText({ decidedBy }: AnalysisRunRow): string {
  if (!decidedBy) return '-'
  const { metric, value } = decidedBy
  return value === '' ? safeText(metric) : `${safeText(metric)} = ${shortValue(value)}`
}

function durationCell({ startedAtMs, completedAtMs, phase }: AnalysisRunRow, nowMs: number): string {
  if (startedAtMs === undefined) return '-'
  if (completedAtMs !== undefined) return humanDuration(completedAtMs - startedAtMs)
  return phase === 'Running' || phase === 'Pending' ? humanDuration(nowMs - startedAtMs) : '-'
}

/** `3 ok, 1 failed`: measurements by their phases */
function measuredText({ successful, failed, inconclusive, error }: AnalysisRunRow): string {
  const counts: [number, string][] = [
    [successful, 'ok'],
    [failed, 'failed'],
    [inconclusive, 'inconclusive'],
    [error, 'error'],
  ]
  const texts = counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []))
  return texts.join(', ') || '-'
}

const templateColumns: readonly RowColumn<AnalysisTemplateRow>[] = [
  { title: 'METRICS', cut: 'end', min: 12, yields: 2, drop: 2, cell: metricsText },
  { title: 'PROVIDERS', cut: 'end', min: 10, yields: 1, drop: 4, cell: row => words(row.providers) },
  { title: 'ARGS', cut: 'end', min: 12, yields: 3, drop: 3, cell: row => words(row.args.map(argumentText)) },
  { title: 'USED BY', cut: 'end', min: 12, yields: 4, drop: 6, cell: row => (row.usedBy ? words(row.usedBy) : '?') },
  age,
]

/** `analysis list at` and `cat`. Arguments with a default stand as `name=default`, secret ones as `name(secret)`. */
export function analysisTemplateListView(
  options: ListViewOptions,
  rendering: Rendering,
): ColumnView<AnalysisTemplateRow> {
  return new ColumnView<AnalysisTemplateRow>([...placed(options), ...templateColumns], options, rendering)
}

const words = (texts: readonly string[]) => texts.map(safeText).join(',') || '-'

function metricsText({ metrics, includes }: AnalysisTemplateRow): string {
  return words([...metrics, ...includes])
}

function argumentText({ name, default: value, from }: ArgumentInfo): string {
  if (value !== undefined) return `${name}=${value}`
  return from?.startsWith('secret ') ? `${name}(secret)` : name
}
