import type { RecordedPod, RecordedSeries } from '../recording/recording.ts'
import type { Window } from './counters.ts'
import { isInfinite, totalIncrease } from './metric-data.ts'

const mostEdges = 8

/**
 * The bucket edges that a latency is judged by: those that at most half of the stable requests of the lookback exceeded,
 * eight at most, the far ones among them, since rare edges are what catches the tail (verify-engine 4.7). Without a
 * lookback all edges are candidates: nothing of the window itself may choose.
 */
export function chooseEdges(series: readonly RecordedSeries[], pods: readonly RecordedPod[], window: Window): number[] {
  const stable = new Set(pods.filter(each => each.arm === 'stable').map(each => each.pod))
  const before = new Map<number, number>()
  let all = 0
  for (const each of series) {
    if (each.part !== 'bucket' || each.le === undefined) continue
    const isStable = each.pod === undefined ? each.arm === 'stable' : stable.has(each.pod)
    const requests = isStable ? totalIncrease(each, window.firstStep - each.from, -each.from) : 0
    if (isInfinite(each.le)) all += requests
    else before.set(Number(each.le), (before.get(Number(each.le)) ?? 0) + requests)
  }
  const edges = [...before.keys()].sort((a, b) => a - b)
  const candidates = all > 0 ? edges.filter(edge => 1 - (before.get(edge) ?? 0) / all <= 0.5) : edges
  if (candidates.length <= mostEdges) return candidates
  return Array.from({ length: mostEdges }, (_, index) => {
    const at = Math.round((index * (candidates.length - 1)) / (mostEdges - 1))
    return candidates[at] as number
  })
}
