import { describe, expect, it, vi } from 'vitest'
import { PacedClock, VirtualClock } from '../../../src/lib/playground/clock.ts'

describe('virtual clock', () => {
  it('runs what falls due in order, each at its own instant', async () => {
    const clock = new VirtualClock(0)
    const seen: string[] = []
    clock.schedule(20, () => seen.push(`b at ${clock.now()}`))
    clock.schedule(10, () => {
      seen.push(`a at ${clock.now()}`)
      clock.schedule(5, () => seen.push(`nested at ${clock.now()}`))
    })
    clock.schedule(20, () => seen.push(`c at ${clock.now()}`))
    clock.schedule(31, () => seen.push('too late'))
    await clock.advance(30)
    expect(seen).toEqual(['a at 10', 'nested at 15', 'b at 20', 'c at 20'])
    expect(clock.now()).toBe(30)
    expect(clock.pending).toBe(1)
  })

  it('lets sleepers go on before the next timer', async () => {
    const clock = new VirtualClock(0)
    const woken: number[] = []
    const sleeper = async () => {
      for (let round = 0; round < 3; round++) {
        await clock.sleep(10)
        woken.push(clock.now())
      }
    }
    const done = sleeper()
    await clock.advance(100)
    await done
    expect(woken).toEqual([10, 20, 30])
  })

  it('ends a sleep with the reason of the signal, and forgets its timer', async () => {
    const clock = new VirtualClock(0)
    const controller = new AbortController()
    const slept = clock.sleep(10, controller.signal)
    controller.abort(new Error('stop'))
    await expect(slept).rejects.toThrow('stop')
    expect(clock.pending).toBe(0)
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow('stop')
  })

  it('advances until a state is reached, or says that it is not', async () => {
    const clock = new VirtualClock(0)
    let count = 0
    const tick = () => {
      count += 1
      clock.schedule(10, tick)
    }
    clock.schedule(10, tick)
    await clock.advanceUntil(() => count === 3)
    expect(clock.now()).toBe(30)
    await expect(clock.advanceUntil(() => false, 50)).rejects.toThrow('not reached within 50 ms')
  })
})

it('a paced clock multiplies another one', () => {
  let realMs = 1000
  const clock = new PacedClock({ now: () => realMs, sleep: async () => {} }, 60)
  realMs += 500
  expect(clock.now()).toBe(1000 + 30_000)
})

describe('a clock that follows another one', () => {
  it('keeps what is scheduled at its time when its speed changes', async () => {
    let nowMs = 0
    const clock = new PacedClock({ now: () => nowMs, sleep: () => Promise.reject(new Error('not slept on')) }, 10)
    vi.useFakeTimers()
    const ran: number[] = []
    clock.schedule(60_000, () => ran.push(clock.now()))
    const pass = (ms: number) => {
      nowMs += ms
      vi.advanceTimersByTime(ms)
    }
    pass(1000)
    clock.speed = 100
    pass(499)
    expect(ran).toEqual([])
    pass(1)
    expect(ran).toEqual([60_000])
    clock.speed = 1
    pass(1000)
    expect(clock.now()).toBe(61_000)
    vi.useRealTimers()
  })
})

it('a clock that is advanced waits for what goes on elsewhere', async () => {
  const clock = new VirtualClock()
  let seenMs = 0
  const startMs = clock.now()
  clock.schedule(1000, () => {
    const request = new Promise(resolve => setTimeout(resolve, 20)).then(() => {
      seenMs = clock.now() - startMs
    })
    clock.hold(request)
  })
  await clock.advance(60_000)
  expect(seenMs).toBe(1000)
})
