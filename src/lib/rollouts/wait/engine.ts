import type { Context } from '../../context/context.ts'
import type { KubeClient, ObjectRef } from '../../context/kube-client.ts'
import { apiVersion, type CanaryEvent, type EventObject } from '../../events/event.ts'
import type { ReplicaSet } from '../../kube/core-objects.ts'
import { type ReflectorEvent, reflect } from '../../kube/reflector.ts'
import { replicaSets, rollouts } from '../../kube/resource-types.ts'
import { isPassing } from '../../kube/retry.ts'
import { Failure, type Outcome } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import { isNotFound } from '../actions/conflict.ts'
import { readWorkload } from '../actions/rollout-actions.ts'
import { rolloutName } from '../actions/rollout-words.ts'
import { imagesOf } from '../image-reference.ts'
import type { Rollout } from '../rollout.ts'
import { currentStep, setWeight, stepCount, stepDescription } from '../steps.ts'
import { canaryWeight } from './goal-met.ts'
import { type Goal, goalText } from './goals.ts'
import { NextOrAlarm } from './next-or-alarm.ts'
import { type Outlook, type OutlookOptions, outlookOf } from './outlook.ts'
import { Reminder } from './reminder.ts'
import type { RolloutView } from './version.ts'

export interface FollowOptions extends OutlookOptions {
  /** undefined: no limit */
  timeoutMs?: number
  /** one look instead of a wait: what is not reached now is `not-yet` */
  once?: boolean
  /** how long an API server that was lost is retried where there is no timeout; default 5 minutes */
  lostServerMs?: number
  /** a last look elsewhere before a goal counts as met; asked again every second while it says no */
  confirm?: (rollout: Rollout) => Promise<boolean>
}

export interface WaitResult {
  /** `done`, `negative` (Degraded), `not-yet` (an indefinite pause, or one look), `timed-out` */
  outcome: Extract<Outcome, 'done' | 'negative' | 'not-yet' | 'timed-out'>
  /** which of several goals was met */
  met?: Goal
  phase: string
  message: string
  /** as last seen; absent when it was deleted */
  rollout?: Rollout
  /** for people, without its full stop */
  sentence: string
}

const lostServerMs = 5 * 60_000
const lookAgainMs = 1_000

/**
 * Follows one rollout until one of the goals holds or it is clear that none will: what `status`, `wait` and `--wait`
 * have in common. Yields what changes on the way; the result is the generator's return value.
 *
 * @throws Failure `error` when the rollout does not exist, is deleted while something else is waited for, or the API
 *   server stays away; the signal's reason when the context's signal aborts
 */
export async function* followRollout(
  ref: ObjectRef,
  until: readonly Goal[],
  options: FollowOptions,
  context: Context,
): AsyncGenerator<CanaryEvent, WaitResult> {
  const client = await context.kube()
  const timeoutAt = options.timeoutMs === undefined ? undefined : context.clock.now() + options.timeoutMs
  const selection = {
    ...(ref.namespace !== undefined && { namespace: ref.namespace }),
    fieldSelector: `metadata.name=${ref.name}`,
  }
  // With a timeout that decides how long a server may stay away, else the reflector throws what it met last.
  const giveUpAfterMs = timeoutAt === undefined ? (options.lostServerMs ?? lostServerMs) : Number.POSITIVE_INFINITY
  const events = reflect<Rollout>(client, rollouts, selection, context, { giveUpAfterMs })
  const stream = new NextOrAlarm(events, context.clock)
  const follower = new Follower(ref, until, options, client, context)
  try {
    for (;;) {
      const next = await stream.next(earliest(timeoutAt, follower.lookAgainAt))
      context.signal.throwIfAborted()
      if (next === 'end') throw new Failure('error', `the watch of ${follower.name} ended`)
      if (next !== 'alarm') yield* follower.take(next.item)
      else if (timeoutAt !== undefined && context.clock.now() >= timeoutAt) return follower.timedOut()
      const result = await follower.judge()
      yield* follower.changes()
      if (result) return result
    }
  } finally {
    await stream.close()
  }
}

class Follower {
  /** when to look again although nothing has come; undefined: when something comes */
  lookAgainAt: number | undefined
  readonly #ref: ObjectRef
  readonly #until: readonly Goal[]
  readonly #options: FollowOptions
  readonly #client: KubeClient
  readonly #context: Context
  readonly #reminder: Reminder
  #isReminded = false
  #rollout: Rollout | undefined
  #outlook: Outlook = { kind: 'pending', phase: 'Pending', message: 'waiting for the first look' }
  #isSynced = false
  #isDeleted = false
  #lost: { sinceMs: number; message: string } | undefined
  #images: { hash: string; images: string[] } | undefined
  /** what was said last, to say only what changes */
  readonly #said = new Map<CanaryEvent['type'], string>()

  constructor(ref: ObjectRef, until: readonly Goal[], options: FollowOptions, client: KubeClient, context: Context) {
    this.#ref = { namespace: client.namespace, ...ref }
    this.#until = until
    this.#options = options
    this.#client = client
    this.#context = context
    this.#reminder = new Reminder(client, context)
  }

  get name(): string {
    return this.#rollout
      ? rolloutName(this.#rollout)
      : `rollout ${safeText(`${this.#ref.namespace}/${this.#ref.name}`)}`
  }

  *take(event: ReflectorEvent<Rollout>): Generator<CanaryEvent> {
    switch (event.kind) {
      case 'added':
      case 'modified':
        this.#isDeleted = false
        this.#rollout = event.object
        break
      case 'deleted':
        this.#isDeleted = true
        this.#rollout = undefined
        break
      case 'synced':
        this.#isSynced = true
        break
      case 'disconnected':
        if (this.#lost === undefined) {
          this.#lost = { sinceMs: event.sinceMs, message: event.message }
          yield this.#event('warning', { message: `the API server does not answer: ${event.message}; trying again` })
        }
        break
      case 'reconnected':
        this.#lost = undefined
        yield this.#event('warning', { message: 'the API server answers again' })
        break
    }
  }

  timedOut(): WaitResult {
    if (this.#lost) throw this.#serverLost()
    const { phase, message } = this.#outlook
    return this.#result('timed-out', `timed out waiting for ${this.#goals()}: ${this.name} is ${said(phase, message)}`)
  }

  /** The end of the wait, if this is one. */
  async judge(): Promise<WaitResult | undefined> {
    this.lookAgainAt = undefined
    if (!this.#isSynced) return undefined
    const rollout = this.#rollout
    if (!rollout) return this.#judgeAbsence()
    let view: RolloutView = { rollout, images: await this.#imagesFor(rollout) }
    this.#outlook = outlookOf(view, this.#until, this.#options)
    if (this.#outlook.kind !== 'pending' && rollout.spec.workloadRef) {
      // The pod template is another object's: whether the controller has seen its newest version shows only there.
      view = { ...view, ...(await this.#workloadGeneration(rollout)) }
      this.#outlook = outlookOf(view, this.#until, this.#options)
      if (this.#outlook.kind === 'pending') this.#lookAgain()
    }
    switch (this.#outlook.kind) {
      case 'met':
        if (this.#options.confirm && !(await this.#options.confirm(rollout))) {
          this.#lookAgain()
          break
        }
        return this.#met(this.#outlook)
      case 'failed':
        return this.#result('negative', `${this.name} is ${said(this.#outlook.phase, this.#outlook.message)}`)
      case 'held':
        return this.#result(
          'not-yet',
          `${this.name} is ${said(this.#outlook.phase, this.#outlook.message)} and does not go on by itself`,
        )
    }
    if (!this.#options.once) {
      await this.#remind(rollout)
      return undefined
    }
    return this.#result('not-yet', `${this.name} is ${said(this.#outlook.phase, this.#outlook.message)}`)
  }

  /** What is different from what was said last. */
  *changes(): Generator<CanaryEvent> {
    const rollout = this.#rollout
    if (!rollout || !this.#isSynced) return
    const { phase, message } = this.#outlook
    yield* this.#once('rollout.phase', { phase, message })
    if (this.#isReminded) {
      this.#isReminded = false
      const text = 'the controller does not react: the rollout was written again so that it looks once more'
      yield this.#event('warning', { message: text })
    }
    // step and weight of another version than the one that is waited for would only mislead
    if (phase === 'Pending') return
    const current = currentStep(rollout)
    if (current) {
      const steps = stepCount(rollout)
      const text = current.step ? safeText(stepDescription(current.step)) : ''
      yield* this.#once('rollout.step', { step: current.index, steps, text })
    }
    if (rollout.spec.strategy?.canary) {
      yield* this.#once('rollout.weight', { setWeight: setWeight(rollout), actualWeight: canaryWeight(rollout) })
    }
  }

  /** While a write of ours is not seen, and only then: what is waited for otherwise may take its time. */
  async #remind(rollout: Rollout): Promise<void> {
    const { version } = this.#options
    const isOurs = version?.after !== undefined || version?.afterWorkload !== undefined
    if (!isOurs || this.#outlook.phase !== 'Pending' || this.#lost) return this.#reminder.forget()
    if (await this.#reminder.remind(rollout)) this.#isReminded = true
    this.lookAgainAt = earliest(this.lookAgainAt, this.#reminder.dueAt)
  }

  #judgeAbsence(): WaitResult {
    const asked = this.#until.find(goal => goal.kind === 'delete')
    if (asked) {
      this.#outlook = { kind: 'met', met: asked, phase: 'Deleted', message: '' }
      return this.#met(this.#outlook)
    }
    if (this.#isDeleted) {
      throw new Failure('error', `${this.name} was deleted while waiting for ${this.#goals()}`, { reason: 'Deleted' })
    }
    throw new Failure('error', `rollouts.argoproj.io ${JSON.stringify(safeText(this.#ref.name))} not found`, {
      reason: 'NotFound',
      hints: [`What there is: kubectl canary rollout list -n ${safeText(this.#ref.namespace ?? '')}`],
    })
  }

  #met({ met, phase, message }: Outlook): WaitResult {
    const several = this.#until.length > 1 && met ? ` (met: ${goalText(met)})` : ''
    const sentence =
      phase === 'Deleted' ? `${this.name} is deleted` : `${this.name} is ${said(phase, message)}${several}`
    return { ...this.#result('done', sentence), ...(met && { met }) }
  }

  #result(outcome: WaitResult['outcome'], sentence: string): WaitResult {
    const { phase, message } = this.#outlook
    return { outcome, phase, message, sentence, ...(this.#rollout && { rollout: this.#rollout }) }
  }

  /** The images that --image compares: with a workloadRef those of the ReplicaSet that the controller made. */
  async #imagesFor(rollout: Rollout): Promise<string[]> {
    if (!rollout.spec.workloadRef) return imagesOf(rollout.spec.template)
    const hash = rollout.status?.currentPodHash
    if (this.#options.version?.image === undefined || !hash) return []
    if (this.#images?.hash === hash) return this.#images.images
    // its name follows from the hash (argo-rollouts rollout/sync.go, createDesiredReplicaSet)
    const name = `${rollout.metadata.name}-${hash}`
    try {
      const { namespace } = rollout.metadata
      const found = await this.#client.get<ReplicaSet>(
        replicaSets,
        namespace === undefined ? { name } : { namespace, name },
      )
      this.#images = { hash, images: imagesOf(found.spec?.template) }
      return this.#images.images
    } catch (error) {
      if (!isNotFound(error) && !isPassing(error)) throw error
      this.#lookAgain()
      return []
    }
  }

  async #workloadGeneration(rollout: Rollout): Promise<{ workloadGeneration?: number }> {
    try {
      const generation = (await readWorkload(this.#client, rollout))?.metadata.generation
      return generation === undefined ? {} : { workloadGeneration: generation }
    } catch (error) {
      // who may not read it gets the answer that the rollout alone gives, and so does who lost the server just now
      if (isPassing(error) || (error instanceof Failure && error.reason === 'Forbidden')) return {}
      throw error
    }
  }

  #lookAgain(): void {
    this.lookAgainAt = this.#context.clock.now() + lookAgainMs
  }

  #serverLost(): Failure {
    const { sinceMs = 0, message = '' } = this.#lost ?? {}
    const seconds = Math.round((this.#context.clock.now() - sinceMs) / 1000)
    return new Failure('error', `the API server has not answered for ${seconds}s: ${message}`, { reason: 'ServerLost' })
  }

  #goals(): string {
    return this.#until.map(goal => safeText(goalText(goal))).join(' or ')
  }

  *#once<T extends CanaryEvent['type']>(type: T, fields: object): Generator<CanaryEvent> {
    const text = JSON.stringify(fields)
    if (this.#said.get(type) === text) return
    this.#said.set(type, text)
    yield this.#event(type, fields)
  }

  #event(type: CanaryEvent['type'], fields: object): CanaryEvent {
    const { uid } = this.#rollout?.metadata ?? {}
    const object: EventObject = {
      kind: 'Rollout',
      name: this.#ref.name,
      ...(this.#ref.namespace !== undefined && { namespace: this.#ref.namespace }),
      ...(uid !== undefined && { uid }),
    }
    const time = new Date(this.#context.clock.now()).toISOString()
    return { apiVersion, kind: 'Event', time, type, object, ...fields } as CanaryEvent
  }
}

/** `Paused - CanaryPauseStep`, `Healthy` */
function said(phase: string, message: string): string {
  return message === '' ? phase : `${phase} - ${message}`
}

function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter(time => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
