import type { Context } from '../../context/context.ts'
import type { ObservationState } from './observation-state.ts'

export interface ObserveOptions {
  /** changes within this time become one observation; default 150 */
  debounceMs?: number
}

/** What follows the parts of one object: it knows when there is something to see, and what. */
export interface Observer<T> {
  readonly state: ObservationState
  /** whether every part has been seen once */
  readonly isReady: boolean
  readonly isDeleted: boolean
  /** undefined as long as parts are missing */
  observation(): T | undefined
  stop(): void
}

/** One observation for each burst of changes, until the object is gone or the caller leaves the loop. */
export async function* observations<T extends { isDeleted: boolean }>(
  observer: Observer<T>,
  context: Context,
  { debounceMs = 150 }: ObserveOptions,
): AsyncGenerator<T, void, undefined> {
  try {
    for (;;) {
      await observer.state.nextChange()
      if (observer.isReady && !observer.isDeleted) await context.clock.sleep(debounceMs, context.signal)
      const observation = observer.observation()
      if (!observation) continue
      yield observation
      if (observation.isDeleted) return
    }
  } finally {
    observer.stop()
  }
}
