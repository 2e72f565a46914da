import type { Context } from '../../context/context.ts'
import { apiVersion, type CanaryEvent, type EventObject } from '../../events/event.ts'
import { Connection, outcomeOf, untilTimeout, type WatchStep } from '../../rollouts/observe/watch.ts'
import { isCompletedAnalysis } from '../../rollouts/phase.ts'
import type { Outcome } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import { observeRuns, type RunNames } from './observe-runs.ts'
import { type RunInfo, runInfo } from './run-info.ts'

export interface WatchRunsOptions {
  /** undefined: no limit */
  timeoutMs?: number | undefined
  /** of several outcomes the one that counts; the exit codes decide that */
  worst(outcomes: readonly Outcome[]): Outcome
}

/**
 * Runs of one namespace until all of them are over: Successful is `done`, Failed and Error `negative`,
 * Inconclusive `no-verdict`, and one that was deleted before it was over an `error`.
 *
 * @throws Failure `error`, see observeRuns
 */
export async function* watchRuns(
  names: RunNames,
  options: WatchRunsOptions,
  context: Context,
): AsyncGenerator<WatchStep<RunInfo[]>, void, undefined> {
  const client = await context.kube()
  const events = new RunChanges()
  const connection = new Connection()
  for await (const item of untilTimeout(inner => observeRuns(client, names, inner), options.timeoutMs, context)) {
    const nowMs = context.clock.now()
    const { runs, lost } = item.value
    const seen = runs.map(({ run, isDeleted }) => ({
      info: runInfo({ run, pods: [], notVisible: [] }),
      isDeleted,
    }))
    const infos = seen.map(({ info }) => info)
    const changes = [...infos.flatMap(info => [...events.changes(info, nowMs)]), ...connection.tell(lost, nowMs)]
    const end = endOf(seen, item.isTimedOut, options)
    yield { info: infos, events: changes, ...(lost ? { lost } : {}), ...(end ? { end } : {}) }
    if (end) return
  }
}

function endOf(
  seen: readonly { info: RunInfo; isDeleted: boolean }[],
  isTimedOut: boolean,
  { worst }: WatchRunsOptions,
): WatchStep<unknown>['end'] {
  const isOver = seen.every(({ info, isDeleted }) => isDeleted || isCompletedAnalysis(info.phase))
  if (!isOver && !isTimedOut) return undefined
  const outcomes = seen.map(({ info, isDeleted }): Outcome => {
    if (isCompletedAnalysis(info.phase)) return outcomeOf(info.phase)
    return isDeleted ? 'error' : 'timed-out'
  })
  const said = seen.map(({ info, isDeleted }) =>
    isDeleted && !isCompletedAnalysis(info.phase) ? `${nameOf(info)} was deleted` : sentenceOf(info),
  )
  return { outcome: worst(outcomes), message: `${isOver ? '' : 'timed out: '}${said.join('; ')}` }
}

const nameOf = ({ namespace, name }: RunInfo) => safeText(`analysisrun ${namespace}/${name}`)

/** `analysisrun shop/x is Failed - Metric "y" assessed Failed due to failed (1) > failureLimit (0)` */
export function sentenceOf(info: RunInfo): string {
  const { phase, message } = info
  return `${nameOf(info)} is ${safeText([phase || 'Pending', message].filter(Boolean).join(' - '))}`
}

/** Turns successive views of runs into events: what is different from the view before. */
class RunChanges {
  /** what was said last, by run and kind of event */
  readonly #said = new Map<string, string>()

  #isNews(key: string, fields: object): boolean {
    const text = JSON.stringify(fields)
    if (this.#said.get(key) === text) return false
    this.#said.set(key, text)
    return true
  }

  *changes(info: RunInfo, nowMs: number): Generator<CanaryEvent> {
    const { name, namespace, uid } = info
    const object: EventObject = { kind: 'AnalysisRun', namespace, name, ...(uid ? { uid } : {}) }
    const event = (type: CanaryEvent['type'], fields: object) =>
      ({ apiVersion, kind: 'Event', time: new Date(nowMs).toISOString(), type, object, ...fields }) as CanaryEvent
    for (const { measurements, jobs: _, ...state } of info.metrics) {
      // The controller keeps the last ten only, so it is the start that tells one measurement from another.
      for (const { startedAt = '', phase = '', value, message } of measurements) {
        if (phase === 'Running') continue
        const fields = { metric: state.name, phase, ...(value ? { value } : {}), ...(message ? { message } : {}) }
        if (this.#isNews(`${uid || name} ${state.name} ${startedAt}`, fields))
          yield event('analysis.measurement', { ...fields, state })
      }
    }
    const fields = { phase: info.phase || 'Pending', message: info.message ?? '' }
    if (this.#isNews(`${uid || name}`, fields)) yield event('analysis.phase', fields)
  }
}
