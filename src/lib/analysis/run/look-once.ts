import type { Clock, Context } from '../../context/context.ts'
import type { CanaryEvent, ConditionVerdicts } from '../../events/event.ts'
import { evaluateCondition } from '../../expr/condition.ts'
import type { Value } from '../../expr/go/values.ts'
import type { AnalysisMetric, AnalysisPhase, Measurement } from '../../rollouts/rollout.ts'
import type { Outcome } from '../../values/failure.ts'
import { growingRedactor } from '../../values/redact.ts'
import type { ControllerVersion, EngineRun } from '../analysis.ts'
import { perform, rulesOf } from '../drive.ts'
import { step } from '../engine.ts'
import { judge } from '../judge.ts'
import { type Providers, providerOf } from '../providers/provider.ts'
import type { Measured, MeasurementTask } from '../record-measurement.ts'
import { timestamp } from '../timestamps.ts'
import { metricState } from './metric-state.ts'
import type { PlannedRun } from './plan-run.ts'
import { json, resultOfValue } from './result-of-value.ts'
import { cleanUp, outcomeOf, secretReaderOf } from './run-analysis.ts'
import { RunEvents } from './run-events.ts'

export interface LookOptions {
  version: ControllerVersion
  providers: Providers
  kube: Context['kube']
  /** ms since 1970: the time that the queries are asked for; absent: now */
  atMs?: number | undefined
  /** what must not be shown; secrets are added as they are read */
  secrets: Set<string>
  /** what providers want to be said, each once; taken from here */
  notes?: string[]
}

const pollMs = 1_000

/**
 * Asks every query once and says what each condition makes of the answer; no schedule, no limits. What a condition stops
 * at does not hide the value: the conditions are evaluated here, wherever the provider's text gives the result back.
 *
 * @returns the worst verdict of the metrics that are not in dry-run
 */
export async function* lookOnce(
  planned: PlannedRun,
  options: LookOptions,
  context: Pick<Context, 'clock' | 'signal'>,
): AsyncGenerator<CanaryEvent, { outcome: Outcome; message: string }> {
  const { version, providers, atMs } = options
  const clock: Clock =
    atMs === undefined ? context.clock : { ...context.clock, now: () => atMs, sleep: sleepOn(context) }
  const events = new RunEvents(planned, growingRedactor(options.secrets))
  yield events.planned(clock.now())
  const rules = await rulesOf(planned.run, {
    version,
    providers,
    readSecret: secretReaderOf(planned, options),
  })
  const asked = step(withoutDelays(planned.run), clock.now(), rules)
  if (asked.action.kind !== 'measure') {
    yield* events.changed(asked.run, clock.now())
    return { outcome: outcomeOf(asked.run.status?.phase), message: '' }
  }
  const { tasks } = asked.action
  const looks = await Promise.all(
    tasks.map(task => look(task, planned.run, options, { clock, signal: context.signal })),
  )
  yield* events.noted(options.notes ?? [], clock.now())
  yield* cleanUp(providers, events, work => work, clock)
  if (context.signal.aborted) return { outcome: 'interrupted', message: 'interrupted' }
  const phases: AnalysisPhase[] = []
  for (const [index, { measured, verdicts }] of looks.entries()) {
    const name = tasks[index]?.metric.name ?? ''
    const isDryRun = planned.dryRun.has(name)
    if (!isDryRun) phases.push(measured.phase)
    const shown = planned.metrics.find(metric => metric.name === name) ?? { name }
    const state = { ...metricState(shown, { name, phase: measured.phase }, { isDryRun }) }
    yield events.measurement(name, measured, state, clock.now(), verdicts)
  }
  return { outcome: outcomeOf(worst(phases)), message: '' }
}

const sleepOn =
  ({ clock }: Pick<Context, 'clock'>) =>
  (ms: number, signal?: AbortSignal) =>
    clock.sleep(ms, signal)

const worst = (phases: readonly AnalysisPhase[]): AnalysisPhase =>
  (['Failed', 'Error', 'Inconclusive'] as const).find(phase => phases.includes(phase)) ?? 'Successful'

/** Every metric is due at once. */
function withoutDelays(run: EngineRun): EngineRun {
  const metrics = (run.spec.metrics ?? []).map(({ initialDelay: _delay, ...metric }) => metric)
  return { ...run, spec: { ...run.spec, metrics } }
}

interface Look {
  measured: Measured
  verdicts: ConditionVerdicts
}

async function look(
  task: MeasurementTask,
  run: EngineRun,
  { providers, version }: LookOptions,
  context: Pick<Context, 'clock' | 'signal'>,
): Promise<Look> {
  const { metric } = task
  const { successCondition: _success, failureCondition: _failure, ...bare } = metric
  const canJudge = resultOfValue(metric, '1', version) !== undefined
  const { measured } = await perform({ ...task, metric: canJudge ? bare : metric }, run, providers, context)
  const ended = await ending(measured, task, run, providers, context)
  if (!canJudge) return { measured: ended, verdicts: verdictsOf(ended.phase, metric) }
  if (ended.phase !== 'Successful' || (metric.provider?.web != null && version === '1.9' && !isJson(ended.value)))
    return { measured: ended, verdicts: {} }
  const given = ended.value === undefined ? undefined : resultOfValue(metric, ended.value, version)
  if (!given) {
    // a text that does not give the result back after all: the provider has to judge
    const { measured: again } = await perform(task, run, providers, context)
    return { measured: again, verdicts: verdictsOf(again.phase, metric) }
  }
  const nowMs = context.clock.now()
  const judged = judge(given.result, ended.value ?? '', metric, version, nowMs)
  return {
    measured: { ...judged, value: ended.value ?? '' },
    verdicts: verdictsOn(given.result, metric, version, nowMs),
  }
}

const isJson = (value = '') => json(value) !== undefined

/** What a provider leaves running, such as a Job, is followed to its end, or ended with us. */
async function ending(
  first: Measured,
  task: MeasurementTask,
  run: EngineRun,
  providers: Providers,
  context: Pick<Context, 'clock' | 'signal'>,
): Promise<Measured> {
  const { clock, signal } = context
  const provider = providerOf(task.metric, providers)
  let measured = first
  const startedAt = timestamp(clock.now())
  while (measured.phase === 'Running' && provider?.resume) {
    const { phase, value, message, metadata } = measured
    const inFlight: Measurement = {
      phase,
      startedAt,
      ...(value ? { value } : {}),
      ...(message ? { message } : {}),
      ...(metadata ? { metadata } : {}),
    }
    const request = { metric: task.metric, run, nowMs: clock.now(), signal }
    if (signal.aborted)
      return (await provider.terminate?.({ ...request, signal: new AbortController().signal }, inFlight)) ?? measured
    const waitMs = measured.resumeAtMs === undefined ? pollMs : Math.max(0, measured.resumeAtMs - clock.now())
    await clock.sleep(waitMs, signal).catch(() => {})
    if (signal.aborted) continue
    // what is not said anew still holds
    measured = { ...without(measured), ...(await provider.resume({ ...request, nowMs: clock.now() }, inFlight)) }
  }
  return measured
}

const without = ({ resumeAtMs: _resumeAtMs, ...measured }: Measured): Measured => measured

function verdictsOn(result: Value, metric: AnalysisMetric, version: ControllerVersion, nowMs: number) {
  const dialect = version === '1.9' ? '1.15' : '1.17'
  const { successCondition = '', failureCondition = '' } = metric
  const verdict = (success: string, failure: string, whenTrue: string) => {
    const { phase } = evaluateCondition(result, success, failure, dialect, () => nowMs)
    return phase === 'Error' ? 'error' : phase === whenTrue ? 'true' : 'false'
  }
  return {
    ...(successCondition ? { success: verdict(successCondition, '', 'Successful') } : {}),
    ...(failureCondition ? { failure: verdict('', failureCondition, 'Failed') } : {}),
  } satisfies ConditionVerdicts
}

/** What the phase says about the conditions; of a failure with both nothing is known about the first. */
function verdictsOf(phase: AnalysisPhase, { successCondition, failureCondition }: AnalysisMetric): ConditionVerdicts {
  const isKnown = phase === 'Successful' || phase === 'Failed' || phase === 'Inconclusive'
  if (!isKnown) return {}
  const success = phase === 'Successful' ? 'true' : phase === 'Failed' && failureCondition ? undefined : 'false'
  return {
    ...(successCondition && success ? { success } : {}),
    ...(failureCondition ? { failure: phase === 'Failed' ? 'true' : 'false' } : {}),
  }
}
