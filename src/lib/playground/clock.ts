import type { Clock } from '../context/context.ts'

export interface Timer {
  cancel(): void
}

/** The only time that the playground knows: what happens later is scheduled here and nowhere else. */
export interface Timeline extends Clock {
  /** Calls `run` once, `delayMs` from now. */
  schedule(delayMs: number, run: () => void): Timer
  /** Says that something goes on outside of this time, such as a request; a clock that is advanced by hand waits for it. */
  hold(work: Promise<unknown>): void
}

interface Entry {
  atMs: number
  order: number
  run: () => void
}

/** Lets promise chains and closed sockets catch up: everything that needs no timer has happened afterwards. */
const settle = () => new Promise<void>(resolve => setImmediate(resolve))

/**
 * A clock that stands still until it is told to advance, for tests and for deterministic simulations.
 * Timers of the same instant run in the order in which they were scheduled.
 */
export class VirtualClock implements Timeline {
  #nowMs: number
  #order = 0
  #entries: Entry[] = []
  readonly #held = new Set<Promise<unknown>>()

  constructor(startMs = Date.parse('2026-01-02T03:04:05Z')) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  /** How many timers wait; a clean end leaves none. */
  get pending(): number {
    return this.#entries.length
  }

  schedule(delayMs: number, run: () => void): Timer {
    const entry = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run }
    this.#entries.push(entry)
    return {
      cancel: () => {
        this.#entries = this.#entries.filter(each => each !== entry)
      },
    }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal)
  }

  /** The work must not wait for this clock: that would be for ever. */
  hold(work: Promise<unknown>): void {
    const release = () => void this.#held.delete(work)
    this.#held.add(work)
    work.then(release, release)
  }

  /** Moves time forward and runs what falls due on the way, each at its own instant, including what that schedules. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#nowMs + ms
    for (;;) {
      await this.#settle()
      const next = this.#takeNext(targetMs)
      if (!next) break
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.run()
    }
    this.#nowMs = targetMs
    await this.#settle()
  }

  /** Advances from timer to timer until `condition` holds; throws when it does not within `limitMs` of virtual time. */
  async advanceUntil(condition: () => boolean, limitMs = 24 * 3600_000): Promise<void> {
    const targetMs = this.#nowMs + limitMs
    for (;;) {
      await this.#settle()
      if (condition()) return
      const next = this.#takeNext(targetMs)
      if (!next) throw new Error(`the awaited state was not reached within ${limitMs} ms of virtual time`)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.run()
    }
  }

  async #settle(): Promise<void> {
    await settle()
    while (this.#held.size > 0) {
      await Promise.allSettled(this.#held)
      await settle()
    }
  }

  #takeNext(untilMs: number): Entry | undefined {
    let next: Entry | undefined
    for (const entry of this.#entries) {
      if (entry.atMs > untilMs) continue
      if (!next || entry.atMs < next.atMs || (entry.atMs === next.atMs && entry.order < next.order)) next = entry
    }
    if (next) this.#entries = this.#entries.filter(each => each !== next)
    return next
  }
}

interface PacedTimer {
  atMs: number
  run: () => void
  timeout: NodeJS.Timeout
}

/** Follows another clock, `speed` times as fast: 1 is real time, 60 makes a minute of every second. */
export class PacedClock implements Timeline {
  readonly #clock: Clock
  readonly #timers = new Set<PacedTimer>()
  #speed: number
  #fromMs: number
  #startMs: number

  constructor(clock: Clock, speed = 1) {
    this.#clock = clock
    this.#speed = speed
    this.#fromMs = clock.now()
    this.#startMs = this.#fromMs
  }

  now(): number {
    return Math.floor(this.#startMs + (this.#clock.now() - this.#fromMs) * this.#speed)
  }

  get speed(): number {
    return this.#speed
  }

  /** Goes on from now at another speed; what is scheduled stays at its time. */
  set speed(speed: number) {
    this.#startMs = this.now()
    this.#fromMs = this.#clock.now()
    this.#speed = speed
    for (const timer of this.#timers) {
      clearTimeout(timer.timeout)
      timer.timeout = this.#start(timer)
    }
  }

  schedule(delayMs: number, run: () => void): Timer {
    const timer = { atMs: this.now() + Math.max(0, delayMs), run } as PacedTimer
    timer.timeout = this.#start(timer)
    this.#timers.add(timer)
    return {
      cancel: () => {
        clearTimeout(timer.timeout)
        this.#timers.delete(timer)
      },
    }
  }

  #start(timer: PacedTimer): NodeJS.Timeout {
    return setTimeout(
      () => {
        this.#timers.delete(timer)
        timer.run()
      },
      Math.max(0, timer.atMs - this.now()) / this.#speed,
    )
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal)
  }

  hold(): void {}

  /** Drops every timer, so that nothing keeps the process alive. */
  stop(): void {
    for (const { timeout } of this.#timers) clearTimeout(timeout)
    this.#timers.clear()
  }
}

function sleepOn(timeline: Timeline, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      timer.cancel()
      reject(signal?.reason)
    }
    const timer = timeline.schedule(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
