import type { Clock } from '../../context/context.ts'

/** The history is over: what would come next lies in the future. */
export class PresentReached extends Error {
  override readonly name = 'PresentReached'
}

export interface ReplayLimits {
  /** ms since 1970: the time of the world, beyond which nothing is asked */
  presentMs: number
  /** ms since 1970 at which the run is stopped */
  deadlineMs?: number | undefined
  /** called when the deadline is reached; the sleep that reaches it ends there */
  onDeadline?(): void
}

/**
 * A clock for runs on history: whoever sleeps on it is there at once. It never goes beyond the present.
 */
export class ReplayClock implements Clock {
  #nowMs: number
  readonly #limits: ReplayLimits

  constructor(startMs: number, limits: ReplayLimits) {
    this.#nowMs = startMs
    this.#limits = limits
  }

  now(): number {
    return this.#nowMs
  }

  /** @throws PresentReached */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const { presentMs, deadlineMs = Number.POSITIVE_INFINITY, onDeadline } = this.#limits
    const untilMs = this.#nowMs + Math.max(0, ms)
    if (deadlineMs <= untilMs && deadlineMs <= presentMs) {
      this.#nowMs = Math.max(this.#nowMs, deadlineMs)
      onDeadline?.()
      return
    }
    if (untilMs > presentMs) throw new PresentReached('the history ends here')
    this.#nowMs = untilMs
  }
}
