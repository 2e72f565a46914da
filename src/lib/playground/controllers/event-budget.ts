const burst = 25
const refillMs = 300_000

/** Twenty-five events at once and one every five minutes, for each source and object; the others are dropped. */
export class EventBudget {
  readonly #left = new Map<string, { tokens: number; atMs: number }>()

  /** Whether one more may be recorded. */
  take(source: string, nowMs: number): boolean {
    const { tokens, atMs } = this.#left.get(source) ?? { tokens: burst, atMs: nowMs }
    const available = Math.min(burst, tokens + (nowMs - atMs) / refillMs)
    const isAllowed = available >= 1
    this.#left.set(source, { tokens: isAllowed ? available - 1 : available, atMs: nowMs })
    return isAllowed
  }
}
