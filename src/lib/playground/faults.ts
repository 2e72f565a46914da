import type { StatusError } from './store/status-error.ts'

interface Fault {
  /** how many requests are still to be refused */
  left: number
  error: () => StatusError
  matches: (method: string, path: string) => boolean
}

/** Trouble on request, for tests of what is to survive it. */
export class Faults {
  #faults: Fault[] = []
  #paused: Promise<void> | undefined
  #resume = () => {}

  /** Refuses the next `count` requests that match (all by default); `matches` sees `GET`, `LIST`, `WATCH`, `PATCH`, ... and the path. */
  failNext(count: number, error: () => StatusError, matches: Fault['matches'] = () => true): void {
    this.#faults.push({ left: count, error, matches })
  }

  /** Keeps every request waiting until `resume`. */
  pause(): void {
    this.#paused ??= new Promise(resolve => {
      this.#resume = resolve
    })
  }

  resume(): void {
    this.#paused = undefined
    this.#resume()
  }

  clear(): void {
    this.#faults = []
    this.resume()
  }

  /** Called by servers and clients before they answer; throws the StatusError that was asked for. */
  async beforeRequest(method: string, path: string): Promise<void> {
    await this.#paused
    const fault = this.#faults.find(each => each.left > 0 && each.matches(method, path))
    if (!fault) return
    fault.left -= 1
    throw fault.error()
  }
}
