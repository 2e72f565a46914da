import { CountComparison } from './count-comparison.ts'
import { effectGrid } from './effect-grid.ts'
import type { MetricJudge } from './metric-judge.ts'

/** Nats beyond the limit that make a detection likely in four of five runs. */
const margin = 2
/** an arm difference of so many times its spread by chance can be told from chance at 1 % */
const provableSpreads = 4.5

/**
 * The smallest effect that a run could have told by now, as a ratio canary/stable (of a histogram: the factor by which all
 * requests are slower), or in standard deviations; undefined when it could have told none (verify-engine 4.11).
 *
 * @param falseAlarmRate alpha of all metrics together
 */
export function smallestDetectable(judge: MetricJudge, falseAlarmRate: number): number | undefined {
  const needed = Math.log(judge.comparisons.length / (judge.settings.weight * falseAlarmRate)) + margin
  const reached = judge.comparisons.map(({ comparison }) => {
    const information = comparison.information()
    const least = provableSpreads * comparison.prior().omega
    return [...effectGrid].find((x, j) => x > 0.03 && x >= least && (information[j] as number) >= needed)
  })
  if (judge.settings.kind === 'histogram') return slowestUnseen(judge, reached)
  const found = reached.filter(each => each !== undefined)
  return found.length > 0 ? unlogged(Math.min(...found), judge.scale) : undefined
}

const unlogged = (x: number, scale: 'log' | 'deviation') => (scale === 'log' ? Math.exp(x) : x)

/** The factor of slowness at which the share of requests above some edge grows by what can be told there. */
function slowestUnseen(judge: MetricJudge, reached: readonly (number | undefined)[]): number | undefined {
  const points = judge.comparisons.flatMap(({ comparison, edge }) =>
    comparison instanceof CountComparison && edge !== undefined && Number.isFinite(edge) && comparison.stableShare > 0
      ? [{ x: Math.log(edge), y: Math.log(comparison.stableShare) }]
      : [],
  )
  for (let factor = 1.05; factor <= 32; factor *= 1.05) {
    for (const [index, { comparison, edge }] of judge.comparisons.entries()) {
      const needed = reached[index]
      if (needed === undefined || edge === undefined || !(comparison instanceof CountComparison)) continue
      if (!(comparison.stableShare > 0)) continue
      const slower = Math.min(0, interpolated(points, Math.log(edge / factor)))
      if (slower - Math.log(comparison.stableShare) >= needed) return factor
    }
  }
  return undefined
}

/** Linear between the points and beyond them; both logs. */
function interpolated(points: readonly { x: number; y: number }[], x: number): number {
  const [first, second] = points
  if (!first) return 0
  if (!second) return first.y
  const next = points.findIndex((each, index) => index > 0 && each.x >= x)
  const right = points[next === -1 ? points.length - 1 : next] as { x: number; y: number }
  const left = points[(next === -1 ? points.length - 1 : next) - 1] as { x: number; y: number }
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x)
}
