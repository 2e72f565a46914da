import type { CanaryEvent, ConditionVerdicts } from '../../events/event.ts'
import { apiVersion } from '../../events/event.ts'
import { isCompletedAnalysis } from '../../rollouts/phase.ts'
import type { Measurement, MetricResult } from '../../rollouts/rollout.ts'
import type { Redact } from '../../values/redact.ts'
import { redactDeep } from '../../values/redact.ts'
import type { EngineRun } from '../analysis.ts'
import { lastMeasurement, resultOf } from '../metric-results.ts'
import { nextWakeUpMs } from '../schedule.ts'
import { timestamp } from '../timestamps.ts'
import { metricState } from './metric-state.ts'
import type { PlannedRun } from './plan-run.ts'

type Fields = { type: CanaryEvent['type'] } & Record<string, unknown>

/** Turns successive states of a run into events: what is different from the state before. */
export class RunEvents {
  readonly #planned: PlannedRun
  readonly #redact: Redact
  readonly #warned = new Set<string>()
  #before: EngineRun

  constructor(planned: PlannedRun, redact: Redact) {
    this.#planned = planned
    this.#redact = redact
    this.#before = planned.run
  }

  /** The first event of a run. */
  planned(nowMs: number): CanaryEvent {
    return this.#event({ type: 'analysis.phase', phase: 'Pending', message: '', plan: this.#planned.plan }, nowMs)
  }

  *changed(run: EngineRun, nowMs: number): Generator<CanaryEvent> {
    const before = this.#before
    this.#before = run
    for (const { name } of this.#planned.metrics) {
      const result = resultOf(run, name)
      const earlier = resultOf(before, name)
      if (!result || result === earlier) continue
      const last = lastMeasurement(result)
      const isMeasured = last !== undefined && isNews(result, earlier)
      const state = this.#state(run, name)
      if (isMeasured) {
        yield* this.#warnings(name, last, nowMs)
        yield this.measurement(name, last, state, nowMs)
      }
      if (result.phase !== earlier?.phase && isCompletedAnalysis(result.phase)) {
        const fields = { phase: result.phase ?? '', message: result.message ?? '', metric: name, state }
        yield this.#event({ type: 'analysis.phase', ...fields }, nowMs)
      }
    }
    const { phase = '', message = '' } = run.status ?? {}
    if (phase !== (before.status?.phase ?? '')) yield this.#event({ type: 'analysis.phase', phase, message }, nowMs)
  }

  measurement(
    metric: string,
    { phase, value, message }: Measurement,
    state: unknown,
    nowMs: number,
    verdicts?: ConditionVerdicts,
  ): CanaryEvent {
    const fields = {
      metric,
      phase,
      ...(value ? { value } : {}),
      ...(message ? { message } : {}),
      ...(verdicts ? { verdicts } : {}),
      state,
    }
    return this.#event({ type: 'analysis.measurement', ...fields }, nowMs)
  }

  warning(message: string, nowMs: number): CanaryEvent {
    return this.#event({ type: 'warning', message }, nowMs)
  }

  /** What providers want to be said, every text once; `notes` is empty afterwards. */
  *noted(notes: string[], nowMs: number): Generator<CanaryEvent> {
    for (const note of notes.splice(0)) {
      if (this.#warned.has(note)) continue
      this.#warned.add(note)
      yield this.warning(note, nowMs)
    }
  }

  /** What a data source says beside its answer, every text once. */
  *#warnings(metric: string, { metadata }: Measurement, nowMs: number): Generator<CanaryEvent> {
    const text = metadata?.warnings
    if (!text || this.#warned.has(`${metric} ${text}`)) return
    this.#warned.add(`${metric} ${text}`)
    yield this.warning(`${metric}: ${text}`, nowMs)
  }

  #state(run: EngineRun, name: string) {
    const metric = this.#planned.metrics.find(each => each.name === name)
    if (!metric) return undefined
    const nextMs = nextWakeUpMs(run, [metric])
    const nextAt = nextMs !== undefined && Number.isFinite(nextMs) ? timestamp(nextMs) : undefined
    return metricState(metric, resultOf(run, name), { isDryRun: this.#planned.dryRun.has(name), nextAt })
  }

  #event(fields: Fields, nowMs: number): CanaryEvent {
    const { name, namespace, uid } = this.#planned.run.metadata
    const object = { kind: 'AnalysisRun', namespace, name, uid }
    const { type, phase, ...rest } = fields
    const told = redactDeep(rest, this.#redact)
    // the phases are words of ours, which a short secret must not change
    const event = {
      apiVersion,
      kind: 'Event',
      time: new Date(nowMs).toISOString(),
      type,
      object,
      ...pick(phase),
      ...told,
    }
    return event as unknown as CanaryEvent
  }
}

const pick = (phase: unknown) => (phase === undefined ? {} : { phase })

/** Whether the last measurement is one more, or has gone on. */
function isNews(result: MetricResult, earlier: MetricResult | undefined): boolean {
  const total = ({ count = 0, error = 0 }: MetricResult) => count + error
  if (!earlier || total(result) !== total(earlier)) return true
  return JSON.stringify(lastMeasurement(result)) !== JSON.stringify(lastMeasurement(earlier))
}
