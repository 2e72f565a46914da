import type { Context } from '../../context/context.ts'
import type { KubeClient, ObjectRef, PatchRequest, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { Failure } from '../../values/failure.ts'
import type { Action, Subject } from './action.ts'
import { changedMeanwhile, changesText, isConflict, isNotFound, unfinished } from './conflict.ts'
import type { Plan, Write, WritesPlan } from './plan.ts'
import { type Change, changesBetween } from './situation.ts'
import { look, nameOf, refusal } from './suggestions.ts'
import { defaultFieldManager, lockedPatch, requestOf, type SentRequest } from './write-request.ts'

export interface ApplyOptions {
  /** `client`: send nothing, say what would be sent; `server`: let the server check it and store nothing */
  dryRun?: 'client' | 'server'
  /** default `kubectl-canary` */
  fieldManager?: string
  /** how long to wait for the controller to see a new spec before an action on its status is refused; default 5 s */
  observeTimeoutMs?: number
}

// Every lost race costs the loser one read; a controller that is busy with the object makes a handful of writes in a row.
const conflictsAtMost = 20
const firstDelayMs = 10
const longestDelayMs = 1_000
export const observeTimeoutMs = 5_000

/** One plan being sent. */
export class PlanRun<T extends KubeObject, S extends Subject<T>> {
  readonly requests: SentRequest[] = []
  readonly written: KubeObject[] = []
  readonly #done: Write[] = []
  /** resourceVersion of each object as we know it */
  #versions: Map<string, string>
  #subject: S
  #plan: WritesPlan
  readonly #action: Action<S>
  readonly #client: KubeClient
  readonly #name: string
  readonly #dryRun: ApplyOptions['dryRun']
  readonly #fieldManager: string
  readonly #context: Context
  readonly #observeTimeoutMs: number

  constructor(
    action: Action<S>,
    client: KubeClient,
    options: ApplyOptions,
    context: Context,
    subject: S,
    plan: WritesPlan,
  ) {
    this.#action = action
    this.#client = client
    this.#name = nameOf(subject)
    this.#dryRun = options.dryRun
    this.#fieldManager = options.fieldManager ?? defaultFieldManager
    this.#context = context
    this.#observeTimeoutMs = options.observeTimeoutMs ?? observeTimeoutMs
    this.#subject = subject
    this.#plan = plan
    this.#versions = versionsOf(subject)
  }

  /** What would be sent. Only the first request to an object can name its resourceVersion. */
  planned(): SentRequest[] {
    const written = new Set<string>()
    return this.#plan.writes.map(write => {
      const key = keyOf(write.type, write.ref.name)
      const version = written.has(key) ? 'of the answer before' : (this.#versions.get(key) ?? '')
      written.add(key)
      return this.#request(write, lockedPatch(write.patch, version))
    })
  }

  /** @returns the object that the action is about, after it */
  async send(ref: ObjectRef): Promise<T> {
    let left = [...this.#plan.writes]
    let object = this.#subject.object
    let conflicts = 0
    while (left.length > 0) {
      const write = left[0] as Write
      try {
        const answer = await this.#sendOne(write)
        if (write.type === this.#subject.type && answer.metadata.name === object.metadata.name) object = answer as T
        this.#accept(write, answer)
        left = left.slice(1)
      } catch (error) {
        if (!isConflict(error)) throw this.#done.length > 0 ? this.#unfinished(left, error) : error
        if (++conflicts > conflictsAtMost) throw this.#neverQuiet(left, error)
        await this.#context.clock.sleep(this.#backOffMs(conflicts), this.#context.signal)
        const again = await this.#decideAgain(ref, left)
        if (again === 'reached') return this.#subject.object
        object = this.#subject.object
        left = again
      }
    }
    return object
  }

  async #sendOne(write: Write): Promise<KubeObject> {
    const version = this.#versions.get(keyOf(write.type, write.ref.name)) ?? ''
    const patch = lockedPatch(write.patch, version)
    try {
      return await this.#patch(write, patch)
    } catch (error) {
      if (patch.subresource !== 'status' || !isNotFound(error)) throw error
      // The CRD of controllers before 0.10 has no status subresource; upstream, too, then writes to the object
      // (promote.go). Was it deleted instead, this one is not found either.
      const { subresource: _status, ...whole } = patch
      return this.#patch(write, whole)
    }
  }

  async #patch(write: Write, patch: PatchRequest): Promise<KubeObject> {
    const request = this.#request(write, patch)
    const answer = await this.#client.patch(write.type, write.ref, patch, {
      fieldManager: this.#fieldManager,
      ...(this.#dryRun === 'server' && { dryRun: true }),
    })
    this.requests.push(request)
    return answer
  }

  #request(write: Write, patch: PatchRequest): SentRequest {
    const options = { fieldManager: this.#fieldManager, dryRun: this.#dryRun === 'server' }
    return requestOf(write, patch, options, this.#client)
  }

  #accept(write: Write, answer: KubeObject): void {
    this.#done.push(write)
    this.written.push(answer)
    const key = keyOf(write.type, write.ref.name)
    // A dry run stores nothing, so the next write still has to name the version that is stored.
    if (this.#dryRun !== 'server' && answer.metadata.resourceVersion !== undefined) {
      this.#versions.set(key, answer.metadata.resourceVersion)
    }
    if (key === keyOf(this.#subject.type, this.#subject.object.metadata.name)) {
      this.#subject = { ...this.#subject, object: answer as T }
    }
  }

  /** After a conflict: what is left to send, if the decision still stands. */
  async #decideAgain(ref: ObjectRef, left: Write[]): Promise<Write[] | 'reached'> {
    const { now, changes, plan } = await this.#lookAgain(ref, left)
    if (plan?.kind === 'writes') {
      this.#take(now)
      this.#plan = plan
      return [...plan.writes]
    }
    if (this.#done.length === 0) {
      throw plan
        ? refusal(plan.refusal, this.#client)
        : changedMeanwhile(this.#name, changes, now.object, [this.#look()])
    }
    if (plan?.refusal.mayPass) {
      // our own write of the spec is what the controller has not seen yet
      this.#take(now)
      return left
    }
    if (this.#plan.isReached?.(now.object as never)) {
      this.#take(now)
      return 'reached'
    }
    const why = plan ? plan.refusal.message : `it changed meanwhile (${changesText(changes, now.object)})`
    throw unfinished(this.#name, this.#done, left, why, { hints: [this.#look()] })
  }

  /** Reads and decides anew; before anything was sent, a refusal that may pass gets the time to. */
  async #lookAgain(ref: ObjectRef, left: Write[]): Promise<{ now: S; changes: Change[]; plan: Plan | undefined }> {
    const givesUpAt = this.#context.clock.now() + this.#observeTimeoutMs
    for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 500)) {
      const now = await this.#readAgain(ref, left)
      const changes = changesBetween(this.#action.situation(this.#subject), this.#action.situation(now))
      const plan = changes.length === 0 ? this.#action.plan(now) : undefined
      const mayPass = plan?.kind === 'refused' && plan.refusal.mayPass && this.#done.length === 0
      if (!mayPass || this.#context.clock.now() >= givesUpAt) return { now, changes, plan }
      await this.#context.clock.sleep(delayMs, this.#context.signal)
    }
  }

  #take(now: S): void {
    this.#subject = now
    this.#versions = versionsOf(now)
  }

  async #readAgain(ref: ObjectRef, left: Write[]): Promise<S> {
    try {
      return await this.#action.read(this.#client, ref)
    } catch (error) {
      throw this.#done.length > 0 ? this.#unfinished(left, error) : error
    }
  }

  #unfinished(left: Write[], cause: unknown): Failure {
    const why = cause instanceof Error ? cause.message : String(cause)
    const hints = [...(cause instanceof Failure ? cause.hints : []), this.#look()]
    return unfinished(this.#name, this.#done, left, why, { hints, cause })
  }

  #neverQuiet(left: Write[], cause: unknown): Failure {
    const why = `it was written by others ${conflictsAtMost} times in a row while we tried`
    if (this.#done.length > 0) return unfinished(this.#name, this.#done, left, why, { hints: [this.#look()], cause })
    return new Failure('error', `${this.#name}: ${why}, nothing was changed`, {
      reason: 'Conflict',
      hints: [this.#look()],
      cause,
    })
  }

  #look(): string {
    return look(this.#subject, this.#client)
  }

  /** Doubles from 10 ms to 1 s, less up to half of it by chance, so that rivals do not meet again. */
  #backOffMs(attempt: number): number {
    const full = Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs)
    return full * (1 - this.#context.random() / 2)
  }
}

function versionsOf(subject: Subject): Map<string, string> {
  const objects = [{ type: subject.type, object: subject.object }, ...(subject.related ?? [])]
  return new Map(
    objects.map(({ type, object }) => [keyOf(type, object.metadata.name), object.metadata.resourceVersion ?? '']),
  )
}

function keyOf(type: ResourceType, name: string): string {
  return `${type.resource}.${type.group}/${name}`
}
