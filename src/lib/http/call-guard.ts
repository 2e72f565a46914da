import { setMaxListeners } from 'node:events'
import type { Context } from '../context/context.ts'
import { TimeLimit } from './go-transport-text.ts'

type Limit = TimeLimit['what']

/** Ends a call when a signal aborts or a time limit passes, and leaves no timer and no listener behind. */
export class CallGuard {
  private readonly context: Pick<Context, 'signal' | 'clock'>
  private readonly signals: readonly AbortSignal[]
  private readonly limits = new Map<Limit, AbortController>()
  private stop: ((error: Error) => void) | undefined
  private ended: Error | undefined
  private readonly onAbort = () => this.endWith(new Error('aborted'))

  constructor(context: Pick<Context, 'signal' | 'clock'>, signal: AbortSignal | undefined, timeoutMs?: number) {
    this.context = context
    this.signals = [context.signal, signal].filter(each => each !== undefined)
    for (const each of this.signals) {
      // Every call in flight listens, and Node takes more than ten listeners for a leak.
      setMaxListeners(0, each)
      each.addEventListener('abort', this.onAbort)
    }
    if (timeoutMs !== undefined && timeoutMs <= 0) this.ended = new TimeLimit('call')
    else if (timeoutMs !== undefined) this.limit('call', timeoutMs)
  }

  /** Says how to end what goes on now; it is ended at once when the call is over already. */
  watch(stop: (error: Error) => void): void {
    this.stop = stop
    if (this.ended) stop(this.ended)
  }

  limit(what: Limit, ms: number): void {
    this.lift(what)
    const controller = new AbortController()
    this.limits.set(what, controller)
    this.context.clock.sleep(ms, controller.signal).then(
      () => this.endWith(new TimeLimit(what)),
      () => {},
    )
  }

  lift(what: Limit): void {
    this.limits.get(what)?.abort()
    this.limits.delete(what)
  }

  /** The limit of the whole call has passed. */
  get isOverdue(): boolean {
    return this.ended instanceof TimeLimit
  }

  /** @throws the reason of a signal that aborted */
  throwIfAborted(): void {
    for (const signal of this.signals) signal.throwIfAborted()
  }

  close(): void {
    for (const what of [...this.limits.keys()]) this.lift(what)
    for (const signal of this.signals) signal.removeEventListener('abort', this.onAbort)
    this.stop = undefined
  }

  private endWith(error: Error): void {
    this.ended ??= error
    this.stop?.(error)
  }
}
