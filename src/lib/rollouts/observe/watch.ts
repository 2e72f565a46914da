import type { Context } from '../../context/context.ts'
import type { ObjectRef } from '../../context/kube-client.ts'
import { apiVersion, type CanaryEvent } from '../../events/event.ts'
import { Failure, type Outcome } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import { imagesOf } from '../image-reference.ts'
import { type ExperimentInfo, experimentInfo } from '../info/experiment-info.ts'
import { type RolloutInfo, rolloutInfo } from '../info/info.ts'
import { InfoEvents } from '../info/info-events.ts'
import { byOwner, podHashOf } from '../ownership.ts'
import { isCompletedAnalysis } from '../phase.ts'
import { podTemplateOf, type RolloutObjects } from '../rollout-objects.ts'
import { NextOrAlarm } from '../wait/next-or-alarm.ts'
import { outlookOf } from '../wait/outlook.ts'
import type { RolloutView, WantedVersion } from '../wait/version.ts'
import type { LostServer } from './observation-state.ts'
import { observeRollout } from './observe.ts'
import { observeExperiment } from './observe-experiment.ts'

export interface WatchOptions {
  /** undefined: no limit */
  timeoutMs?: number
  /** until the rollout is at this version, it is Pending */
  version?: WantedVersion
}

/** One view of what is watched. */
export interface WatchStep<I> {
  info: I
  /** what is different from the view before */
  events: CanaryEvent[]
  lost?: LostServer
  /** there is nothing left to watch; no view follows */
  end?: { outcome: Outcome; message: string }
}

/**
 * A rollout with all that stands around it, each time that something of it changes, until it is Healthy, Degraded or
 * deleted, or the time is up.
 *
 * @throws Failure `error`, see observeRollout
 */
export async function* watchRollout(
  ref: ObjectRef,
  options: WatchOptions,
  context: Context,
): AsyncGenerator<WatchStep<RolloutInfo>, void, undefined> {
  const events = new InfoEvents()
  const connection = new Connection()
  const client = await context.kube()
  const name = `rollout ${safeText(`${ref.namespace ?? client.namespace}/${ref.name}`)}`
  for await (const item of untilTimeout(inner => observeRollout(client, ref, inner), options.timeoutMs, context)) {
    const nowMs = context.clock.now()
    const outlook = outlookOf(viewOf(item.value.objects), [{ kind: 'healthy' }], {
      ...(options.version ? { version: options.version } : {}),
      throughPauses: true,
    })
    // While the version is not the one that is meant, its phase says nothing.
    const state = outlook.phase === 'Pending' ? { phase: outlook.phase, message: outlook.message } : {}
    const info = { ...rolloutInfo(item.value.objects, nowMs), ...state }
    const said = `${name} is ${[outlook.phase, outlook.message].filter(text => text !== '').join(' - ')}`
    const end = item.isTimedOut
      ? { outcome: 'timed-out' as const, message: `timed out: ${said}` }
      : item.value.isDeleted
        ? { outcome: 'error' as const, message: `${name} was deleted` }
        : outlook.kind === 'met'
          ? { outcome: 'done' as const, message: said }
          : outlook.kind === 'failed'
            ? { outcome: 'negative' as const, message: said }
            : undefined
    const { lost } = item.value
    const changes = [...events.ofRollout(info, nowMs), ...connection.tell(lost, nowMs)]
    yield { info, events: changes, ...(lost ? { lost } : {}), ...(end ? { end } : {}) }
    if (end) return
  }
}

/** An experiment in the same manner: Successful is `done`, Failed and Error `negative`, Inconclusive `no-verdict`. */
export async function* watchExperiment(
  ref: ObjectRef,
  options: Pick<WatchOptions, 'timeoutMs'>,
  context: Context,
): AsyncGenerator<WatchStep<ExperimentInfo>, void, undefined> {
  const events = new InfoEvents()
  const connection = new Connection()
  const client = await context.kube()
  const name = `experiment ${safeText(`${ref.namespace ?? client.namespace}/${ref.name}`)}`
  for await (const item of untilTimeout(inner => observeExperiment(client, ref, inner), options.timeoutMs, context)) {
    const nowMs = context.clock.now()
    const { experiment, replicaSets, pods, analysisRuns } = item.value.objects
    const info = experimentInfo(experiment, { replicaSets, podsByOwner: byOwner(pods), analysisRuns }, nowMs)
    const said = `${name} is ${safeText([info.status || 'Pending', info.message].filter(Boolean).join(' - '))}`
    const end = item.isTimedOut
      ? { outcome: 'timed-out' as const, message: `timed out: ${said}` }
      : item.value.isDeleted
        ? { outcome: 'error' as const, message: `${name} was deleted` }
        : isCompletedAnalysis(info.status)
          ? { outcome: outcomeOf(info.status), message: said }
          : undefined
    const { lost } = item.value
    const changes = [...events.ofExperiment(info, nowMs), ...connection.tell(lost, nowMs)]
    yield { info, events: changes, ...(lost ? { lost } : {}), ...(end ? { end } : {}) }
    if (end) return
  }
}

/** What a finished analysis or experiment means for whoever waits for it. */
export function outcomeOf(phase: string): Outcome {
  return phase === 'Successful' ? 'done' : phase === 'Inconclusive' ? 'no-verdict' : 'negative'
}

/** Tells when the API server goes away, and when it is back. */
export class Connection {
  #isLost = false

  tell(lost: LostServer | undefined, nowMs: number): CanaryEvent[] {
    if (this.#isLost === (lost !== undefined)) return []
    this.#isLost = lost !== undefined
    const time = new Date(nowMs).toISOString()
    const message = lost
      ? `the API server does not answer: ${safeText(lost.message)}; trying again`
      : 'the API server answers again'
    return [{ apiVersion, kind: 'Event', time, type: 'warning', message }]
  }
}

/** The images that --image compares: with a workloadRef those of the ReplicaSet that the controller made. */
function viewOf(objects: RolloutObjects): RolloutView {
  const { rollout, replicaSets, workload, workloadGeneration } = objects
  const made = replicaSets.find(each => podHashOf(each) !== '' && podHashOf(each) === rollout.status?.currentPodHash)
  const template = rollout.spec.workloadRef && made ? made.spec?.template : podTemplateOf(rollout, workload)
  return { rollout, images: imagesOf(template), ...(workloadGeneration === undefined ? {} : { workloadGeneration }) }
}

/** What an observation gives, and, when the time is up, the last of it again, marked. */
export async function* untilTimeout<T>(
  observe: (context: Context) => AsyncGenerator<T, void, undefined>,
  timeoutMs: number | undefined,
  context: Context,
): AsyncGenerator<{ value: T; isTimedOut: boolean }, void, undefined> {
  const alarmAt = timeoutMs === undefined ? undefined : context.clock.now() + timeoutMs
  const own = new AbortController()
  const signal = AbortSignal.any([context.signal, own.signal])
  const stream = new NextOrAlarm(observe({ ...context, signal }), context.clock)
  let last: { value: T } | undefined
  try {
    for (;;) {
      const next = await stream.next(alarmAt)
      context.signal.throwIfAborted()
      if (next === 'end') return
      if (next === 'alarm') {
        if (!last) throw new Failure('timed-out', 'timed out before the API server had answered')
        yield { ...last, isTimedOut: true }
        return
      }
      last = { value: next.item }
      yield { ...last, isTimedOut: false }
    }
  } finally {
    own.abort()
    await stream.close()
  }
}
