import type { RolloutRow } from '../rollouts/info/rollout-row.ts'
import { humanAge, humanDuration } from '../values/human-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { iconStyle } from './colors.ts'
import { rolloutIcon } from './icons.ts'
import type { Styled } from './style.ts'
import { type Column, type Rendering, TableWriter } from './table.ts'

export interface ListViewOptions {
  allNamespaces: boolean
  wide: boolean
  headers: boolean
  /** rows will follow that are not known yet */
  watch?: boolean
}

interface RowColumn extends Column {
  cell(row: RolloutRow, nowMs: number): Styled
}

const namespace: RowColumn = {
  title: 'NAMESPACE',
  cut: 'middle',
  min: 9,
  yields: 2,
  cell: row => safeText(row.namespace),
}
const basic: readonly RowColumn[] = [
  { title: 'NAME', cut: 'middle', min: 14, yields: 1, cell: row => safeText(row.name) },
  { title: 'STRATEGY', drop: 6, cell: row => row.strategy },
  {
    title: 'STATUS',
    reserve: 11,
    cell: row => ({ text: safeText(row.phase), style: iconStyle(rolloutIcon(row.phase)) }),
  },
  { title: 'STEP', drop: 2, reserve: 5, cell: row => row.step },
  { title: 'WEIGHT', drop: 3, cell: row => row.weight },
  { title: 'READY', drop: 3, reserve: 7, cell: row => `${row.ready}/${row.current}` },
]
const wide: readonly RowColumn[] = [
  { title: 'DESIRED', drop: 9, cell: row => String(row.desired) },
  { title: 'UP-TO-DATE', drop: 9, cell: row => String(row.updated) },
  { title: 'AVAILABLE', drop: 9, cell: row => String(row.available) },
]
const age: RowColumn = { title: 'AGE', drop: 5, reserve: 6, cell: (row, nowMs) => humanAge(row.createdAt, nowMs) }
const image: RowColumn = { title: 'IMAGE', cut: 'start', min: 14, yields: 4, drop: 4, cell: imageCell }
const wideLast: readonly RowColumn[] = [
  { title: 'PAUSED', drop: 8, reserve: 18, cell: pausedCell },
  {
    title: 'ANALYSIS',
    cut: 'middle',
    min: 12,
    yields: 5,
    drop: 7,
    cell: row => row.analyses.map(safeText).join(',') || '-',
  },
]

/** The columns of `rollout list`. */
function rolloutColumns(options: ListViewOptions): readonly RowColumn[] {
  return [
    ...(options.allNamespaces ? [namespace] : []),
    ...basic,
    ...(options.wide ? wide : []),
    age,
    ...(options.wide ? wideLast : []),
    image,
  ]
}

/** Writes pages of rows as they come; widths from the first page. */
export class RolloutListView {
  readonly #columns: readonly RowColumn[]
  readonly #table: TableWriter

  constructor(options: ListViewOptions, rendering: Rendering) {
    this.#columns = rolloutColumns(options)
    this.#table = new TableWriter(this.#columns, rendering, {
      headers: options.headers,
      reserve: options.watch ?? false,
    })
  }

  /** Text of these rows, with line ends. */
  rows(rows: readonly RolloutRow[], nowMs: number): string {
    return this.#table.rows(rows.map(row => this.#columns.map(column => column.cell(row, nowMs))))
  }

  /** Cells that tell whether a row has to be printed again: all but the age. */
  signature(row: RolloutRow): string {
    return JSON.stringify(this.#columns.filter(column => column !== age).map(column => column.cell(row, 0)))
  }
}

function imageCell({ images }: RolloutRow): string {
  if (images.length === 0) return '-'
  return images.map(safeText).join(',')
}

/** `5m12s, 4m48s left`, or `5m12s, until promoted`; the start of a manual pause is not in the object. */
function pausedCell(row: RolloutRow, nowMs: number): string {
  if (row.pausedSinceMs === undefined && !row.pausedIndefinitely) return '-'
  const since = row.pausedSinceMs === undefined ? 'manually' : humanDuration(nowMs - row.pausedSinceMs)
  return row.pauseEndsAtMs === undefined
    ? since
    : `${since}, ${humanDuration(Math.max(0, row.pauseEndsAtMs - nowMs))} left`
}
