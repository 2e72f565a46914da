/** Brings what several producers push into one stream. */
export class Mailbox<T> implements AsyncIterable<T> {
  readonly #items: T[] = []
  #wake: (() => void) | undefined
  #end: { error?: unknown } | undefined

  push(item: T): void {
    this.#items.push(item)
    this.#wake?.()
  }

  /** No more items; what was pushed before is still given out. With an error the stream ends by throwing it. */
  close(end: { error?: unknown } = {}): void {
    this.#end ??= end
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift() as T
      if (this.#end) {
        if ('error' in this.#end) throw this.#end.error
        return
      }
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
  }
}
