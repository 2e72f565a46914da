import { effectGrid } from './effect-grid.ts'

/** What differences between arms are to be expected although the versions are the same (verify-engine 4.5). */
export interface EffectPrior {
  /** scale of an arm difference by chance: the pods' spread over the sizes of the arms */
  omega: number
  degrees: number
  /** arm differences that the stable pods' own effects would make; none: the t distribution alone */
  drawn: readonly number[]
}

/** Weights over the grid, each set summing to one. */
export interface EffectWeights {
  /** no difference, but for the pods */
  none: Float64Array
  /** a difference in the bad direction */
  worse: Float64Array
  /** at the edge of the tolerance, but for the pods */
  tolerated: Float64Array
  /** beyond the tolerance */
  beyond: Float64Array
  /** around no difference, for the early pass */
  near: Float64Array
  /** at the edge of what an early pass excludes, but for the pods */
  excluded: Float64Array
}

/** Mean of log effects that are thought of beyond a bound. */
const effectScale = 0.7
/** half a step of the grid */
const beyondBound = 0.03
const nearDeviation = 0.05

/**
 * @param logTolerance log theta0
 * @param logPassWithin log theta1
 */
export function effectWeights(prior: EffectPrior, logTolerance: number, logPassWithin: number): EffectWeights {
  const width = Math.hypot(prior.omega, nearDeviation)
  return {
    none: normalized(x => chance(x, prior)),
    worse: normalized(x => beyond(x)),
    tolerated: normalized(x => chance(x - logTolerance, prior)),
    beyond: normalized(x => beyond(x - logTolerance)),
    near: normalized(x => Math.exp(-0.5 * (x / width) ** 2)),
    excluded: normalized(x => chance(x - logPassWithin, prior)),
  }
}

const beyond = (x: number) => (x > beyondBound ? Math.exp(-x / effectScale) : 0)

/**
 * How likely an arm difference of x is by the pods alone: half a t distribution, half what the stable pods show. The t
 * alone is nearly Gaussian with many pods, and pods are not: a few bad nodes make outliers (verify-engine 11).
 */
function chance(x: number, { omega, degrees, drawn }: EffectPrior): number {
  const t = studentT(x / omega, degrees) / omega
  if (drawn.length === 0) return t
  const width = Math.max(0.03, omega / 2)
  let sum = 0
  for (const each of drawn) sum += Math.exp(-0.5 * ((x - each) / width) ** 2)
  return 0.5 * t + (0.5 * sum) / (drawn.length * width * Math.sqrt(2 * Math.PI))
}

/** Not normalised over the degrees' constant but close to a density: exact for many degrees, 8 % low at six. */
function studentT(u: number, degrees: number): number {
  return (1 + u ** 2 / degrees) ** (-(degrees + 1) / 2) / Math.sqrt(2 * Math.PI)
}

function normalized(weight: (x: number) => number): Float64Array {
  const weights = effectGrid.map(weight)
  const total = weights.reduce((sum, each) => sum + each, 0)
  return weights.map(each => each / total)
}

/**
 * Arm differences of the sizes of these arms, of pods drawn from the stable ones' effects; the same every time.
 *
 * @param canaryPods effective number
 */
export function drawnDifferences(podEffects: readonly number[], canaryPods: number, stablePods: number): number[] {
  if (podEffects.length < 4) return []
  const [m, n] = [Math.max(1, Math.round(canaryPods)), Math.max(1, Math.round(stablePods))]
  if (m === 1) return podEffects.map(each => each * Math.sqrt(1 + 1 / n))
  let state = 12345
  const draw = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return podEffects[state % podEffects.length] as number
  }
  return Array.from({ length: 64 }, () => meanOf(m, draw) - meanOf(Math.min(n, 200), draw))
}

function meanOf(count: number, draw: () => number): number {
  let sum = 0
  for (let index = 0; index < count; index++) sum += draw()
  return sum / count
}
