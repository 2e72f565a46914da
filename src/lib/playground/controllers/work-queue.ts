import type { Timeline, Timer } from '../clock.ts'
import { StatusError } from '../store/status-error.ts'

interface Waiting {
  atMs: number
  timer: Timer
}

const overcome = ['Conflict', 'Forbidden', 'Invalid', 'NotFound']

const isOvercome = (error: unknown) => error instanceof StatusError && overcome.includes(error.status.reason)

/**
 * Keys that a controller has to look at, each once at a time and at the earliest moment asked for
 * (client-go util/workqueue). A look that meets a conflict is repeated a second later.
 */
export class WorkQueue {
  readonly #waiting = new Map<string, Waiting>()
  readonly #timeline: Timeline
  readonly #reactionMs: number
  readonly #reconcile: (key: string) => void
  readonly #onError: (error: unknown) => void
  #isPaused = false

  constructor(options: {
    timeline: Timeline
    /** how long after a change the controller looks */
    reactionMs: number
    reconcile(key: string): void
    /** told about everything that is not a refusal which the next look may overcome */
    onError(error: unknown): void
  }) {
    this.#timeline = options.timeline
    this.#reactionMs = options.reactionMs
    this.#reconcile = options.reconcile
    this.#onError = options.onError
  }

  add(key: string, delayMs = this.#reactionMs): void {
    const atMs = this.#timeline.now() + delayMs
    const waiting = this.#waiting.get(key)
    if (waiting && waiting.atMs <= atMs) return
    waiting?.timer.cancel()
    const timer = this.#timeline.schedule(delayMs, () => this.#run(key))
    this.#waiting.set(key, { atMs, timer })
  }

  /** As if the controller were down: nothing is looked at until `resume`, and nothing is forgotten. */
  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    for (const [key, { timer }] of [...this.#waiting]) {
      timer.cancel()
      this.#waiting.delete(key)
      this.add(key)
    }
  }

  stop(): void {
    for (const { timer } of this.#waiting.values()) timer.cancel()
    this.#waiting.clear()
  }

  #run(key: string): void {
    // kept as waiting while paused, so that resume finds it
    if (this.#isPaused) return
    this.#waiting.delete(key)
    try {
      this.#reconcile(key)
    } catch (error) {
      if (!isOvercome(error)) this.#onError(error)
      this.add(key, 1000)
    }
  }
}
