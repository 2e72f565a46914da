import type { Context } from '../../context/context.ts'
import type { PartListener } from './part-watch.ts'

/** The API server does not answer: what is shown is as of `sinceMs` (ms since the epoch). */
export interface LostServer {
  sinceMs: number
  message: string
}

/** What several watches say together: that something is different, out of touch, or hopeless. */
export class ObservationState implements PartListener {
  readonly #context: Context
  readonly #reconsider: () => void
  readonly #lost = new Map<object, LostServer>()
  #failure: { error: unknown } | undefined
  #isDirty = false
  #wake = () => {}

  /** @param reconsider called after every change of an object, before the observer wakes */
  constructor(context: Context, reconsider: () => void) {
    this.#context = context
    this.#reconsider = reconsider
  }

  /** The longest outage that lasts; undefined when all watches are in touch. */
  get lost(): LostServer | undefined {
    return [...this.#lost.values()].sort((a, b) => a.sinceMs - b.sinceMs)[0]
  }

  /** Resolves when something is different from when it was last taken; throws what ends the observation. */
  async nextChange(): Promise<void> {
    const { signal } = this.#context
    const wake = () => this.#wake()
    signal.addEventListener('abort', wake)
    try {
      while (!this.#isDirty) {
        signal.throwIfAborted()
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
      }
    } finally {
      signal.removeEventListener('abort', wake)
    }
    this.#check()
  }

  /** What was different is known now. @throws what ends the observation */
  take(): void {
    this.#isDirty = false
    this.#check()
  }

  #check(): void {
    this.#context.signal.throwIfAborted()
    if (this.#failure) throw this.#failure.error
  }

  touch(): void {
    this.#isDirty = true
    this.#wake()
  }

  changed(): void {
    this.#reconsider()
    this.touch()
  }

  disconnected(part: object, sinceMs: number, message: string): void {
    const known = this.#lost.get(part)
    this.#lost.set(part, { sinceMs: known?.sinceMs ?? sinceMs, message })
    if (!known) this.touch()
  }

  reconnected(part: object): void {
    if (this.#lost.delete(part)) this.touch()
  }

  failed(error: unknown): void {
    this.#failure ??= { error }
    this.touch()
  }
}
