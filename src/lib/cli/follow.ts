import type { Context } from '../context/context.ts'
import type { ObjectRef } from '../context/kube-client.ts'
import { apiVersion, type CanaryEvent, type EndEvent } from '../events/event.ts'
import { type Progress, progressOn } from '../output/progress.ts'
import type { FollowOptions, WaitResult } from '../rollouts/wait/engine.ts'
import type { Goal } from '../rollouts/wait/goals.ts'
import type { Outcome } from '../values/failure.ts'
import { usage } from '../values/failure.ts'
import { parseGoDuration } from '../values/go-duration.ts'
import { exitCodes } from './exit-codes.ts'

/** Where the events of a command go: NDJSON on stdout, or progress on stderr. */
export interface EventSink {
  take(event: CanaryEvent): void
  /** the last event of a command, in NDJSON only */
  end(outcome: Outcome, message: string, context: Context): void
}

export function eventSink(format: string, context: Context): EventSink {
  if (format === 'ndjson') {
    const write = (event: CanaryEvent) => context.stdout.write(`${JSON.stringify(event)}\n`)
    return {
      take: write,
      end: (outcome, message) => {
        const time = new Date(context.clock.now()).toISOString()
        const event: EndEvent = {
          apiVersion,
          kind: 'Event',
          time,
          type: 'end',
          outcome,
          exitCode: exitCodes[outcome],
          message,
        }
        write(event)
      },
    }
  }
  const progress: Progress = progressOn(context.stderr, context.env.TERM === 'dumb')
  return { take: event => progress.show(event), end: () => progress.end() }
}

/** Follows one rollout to its result, and shows the way there. */
export async function followWith(
  sink: EventSink,
  ref: ObjectRef,
  until: readonly Goal[],
  options: FollowOptions,
  context: Context,
): Promise<WaitResult> {
  // one look at a status needs no engine, and this file is on its way
  const { followRollout } = await import('../rollouts/wait/engine.ts')
  const events = followRollout(ref, until, options, context)
  for (;;) {
    const next = await events.next()
    if (next.done) return next.value
    sink.take(next.value)
  }
}

/**
 * `--timeout 10m`; 0 is none.
 *
 * @throws Failure `usage`
 */
export function timeoutFrom(text: string | undefined, defaultMs: number | undefined): number | undefined {
  if (text === undefined) return defaultMs
  const ms = parseGoDuration(text)
  if (ms < 0) throw usage(`--timeout must not be negative: ${text}`, { reason: 'InvalidFlag' })
  return ms === 0 ? undefined : ms
}
