import type { Context } from '../context/context.ts'
import { LiveText } from '../output/live-text.ts'
import type { OutputFormat } from '../output/output-format.ts'
import type { Rendering } from '../output/table.ts'
import { watchText } from '../output/watch-text.ts'
import type { WatchStep } from '../rollouts/observe/watch.ts'
import { NextOrAlarm } from '../rollouts/wait/next-or-alarm.ts'
import type { Outcome } from '../values/failure.ts'
import { humanDuration } from '../values/human-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { eventSink } from './follow.ts'

/** How one kind of object is watched and drawn. */
export interface Watched<I> {
  steps(context: Context): AsyncGenerator<WatchStep<I>, void, undefined>
  render(info: I, rendering: Rendering, nowMs: number): string
}

/**
 * Shows what is watched until it ends: events with `-o ndjson`, else a tree that is drawn over itself on a terminal and
 * lines elsewhere.
 */
export async function runWatch<I>(watched: Watched<I>, format: OutputFormat, context: Context): Promise<Outcome> {
  const { stdout } = context
  const isLive = format.name === 'table' && stdout.isTerminal
  const end = isLive ? await drawWatch(watched, context) : await writeWatch(watched, format, context)
  if (!end) return 'done'
  if (format.name !== 'ndjson' && end.outcome !== 'done') context.stderr.write(`${end.message}\n`)
  return end.outcome
}

type End = NonNullable<WatchStep<unknown>['end']>

async function writeWatch<I>(watched: Watched<I>, format: OutputFormat, context: Context): Promise<End | undefined> {
  const sink = eventSink(format.name, context)
  for await (const step of watched.steps(context)) {
    for (const event of step.events) {
      if (format.name === 'ndjson') sink.take(event)
      else {
        const text = watchText(event)
        const stream = event.type === 'warning' ? context.stderr : context.stdout
        if (text !== undefined) stream.write(`${text}\n`)
      }
    }
    if (!step.end) continue
    if (format.name === 'ndjson') sink.end(step.end.outcome, step.end.message, context)
    return step.end
  }
  return undefined
}

const redrawMs = 1_000
const fastestMs = 200

/** Redraws on every change, not more often than five times a second, and every second for ages and remaining times. */
async function drawWatch<I>(watched: Watched<I>, context: Context): Promise<End | undefined> {
  const { clock, stdout } = context
  const live = new LiveText(stdout)
  const steps = new NextOrAlarm(watched.steps(context), clock)
  let step: WatchStep<I> | undefined
  let drawnAt = Number.NEGATIVE_INFINITY
  let isDue = false
  const text = (shown: WatchStep<I>) => {
    const nowMs = clock.now()
    const tree = watched.render(shown.info, { columns: stdout.columns, color: stdout.hasColor }, nowMs)
    return `${tree}${lostText(shown, nowMs)}`
  }
  try {
    for (;;) {
      const next = await steps.next(step && drawnAt + (isDue ? fastestMs : redrawMs))
      context.signal.throwIfAborted()
      if (next === 'end') return undefined
      if (next !== 'alarm') {
        step = next.item
        isDue = true
      }
      if (!step) continue
      if (step.end) {
        live.finish(text(step))
        return step.end
      }
      if (next !== 'alarm' && clock.now() - drawnAt < fastestMs) continue
      live.draw(text(step))
      drawnAt = clock.now()
      isDue = false
    }
  } finally {
    live.stop()
    await steps.close()
  }
}

function lostText({ lost }: WatchStep<unknown>, nowMs: number): string {
  if (!lost) return ''
  const age = humanDuration(nowMs - lost.sinceMs)
  return `\n⚠ this is as of ${age} ago, the API server does not answer: ${safeText(lost.message)}\n`
}
