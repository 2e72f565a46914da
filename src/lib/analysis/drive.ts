import type { Context } from '../context/context.ts'
import type { ControllerVersion, EngineRun, SecretKeyRef } from './analysis.ts'
import { AnalysisError } from './analysis-error.ts'
import { type EngineAction, type EngineRules, step } from './engine.ts'
import { lastMeasurement, resultOf } from './metric-results.ts'
import {
  type MeasurementRequest,
  type Provider,
  type Providers,
  providerOf,
  providerProblem,
} from './providers/provider.ts'
import type { Measured, MeasurementTask, TaskResult } from './record-measurement.ts'

/** Between rounds of an interval below a second, for which the controller does not wait at all. */
const breatherMs = 10

export interface DriveOptions {
  version: ControllerVersion
  providers: Providers
  /** The value of a secret argument; throws AnalysisError in the controller's words when it cannot be read. */
  readSecret(ref: SecretKeyRef): Promise<string>
  /** aborts to end the run as `spec.terminate` does; `context.signal` drops it instead */
  terminate?: AbortSignal
}

/** The run after a change of its status, and what happens next. */
export interface Progress {
  run: EngineRun
  action: EngineAction
}

/**
 * Executes a run by the clock of the context until it ends; the last progress has the action `end`. Tasks of one round
 * run side by side.
 *
 * @throws what `context.signal` aborts with
 */
export async function* drive(
  run: EngineRun,
  options: DriveOptions,
  context: Pick<Context, 'clock' | 'signal'>,
): AsyncGenerator<Progress, EngineRun> {
  const { clock, signal } = context
  const rules = await rulesOf(run, options)
  let current = run
  let results: TaskResult[] | undefined
  let lastMeasuredMs: number | undefined
  const inFlight = new Map<string, Provider>()
  for (;;) {
    signal.throwIfAborted()
    const next = step(current, clock.now(), rules, results)
    current = next.run
    results = undefined
    yield next
    const { action } = next
    if (action.kind === 'end') return current
    // A round is concluded by the spec that it began with; the next one, whatever it asks for, is the terminating one.
    if (options.terminate?.aborted && !current.spec.terminate) {
      current = { ...current, spec: { ...current.spec, terminate: true } }
      continue
    }
    if (action.kind === 'measure') {
      if (lastMeasuredMs === clock.now()) await clock.sleep(breatherMs, signal)
      lastMeasuredMs = clock.now()
      const taken = await Promise.all(action.tasks.map(task => performOrDrop(task, current, options, context)))
      results = taken.filter(result => result !== undefined)
      for (const { task, measured } of results) {
        const provider = providerOf(task.metric, options.providers)
        if (provider?.changed && measured.phase === 'Running') inFlight.set(task.metric.name, provider)
        else inFlight.delete(task.metric.name)
      }
    } else {
      // once it is being terminated there is nothing that could end the wait for what is in flight
      const terminate = current.spec.terminate ? undefined : options.terminate
      await sleepUntil(action.untilMs, changesOf(current, inFlight), terminate, context)
    }
  }
}

type Change = (signal: AbortSignal) => Promise<void>

/** What is worth waking up for: news of the measurements in flight that name no time to resume them at. */
function changesOf(run: EngineRun, inFlight: ReadonlyMap<string, Provider>): Change[] {
  return [...inFlight].flatMap(([name, provider]) => {
    const last = lastMeasurement(resultOf(run, name))
    if (!last || last.finishedAt !== undefined || last.resumeAt !== undefined) return []
    return [(signal: AbortSignal) => provider.changed?.(run, last, signal) ?? Promise.resolve()]
  })
}

/** Ends early when the run is to be terminated, or something in flight has changed. */
async function sleepUntil(
  untilMs: number | undefined,
  changes: readonly Change[],
  terminate: AbortSignal | undefined,
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
): Promise<void> {
  const dayMs = 24 * 3600_000
  // timers cannot wait longer than 24 days, and a run that awaits nothing can still be terminated
  const ms = Math.min(untilMs === undefined ? dayMs : Math.max(0, untilMs - clock.now()), dayMs)
  if (changes.length === 0 && !terminate) return clock.sleep(ms, signal)
  const awake = new AbortController()
  const ends = AbortSignal.any([signal, awake.signal, ...(terminate ? [terminate] : [])])
  const waits = [clock.sleep(ms, ends), ...changes.map(change => change(ends))]
  // those that lose the race are told to end
  for (const wait of waits) wait.catch(() => {})
  try {
    await Promise.race(waits)
  } catch (error) {
    if (signal.aborted || !terminate?.aborted) throw error
  } finally {
    awake.abort(new Error('not waited for any more'))
  }
}

/**
 * A measurement that nobody looks after later, such as a query, is given up when the run is to be terminated: waiting for
 * a slow server is not what somebody wants who ends a run. One that was begun elsewhere, such as a Job, is waited for, so
 * that the terminating round knows of it.
 */
async function performOrDrop(
  task: MeasurementTask,
  run: EngineRun,
  { providers, terminate }: DriveOptions,
  context: Pick<Context, 'clock' | 'signal'>,
): Promise<TaskResult | undefined> {
  const isLookedAfter = task.action !== 'measure' || providerOf(task.metric, providers)?.terminate !== undefined
  if (!terminate || isLookedAfter) return perform(task, run, providers, context)
  let onTerminate = () => {}
  const givenUp = new Promise<undefined>(resolve => {
    onTerminate = () => resolve(undefined)
    if (terminate.aborted) onTerminate()
    else terminate.addEventListener('abort', onTerminate)
  })
  const signal = AbortSignal.any([context.signal, terminate])
  const work = perform(task, run, providers, { clock: context.clock, signal })
  // given up: its end, whatever it is, is nobody's any more
  work.catch(() => {})
  try {
    return await Promise.race([givenUp, work])
  } finally {
    terminate.removeEventListener('abort', onTerminate)
  }
}

/** Does one task of a `measure` action; whatever goes wrong is an `Error` measurement. */
export async function perform(
  task: MeasurementTask,
  run: EngineRun,
  providers: Providers,
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
): Promise<TaskResult> {
  const startedAtMs = clock.now()
  const { metric } = task
  const provider = providerOf(metric, providers)
  const problem = providerProblem(metric, providers)
  const taken = (measured: Measured, metadata?: Record<string, string>): TaskResult => ({
    task,
    measured,
    startedAtMs,
    finishedAtMs: clock.now(),
    ...(metadata ? { metadata } : {}),
  })
  if (!provider || problem !== undefined) return taken({ phase: 'Error', message: problem ?? '' })
  const request: MeasurementRequest = { metric, run, nowMs: startedAtMs, signal }
  const metadata = provider.metadata?.(metric)
  if (task.action === 'measure' || !task.inFlight) return taken(await provider.measure(request), metadata)
  const goOn = task.action === 'resume' ? provider.resume : provider.terminate
  const measured = await goOn?.call(provider, request, task.inFlight)
  return taken(measured ?? { phase: 'Error', message: `a measurement of ${metric.name} cannot be ${task.action}d` })
}

/** Secrets are read once, before the first round: what a run is judged by does not change on the way. */
export async function rulesOf(
  run: EngineRun,
  { version, providers, readSecret }: Pick<DriveOptions, 'version' | 'providers' | 'readSecret'>,
): Promise<EngineRules> {
  const secrets = new Map<string, string | AnalysisError>()
  for (const { valueFrom } of run.spec.args ?? []) {
    if (!valueFrom?.secretKeyRef) continue
    const key = keyOf(valueFrom.secretKeyRef)
    if (secrets.has(key)) continue
    try {
      secrets.set(key, await readSecret(valueFrom.secretKeyRef))
    } catch (error) {
      if (!(error instanceof AnalysisError)) throw error
      secrets.set(key, error)
    }
  }
  return {
    version,
    providerProblem: metric => providerProblem(metric, providers),
    readSecret: ref => {
      const secret = secrets.get(keyOf(ref)) ?? missingKey(ref)
      if (secret instanceof AnalysisError) throw secret
      return secret
    },
  }
}

const keyOf = ({ name, key }: SecretKeyRef) => `${name}/${key}`

/** What the controller says when the Secret is there and the key is not. */
export const missingKey = ({ name, key }: SecretKeyRef): AnalysisError =>
  new AnalysisError(`key '${key}' does not exist in secret '${name}'`)
