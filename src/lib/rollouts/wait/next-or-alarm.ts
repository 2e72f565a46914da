import type { Clock } from '../../context/context.ts'

/**
 * The next item of a stream, or the news that a point in time was reached first. The item that was waited for is not
 * lost then: the next call goes on waiting for it.
 */
export class NextOrAlarm<T> {
  readonly #iterator: AsyncIterator<T>
  readonly #clock: Clock
  #pending: Promise<IteratorResult<T>> | undefined

  constructor(items: AsyncIterable<T>, clock: Clock) {
    this.#iterator = items[Symbol.asyncIterator]()
    this.#clock = clock
  }

  /** @param alarmAtMs ms since the epoch; undefined: no alarm */
  async next(alarmAtMs: number | undefined): Promise<{ item: T } | 'alarm' | 'end'> {
    this.#pending ??= this.#iterator.next()
    const next = this.#pending.then(result => {
      this.#pending = undefined
      return result.done ? ('end' as const) : { item: result.value }
    })
    if (alarmAtMs === undefined) return next
    const timer = new AbortController()
    const alarm = this.#clock
      .sleep(Math.max(0, alarmAtMs - this.#clock.now()), timer.signal)
      .then(() => 'alarm' as const)
    // losing the race is no error of anybody
    alarm.catch(() => {})
    try {
      return await Promise.race([next, alarm])
    } finally {
      timer.abort()
    }
  }

  /** Lets go of the stream, which must end at once when told to, also while an item is pending. */
  async close(): Promise<void> {
    this.#pending?.catch(() => {})
    await this.#iterator.return?.().catch(() => {})
  }
}
