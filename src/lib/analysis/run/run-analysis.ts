import type { Clock, Context } from '../../context/context.ts'
import type { CanaryEvent } from '../../events/event.ts'
import type { AnalysisPhase } from '../../rollouts/rollout.ts'
import type { Outcome } from '../../values/failure.ts'
import { formatGoDuration } from '../../values/go-duration.ts'
import { growingRedactor } from '../../values/redact.ts'
import type { ControllerVersion, EngineRun, SecretKeyRef } from '../analysis.ts'
import { drive } from '../drive.ts'
import type { Providers } from '../providers/provider.ts'
import type { PlannedRun } from './plan-run.ts'
import { redactRun } from './redact-run.ts'
import { PresentReached, ReplayClock } from './replay-clock.ts'
import { RunEvents } from './run-events.ts'
import { secretReader } from './secrets.ts'

/** Of the five seconds that an interrupted program has, what the end of work elsewhere may take. */
const cleanUpMs = 4_000

export interface RunAnalysisOptions {
  version: ControllerVersion
  providers: Providers
  /** the run's namespace is asked for secrets that the command line does not give */
  kube: Context['kube']
  /** ms since 1970 at which a run on history starts; absent: live */
  replayFromMs?: number | undefined
  maxDurationMs?: number | undefined
  /** what must not be shown; secrets are added as they are read */
  secrets: Set<string>
  /** what providers want to be said, each once; taken from here */
  notes?: string[]
}

export interface RunOutcome {
  /** as the controller would have written it, without secrets */
  run: EngineRun
  outcome: Outcome
  /** why it ended otherwise than by itself; empty where the run's own message says it */
  message: string
}

/**
 * Executes a run as the controller does, live or on history, and tells about it. Ctrl-C and `maxDurationMs` end it as
 * `spec.terminate` does, so that nothing is left behind; queries in flight are given up.
 *
 * @returns the final run; on history that has not come to an end when the present is reached, as it is then
 */
export async function* runAnalysis(
  planned: PlannedRun,
  options: RunAnalysisOptions,
  context: Pick<Context, 'clock' | 'signal'>,
): AsyncGenerator<CanaryEvent, RunOutcome> {
  const redact = growingRedactor(options.secrets)
  const stop = new Stop(context, options)
  const events = new RunEvents(planned, redact)
  const readSecret = secretReaderOf(planned, options)
  let run = planned.run
  try {
    yield events.planned(stop.clock.now())
    const { version, providers } = options
    const never = new AbortController().signal
    const driven = drive(
      run,
      { version, providers, readSecret, terminate: stop.signal },
      { clock: stop.clock, signal: never },
    )
    for (;;) {
      const next = await stop.withinCleanUp(driven.next())
      if (next === 'given-up') break
      if (next.done) break
      run = next.value.run
      yield* events.noted(options.notes ?? [], stop.clock.now())
      yield* events.changed(run, stop.clock.now())
    }
    yield* cleanUp(options.providers, events, work => stop.withinCleanUp(work), stop.clock)
    return { run: redactRun(run, redact), ...stop.outcome(run) }
  } catch (error) {
    if (!(error instanceof PresentReached)) throw error
    const sinceStart = formatGoDuration(stop.clock.now() - Date.parse(planned.plan.startsAt))
    const message = `the run is not over: what comes after ${sinceStart} lies in the future`
    return { run: redactRun(run, redact), outcome: 'not-yet', message }
  } finally {
    stop.close()
  }
}

/** Takes away what providers have made in the world, and tells what could not be. */
export async function* cleanUp(
  providers: Providers,
  events: RunEvents,
  within: (work: Promise<(readonly string[])[]>) => Promise<(readonly string[])[] | 'given-up'>,
  clock: Clock,
): AsyncGenerator<CanaryEvent> {
  const left = await within(Promise.all(Object.values(providers).map(provider => provider.cleanUp?.() ?? [])))
  const names = left === 'given-up' ? ['what was in flight did not end in time'] : left.flat()
  for (const name of names) yield events.warning(`left behind: ${name}`, clock.now())
}

/** Every value that is read becomes one of `secrets`. */
export const secretReaderOf = (
  { secrets: given, run }: PlannedRun,
  { kube, secrets }: Pick<RunAnalysisOptions, 'kube' | 'secrets'>,
): ((ref: SecretKeyRef) => Promise<string>) =>
  secretReader({ given, namespace: run.metadata.namespace, kube, onSecret: value => void secrets.add(value) })

/** The exit of a run that ended by itself. */
export function outcomeOf(phase: AnalysisPhase | undefined): Outcome {
  switch (phase) {
    case 'Successful':
      return 'done'
    case 'Failed':
    case 'Error':
      return 'negative'
    case 'Inconclusive':
      return 'no-verdict'
    default:
      return 'not-yet'
  }
}

/** What ends a run from outside: Ctrl-C, or its time is up. */
class Stop {
  readonly clock: Clock
  readonly #context: Pick<Context, 'clock' | 'signal'>
  readonly #terminate = new AbortController()
  readonly #closed = new AbortController()
  readonly #maxDurationMs: number | undefined
  #isTimedOut = false

  constructor(context: Pick<Context, 'clock' | 'signal'>, { replayFromMs, maxDurationMs }: RunAnalysisOptions) {
    this.#context = context
    this.#maxDurationMs = maxDurationMs
    if (replayFromMs === undefined) {
      this.clock = context.clock
      if (maxDurationMs !== undefined)
        context.clock.sleep(maxDurationMs, this.#closed.signal).then(
          () => this.#onDeadline(),
          () => {},
        )
    } else {
      this.clock = new ReplayClock(replayFromMs, {
        presentMs: context.clock.now(),
        deadlineMs: maxDurationMs === undefined ? undefined : replayFromMs + maxDurationMs,
        onDeadline: () => this.#onDeadline(),
      })
    }
    if (context.signal.aborted) this.#onInterrupt()
    else context.signal.addEventListener('abort', this.#onInterrupt)
  }

  get signal(): AbortSignal {
    return this.#terminate.signal
  }

  readonly #onInterrupt = () => this.#terminate.abort()

  #onDeadline(): void {
    this.#isTimedOut = true
    this.#terminate.abort()
  }

  /** After Ctrl-C the end of work elsewhere is not waited for longer than there is time. */
  async withinCleanUp<T>(next: Promise<T>): Promise<T | 'given-up'> {
    const { clock, signal } = this.#context
    const done = new AbortController()
    const interrupted = new Promise<void>(resolve => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true, signal: done.signal })
    })
    const givenUp = interrupted.then(() => clock.sleep(cleanUpMs, done.signal)).then(() => 'given-up' as const)
    givenUp.catch(() => {})
    next.catch(() => {})
    try {
      return await Promise.race([next, givenUp])
    } finally {
      done.abort()
    }
  }

  outcome(run: EngineRun): { outcome: Outcome; message: string } {
    if (this.#context.signal.aborted) return { outcome: 'interrupted', message: 'interrupted' }
    if (this.#isTimedOut && run.spec.terminate) {
      const limit = formatGoDuration(this.#maxDurationMs ?? 0)
      return { outcome: 'timed-out', message: `stopped after ${limit} (--max-duration): it had not ended by itself` }
    }
    return { outcome: outcomeOf(run.status?.phase), message: '' }
  }

  close(): void {
    this.#closed.abort()
    this.#context.signal.removeEventListener('abort', this.#onInterrupt)
  }
}
