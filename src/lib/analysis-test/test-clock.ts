import type { Clock } from '../context/context.ts'

/** A clock that is there as soon as somebody waits for it. */
export class TestClock implements Clock {
  #nowMs: number
  readonly #terminateAtMs: number
  readonly #terminate = new AbortController()

  /** @param terminateAtMs when {@link terminate} aborts, also in the middle of a wait */
  constructor(startMs: number, terminateAtMs: number | undefined) {
    this.#nowMs = startMs
    this.#terminateAtMs = terminateAtMs ?? Number.POSITIVE_INFINITY
  }

  get terminate(): AbortSignal {
    return this.#terminate.signal
  }

  now(): number {
    return this.#nowMs
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const endMs = this.#nowMs + ms
    if (!this.#terminate.signal.aborted && this.#terminateAtMs <= endMs) {
      this.#nowMs = Math.max(this.#nowMs, this.#terminateAtMs)
      this.#terminate.abort()
      signal?.throwIfAborted()
    }
    this.#nowMs = Math.max(this.#nowMs, endMs)
  }
}
