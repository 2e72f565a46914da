import { runningImages } from '../rollouts/images.ts'
import type { ExperimentInfo } from '../rollouts/info/experiment-info.ts'
import type { ExperimentRow } from '../rollouts/info/experiment-row.ts'
import { readGoDuration } from '../values/go-duration.ts'
import { humanAge, humanDuration } from '../values/human-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { iconStyle } from './colors.ts'
import { type Field, renderFields } from './fields.ts'
import { analysisIcon } from './icons.ts'
import type { ListViewOptions } from './rollout-list-view.ts'
import { experimentNode } from './rollout-tree.ts'
import type { Styled } from './style.ts'
import { type Column, type Rendering, TableWriter } from './table.ts'
import { renderTree } from './tree.ts'

/** `experiment get`: header and tree (argo-rollouts cmd/get/get_experiment.go). */
export function renderExperiment(info: ExperimentInfo, rendering: Rendering, nowMs: number): string {
  const icon = analysisIcon(info.status)
  const images = runningImages([], [info]).map(image => image.image)
  const fields: Field[] = [
    { key: 'Name', values: [safeText(info.name)], overflow: 'cut' },
    { key: 'Namespace', values: [safeText(info.namespace)], overflow: 'cut' },
    { key: 'Status', values: [{ text: `${icon} ${safeText(info.status)}`.trim(), style: iconStyle(icon) }] },
    ...(info.message ? [{ key: 'Message', values: [safeText(info.message)] }] : []),
    ...(info.duration ? [{ key: 'Duration', values: [durationText(info)] }] : []),
    { key: 'Images', values: images.map(safeText), overflow: 'cut' },
  ]
  return `${renderFields(fields, rendering)}\n${renderTree(experimentNode(info, true, nowMs), rendering)}`
}

function durationText({ duration = '', remainingMs }: ExperimentInfo): string {
  const text = safeText(duration)
  return remainingMs === undefined ? text : `${text}, ${humanDuration(Math.max(0, remainingMs))} left`
}

interface RowColumn extends Column {
  cell(row: ExperimentRow, nowMs: number): Styled
}

const namespace: RowColumn = {
  title: 'NAMESPACE',
  cut: 'middle',
  min: 10,
  yields: 2,
  cell: row => safeText(row.namespace),
}
const age: RowColumn = { title: 'AGE', drop: 4, reserve: 6, cell: (row, nowMs) => humanAge(row.createdAt, nowMs) }
const remaining: RowColumn = {
  title: 'REMAINING',
  drop: 2,
  cell: ({ endsAtMs }, nowMs) => (endsAtMs === undefined ? '-' : humanDuration(Math.max(0, endsAtMs - nowMs))),
}
const basic: readonly RowColumn[] = [
  { title: 'NAME', cut: 'middle', min: 16, yields: 1, cell: row => safeText(row.name) },
  {
    title: 'STATUS',
    reserve: 12,
    cell: row => ({ text: safeText(row.status) || '-', style: iconStyle(analysisIcon(row.status)) }),
  },
  { title: 'DURATION', drop: 3, cell: row => durationCell(row.duration) },
  remaining,
  age,
]
const message: RowColumn = {
  title: 'MESSAGE',
  cut: 'end',
  min: 12,
  yields: 3,
  cell: row => safeText(row.message) || '-',
}

/** Writes pages of `experiment list` as they come (argo-rollouts cmd/list/list_experiments.go). */
export class ExperimentListView {
  readonly #columns: readonly RowColumn[]
  readonly #table: TableWriter

  constructor(options: ListViewOptions, rendering: Rendering) {
    this.#columns = [...(options.allNamespaces ? [namespace] : []), ...basic, ...(options.wide ? [message] : [])]
    this.#table = new TableWriter(this.#columns, rendering, {
      headers: options.headers,
      reserve: options.watch ?? false,
    })
  }

  rows(rows: readonly ExperimentRow[], nowMs: number): string {
    return this.#table.rows(rows.map(row => this.#columns.map(column => column.cell(row, nowMs))))
  }

  /** Cells that tell whether a row has to be printed again: all but those that count time. */
  signature(row: ExperimentRow): string {
    const steady = this.#columns.filter(column => column !== age && column !== remaining)
    return JSON.stringify(steady.map(column => column.cell(row, 0)))
  }
}

function durationCell(duration: string | undefined): string {
  const ms = readGoDuration(duration)
  return ms === undefined ? safeText(duration ?? '') || '-' : humanDuration(ms)
}
