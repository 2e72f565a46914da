import type { Output } from '../context/context.ts'
import type { AnalysisState, MetricView } from '../events/analysis-state.ts'
import type { CanaryEvent } from '../events/event.ts'
import { humanDuration } from '../values/human-duration.ts'
import { safeLines, safeText } from '../values/safe-text.ts'
import {
  countText,
  cutShortText,
  distanceText,
  limitText,
  metricIcon,
  valuesLine,
  valueText,
} from './analysis-words.ts'
import { iconStyle } from './colors.ts'
import { LiveText } from './live-text.ts'
import type { Styled } from './style.ts'
import { type Column, type Rendering, TableWriter } from './table.ts'

/** Shows how an analysis goes on: a block that is drawn over itself on a terminal, a line per measurement elsewhere. */
export interface AnalysisProgress {
  /** how often it wants to be drawn although nothing happens, in ms; undefined: never */
  readonly redrawMs: number | undefined
  show(event: CanaryEvent, state: AnalysisState, nowMs: number): void
  tick(state: AnalysisState, nowMs: number): void
  /** Takes away what is drawn. */
  end(): void
}

/** @param isDumb whether the terminal takes no cursor movement (`TERM=dumb`) */
export function analysisProgressOn(output: Output, isDumb: boolean): AnalysisProgress {
  return output.isTerminal && !isDumb ? new LiveBlock(output) : new PlainLines(output)
}

class PlainLines implements AnalysisProgress {
  readonly redrawMs = undefined
  readonly #output: Output

  constructor(output: Output) {
    this.#output = output
  }

  show(event: CanaryEvent, state: AnalysisState): void {
    const text = analysisEventText(event, state)
    if (text !== undefined) this.#output.write(`${text}\n`)
  }

  tick(): void {}
  end(): void {}
}

/** An event of an analysis as one line; undefined for one that says nothing new to people. */
export function analysisEventText(event: CanaryEvent, state: AnalysisState): string | undefined {
  if (event.type === 'warning') return `warning: ${safeLines(event.message).replaceAll('\n', '\n  ')}`
  if (event.type === 'analysis.phase') {
    if (event.metric === undefined || !event.state) return undefined
    const why = limitText(event.state) ?? cutShortText(event.state) ?? event.message
    return `${clock(event.time)} ${safeText(event.metric)} ended ${event.phase}${why ? `: ${safeText(why)}` : ''}`
  }
  // of one look the table says all
  if (event.type !== 'analysis.measurement' || state.plan?.mode === 'once') return undefined
  const metric = state.metrics.find(each => each.name === event.metric)
  if (!metric) return undefined
  const value = event.value ? ` ${valueText(event)}` : ''
  const message = event.message ? ` (${safeText(event.message)})` : ''
  const distance = distanceText(metric)
  const count = countText(metric)
  const line = `${safeText(event.metric)} ${event.phase}${value}${message}, ${count}${distance ? `; ${distance}` : ''}`
  return `${clock(event.time)} ${line}`
}

/** `03:04:05` of an RFC 3339 time. */
const clock = (time: string) => time.slice(11, 19)

class LiveBlock implements AnalysisProgress {
  readonly redrawMs = 1_000
  readonly #output: Output
  readonly #live: LiveText

  constructor(output: Output) {
    this.#output = output
    this.#live = new LiveText(output)
  }

  show(event: CanaryEvent, state: AnalysisState, nowMs: number): void {
    if (event.type === 'warning') {
      this.#live.clear()
      this.#output.write(`${analysisEventText(event, state)}\n`)
    }
    if (state.plan?.mode !== 'once') this.tick(state, nowMs)
  }

  tick(state: AnalysisState, nowMs: number): void {
    const { columns, hasColor } = this.#output
    this.#live.draw(renderProgress(state, { columns, color: hasColor }, nowMs))
  }

  end(): void {
    this.#live.clear()
  }
}

/** A line per metric: its last values, the last one, how many are taken, when the next is due, what would end it. */
export function renderProgress(state: AnalysisState, rendering: Rendering, nowMs: number): string {
  const columns = progressColumns(nowMs)
  const table = new TableWriter(columns, rendering, { headers: false })
  return table.rows(state.metrics.map(metric => columns.map(column => column.cell(metric))))
}

function progressColumns(nowMs: number): (Column & { cell(metric: MetricView): Styled })[] {
  return [
    { title: '', cell: metric => ({ text: metricIcon(metric), style: iconStyle(metricIcon(metric)) }) },
    { title: '', cut: 'middle', min: 12, cell: metric => safeText(metric.name) },
    { title: '', drop: 2, cell: valuesLine },
    { title: '', cut: 'end', min: 8, yields: 1, cell: metric => ({ text: lastText(metric), style: 'bold' }) },
    { title: '', cell: countText },
    { title: '', drop: 3, cell: metric => nextText(metric, nowMs) },
    { title: '', cut: 'end', min: 24, yields: 2, drop: 1, cell: standText },
  ]
}

function lastText(metric: MetricView): string {
  const last = metric.measurements.at(-1)
  return last?.phase === 'Error' ? 'error' : valueText(last)
}

function nextText({ nextAt, measurements }: MetricView, nowMs: number): string {
  if (nextAt === undefined || measurements.at(-1)?.phase === 'Running') return ''
  const ms = Date.parse(nextAt) - nowMs
  return ms <= 0 ? 'now' : `next in ${humanDuration(ms)}`
}

/** What would end a metric, or how it ended. */
function standText(metric: MetricView): string {
  const last = metric.measurements.at(-1)
  if (last?.phase === 'Error' && last.message)
    return [safeText(last.message), distanceText(metric)].filter(text => text !== '').join('; ')
  const why = limitText(metric) ?? cutShortText(metric)
  return distanceText(metric) || safeText(`${metric.phase}${why ? `: ${why}` : ''}`)
}
