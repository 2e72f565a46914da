import type { Context } from '../context/context.ts'
import type { KubeClient, ResourceType, Selection, WatchEvent } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { Failure } from '../values/failure.ts'
import { defaultPageSize, pages } from './pages.ts'
import { askedDelayMs, isExpired, isPassing, isRefusedWhileStarting, isServerBusy, retryDelayMs } from './retry.ts'

export type ReflectorEvent<T> =
  | { kind: 'added' | 'modified' | 'deleted'; object: T }
  /** The events so far show all that the server had at this resourceVersion: after the first list, and after each later one. */
  | { kind: 'synced'; resourceVersion: string }
  /** An attempt failed. The view is as of `sinceMs` (ms since the epoch), and may be out of date until `reconnected`. */
  | { kind: 'disconnected'; message: string; sinceMs: number }
  | { kind: 'reconnected' }

export interface ReflectorOptions {
  /** objects per page of a list; 0: all at once. Default 500. */
  pageSize?: number
  /** after being out of touch for so long, the last failure is thrown. Default 5 minutes; Infinity: never. */
  giveUpAfterMs?: number
  /** Retries the first list too where the server is out of reach, instead of throwing. Default false, as kubectl. */
  isPatientAtStart?: boolean
  /** a watch that gives nothing, not even a bookmark, for so long is taken for dead. Default 90 s. */
  idleMs?: number
  /** ends the iteration with its reason; the context's signal does so too */
  signal?: AbortSignal
}

/** The server sends a bookmark every minute; one that is overdue by half a minute will not come any more. */
const defaultIdleMs = 90_000
const defaultGiveUpAfterMs = 300_000
/** How long after an outage a server may still refuse what it allowed before. */
const startingMs = 30_000
/** A watch that lived so long was a good one, whatever ended it. */
const healthyMs = 5_000

/**
 * Follows a selection of objects: LIST in pages, WATCH from its resourceVersion, again and again (client-go:
 * tools/cache/reflector.go).
 *
 * Between two lists every change is given exactly once and in order. A later list is compared with what was given
 * before, and the difference is given as events, so that the events add up to the server's state: a deletion is always
 * reported, and an object that was deleted and made anew is `deleted` and then `added`.
 *
 * Ends only by leaving the loop, by a signal, or by throwing the Failure that trying again cannot help.
 */
export function reflect<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType,
  selection: Selection,
  context: Context,
  options: ReflectorOptions = {},
): AsyncIterableIterator<ReflectorEvent<T>> {
  const controller = new AbortController()
  const reflector = new Reflector<T>(client, type, selection, context, options, controller.signal)
  const events = reflector.run()
  const stop = (signal: AbortSignal) => () => controller.abort(signal.reason)
  const links = [context.signal, options.signal].flatMap(signal => (signal ? [{ signal, stop: stop(signal) }] : []))
  for (const link of links) {
    if (link.signal.aborted) link.stop()
    else link.signal.addEventListener('abort', link.stop)
  }
  const unlink = () => {
    for (const link of links) link.signal.removeEventListener('abort', link.stop)
  }
  let hasLeft = false
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const result = await events.next()
        if (result.done) unlink()
        return result
      } catch (error) {
        unlink()
        if (hasLeft) return { done: true, value: undefined }
        throw error
      }
    },
    /** Ends what is under way at once, where a generator alone would wait for the next event. */
    async return() {
      hasLeft = true
      unlink()
      controller.abort(new Error('the reader has left'))
      await events.return(undefined).catch(() => {})
      return { done: true, value: undefined }
    },
  }
}

class Reflector<T extends KubeObject> {
  private readonly known = new Map<string, T>()
  private resourceVersion: string | undefined
  private hasSynced = false
  /** out of touch since then */
  private lostAtMs: number | undefined
  /** whether the reader was told so */
  private isLossReported = false
  private failures = 0
  /** how often in a row the server had forgotten our resourceVersion */
  private expirations = 0

  constructor(
    private readonly client: KubeClient,
    private readonly type: ResourceType,
    private readonly selection: Selection,
    private readonly context: Context,
    private readonly options: ReflectorOptions,
    private readonly signal: AbortSignal,
  ) {}

  async *run(): AsyncGenerator<ReflectorEvent<T>, void, undefined> {
    for (;;) {
      try {
        this.signal.throwIfAborted()
        if (this.resourceVersion === undefined) yield* this.list()
        yield* this.watch()
      } catch (error) {
        if (this.signal.aborted) throw this.signal.reason
        yield* this.recover(error)
      }
    }
  }

  private async *list(): AsyncGenerator<ReflectorEvent<T>, void, undefined> {
    const seen = new Set<string>()
    let resourceVersion = ''
    const { pageSize = defaultPageSize } = this.options
    for await (const page of pages<T>(this.client, this.type, { ...this.selection, pageSize, signal: this.signal })) {
      yield* this.inTouch()
      if (page.startsOver) seen.clear()
      for (const object of page.items) {
        seen.add(keyOf(object))
        yield* this.present(object)
      }
      resourceVersion = page.resourceVersion
    }
    for (const [key, object] of [...this.known]) {
      if (seen.has(key)) continue
      this.known.delete(key)
      yield { kind: 'deleted', object }
    }
    this.resourceVersion = resourceVersion
    this.hasSynced = true
    yield { kind: 'synced', resourceVersion }
  }

  private async *watch(): AsyncGenerator<ReflectorEvent<T>, void, undefined> {
    const { clock } = this.context
    const controller = new AbortController()
    const stop = () => controller.abort(this.signal.reason)
    this.signal.addEventListener('abort', stop)
    const startedMs = clock.now()
    const watchdog = new Watchdog(clock, this.options.idleMs ?? defaultIdleMs, controller)
    let onOpen = () => {}
    const opened = new Promise<void>(resolve => {
      onOpen = resolve
    })
    const stream = this.client
      .watch<T>(
        this.type,
        {
          ...this.selection,
          resourceVersion: this.resourceVersion ?? '',
          // client-go: between 5 and 10 minutes, so that watches do not all end together
          timeoutSeconds: 300 + Math.floor(this.context.random() * 300),
          onOpen,
        },
        controller.signal,
      )
      [Symbol.asyncIterator]()
    let events = 0
    try {
      for (;;) {
        const next = stream.next()
        if (this.lostAtMs !== undefined) {
          await Promise.race([opened, next, watchdog.bark])
          yield* this.inTouch()
        }
        const result = await Promise.race([next, watchdog.bark])
        if (result.done) break
        watchdog.reset()
        events += 1
        this.recovered()
        yield* this.apply(result.value)
      }
    } finally {
      this.signal.removeEventListener('abort', stop)
      watchdog.stop()
      controller.abort()
      // Not awaited: it comes to its end by the abort, and a stream that does not must not hold up the next one.
      stream.return?.().catch(() => {})
      if (clock.now() - startedMs >= healthyMs) this.recovered()
    }
    // A server that ends watches as soon as they are open is not to be asked in a tight loop.
    if (events === 0 && clock.now() - startedMs < 1000) await this.pause(undefined)
  }

  private *apply(event: WatchEvent<T>): Generator<ReflectorEvent<T>> {
    if (event.type === 'BOOKMARK') {
      this.resourceVersion = event.resourceVersion
      return
    }
    const { object } = event
    if (event.type === 'DELETED') {
      if (this.known.delete(keyOf(object))) yield { kind: 'deleted', object }
    } else yield* this.present(object)
    this.resourceVersion = object.metadata.resourceVersion
  }

  /** The object exists in this version. */
  private *present(object: T): Generator<ReflectorEvent<T>> {
    const key = keyOf(object)
    const before = this.known.get(key)
    if (before && before.metadata.resourceVersion === object.metadata.resourceVersion) return
    this.known.set(key, object)
    if (before && before.metadata.uid !== object.metadata.uid) {
      yield { kind: 'deleted', object: before }
      yield { kind: 'added', object }
    } else yield { kind: before ? 'modified' : 'added', object }
  }

  private *inTouch(): Generator<ReflectorEvent<T>> {
    this.lostAtMs = undefined
    if (!this.isLossReported) return
    this.isLossReported = false
    yield { kind: 'reconnected' }
  }

  /** Says that the server is out of touch and waits before the next attempt, or throws what waiting cannot help. */
  private async *recover(error: unknown): AsyncGenerator<ReflectorEvent<T>, void, undefined> {
    if (isExpired(error)) {
      this.resourceVersion = undefined
      // What the server has forgotten is told by a new list, at once; only a second time in a row is it a fault.
      this.expirations += 1
      if (this.expirations === 1) return
    }
    const now = this.context.clock.now()
    if (!(error instanceof Failure) || !this.mayPass(error, now)) throw error
    // What an unreadable event said is lost, so that only a new list can tell.
    if (error.reason === 'BadWatchEvent') this.resourceVersion = undefined
    // One connection that ended is no news; a second attempt that fails is.
    const isNews = this.lostAtMs !== undefined || !this.hasSynced || this.failures > 0
    this.lostAtMs ??= now
    if (now - this.lostAtMs >= (this.options.giveUpAfterMs ?? defaultGiveUpAfterMs)) throw error
    if (isNews) {
      this.isLossReported = true
      yield { kind: 'disconnected', message: error.message, sinceMs: this.lostAtMs }
    }
    await this.pause(error)
  }

  private mayPass(error: Failure, now: number): boolean {
    if (!this.hasSynced) return this.options.isPatientAtStart ? isPassing(error) : isServerBusy(error) && isBrief(error)
    if (isPassing(error) || isExpired(error) || /^(BadWatchEvent|IdleWatch)$/.test(error.reason ?? '')) return true
    return isRefusedWhileStarting(error) && this.lostAtMs !== undefined && now - this.lostAtMs < startingMs
  }

  private recovered(): void {
    this.failures = 0
    this.expirations = 0
  }

  private async pause(error: unknown): Promise<void> {
    this.failures += 1
    const delay = Math.max(askedDelayMs(error), retryDelayMs(this.failures, this.context.random()))
    await this.context.clock.sleep(delay, this.signal)
  }
}

/** Of a first list, what the server itself calls a matter of moments. */
const isBrief = (error: Failure) => /^(TooManyRequests|ServiceUnavailable|ServerTimeout)$/.test(error.reason ?? '')

const keyOf = (object: KubeObject) => `${object.metadata.namespace ?? ''}/${object.metadata.name}`

/** Barks when it has not been reset for a while. One timer at a time, however many events come. */
class Watchdog {
  readonly bark: Promise<never>
  private lastMs: number
  private readonly sleeping = new AbortController()

  constructor(
    private readonly clock: Context['clock'],
    private readonly idleMs: number,
    private readonly request: AbortController,
  ) {
    this.lastMs = clock.now()
    this.bark = this.watch()
    this.bark.catch(() => {})
  }

  reset(): void {
    this.lastMs = this.clock.now()
  }

  stop(): void {
    this.sleeping.abort()
  }

  private async watch(): Promise<never> {
    for (;;) {
      const leftMs = this.lastMs + this.idleMs - this.clock.now()
      if (leftMs <= 0) break
      await this.clock.sleep(leftMs, this.sleeping.signal)
    }
    const failure = new Failure('error', `the watch gave nothing for ${Math.round(this.idleMs / 1000)} s`, {
      reason: 'IdleWatch',
    })
    this.request.abort(failure)
    throw failure
  }
}
