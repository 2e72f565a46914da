import { heapAfterCollection } from './heap.ts'

/** What one attempt came to, as a word to be counted, or the crash that it must not be. */
export type Attempt = { outcome: string; crash?: never } | { crash: string; outcome?: never }

export interface Summary {
  suite: string
  count: number
  seed: number
  crashes: number
  /** How often each outcome occurred. */
  outcomes: Record<string, number>
  slowestMs: number
  heapGrowthMiB: number
}

/** Attempts that may take longer than this are not bounded. */
export const slowestAllowedMs = 20_000
export const heapGrowthAllowedMiB = 64

/** Runs attempts and measures them; the first tenth warms caches up before the heap is looked at. */
export function fuzz(
  suite: string,
  count: number,
  seed: number,
  attempt: (index: number) => Attempt,
  report: (text: string) => void,
  now: () => number = () => performance.now(),
): Summary {
  const outcomes: Record<string, number> = {}
  let [crashes, slowestMs] = [0, 0]
  const warm = Math.floor(count / 10)
  let heapBefore = heapAfterCollection()
  for (let index = 0; index < count; index++) {
    if (index === warm) heapBefore = heapAfterCollection()
    const startMs = now()
    const { outcome, crash } = attempt(index)
    const tookMs = now() - startMs
    if (tookMs > slowestMs) slowestMs = tookMs
    if (tookMs > slowestAllowedMs) report(`attempt ${index} took ${Math.round(tookMs)} ms`)
    if (crash === undefined) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    else {
      crashes++
      report(crash)
    }
  }
  const heapGrowthMiB = Math.round(((heapAfterCollection() - heapBefore) / 2 ** 20) * 10) / 10
  return { suite, count, seed, crashes, outcomes, slowestMs: Math.round(slowestMs), heapGrowthMiB }
}

export function hasPassed({ crashes, slowestMs, heapGrowthMiB }: Summary): boolean {
  return crashes === 0 && slowestMs <= slowestAllowedMs && heapGrowthMiB <= heapGrowthAllowedMiB
}

/** What `work` makes, or its crash with what led to it. */
export function attempted(about: () => string, work: () => string): Attempt {
  try {
    return { outcome: work() }
  } catch (error) {
    return { crash: `${about()}\n${error instanceof Error ? error.stack : String(error)}` }
  }
}
