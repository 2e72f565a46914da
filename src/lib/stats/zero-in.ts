export interface ZeroInOptions {
  /** f(low) and f(high), of opposite signs or zero */
  lowValue: number
  highValue: number
  /** absolute */
  tolerance: number
  maxIterations: number
}

const epsilon = 2 ** -52

/**
 * A zero of f between two points (Brent, Algorithms for Minimization without Derivatives, 1973, chapter 4: inverse
 * quadratic interpolation, secant or bisection). The order of the steps is that of R's `uniroot`: of a step function the
 * answer depends on them.
 */
export function zeroIn(f: (x: number) => number, low: number, high: number, options: ZeroInOptions): number {
  const { lowValue, highValue, tolerance, maxIterations } = options
  if (lowValue === 0) return low
  if (highValue === 0) return high
  let previous = { x: low, y: lowValue }
  let best = { x: high, y: highValue }
  let opposite = previous
  for (let iteration = 0; iteration <= maxIterations; iteration++) {
    const lastStep = best.x - previous.x
    if (Math.abs(opposite.y) < Math.abs(best.y)) {
      previous = best
      best = opposite
      opposite = previous
    }
    const smallest = 2 * epsilon * Math.abs(best.x) + tolerance / 2
    let step = (opposite.x - best.x) / 2
    if (Math.abs(step) <= smallest || best.y === 0) return best.x
    if (Math.abs(lastStep) >= smallest && Math.abs(previous.y) > Math.abs(best.y))
      step = interpolated(previous, best, opposite, { step, lastStep, smallest })
    if (Math.abs(step) < smallest) step = step > 0 ? smallest : -smallest
    previous = best
    const x = best.x + step
    best = { x, y: f(x) }
    if ((best.y > 0 && opposite.y > 0) || (best.y < 0 && opposite.y < 0)) opposite = previous
  }
  return best.x
}

interface Point {
  x: number
  y: number
}

/** The interpolated step where it stays well inside, else the bisecting one. */
function interpolated(
  previous: Point,
  best: Point,
  opposite: Point,
  { step, lastStep, smallest }: { step: number; lastStep: number; smallest: number },
): number {
  const width = opposite.x - best.x
  const bestToPrevious = best.y / previous.y
  let p: number
  let q: number
  if (previous.x === opposite.x) {
    p = width * bestToPrevious
    q = 1 - bestToPrevious
  } else {
    const previousToOpposite = previous.y / opposite.y
    const bestToOpposite = best.y / opposite.y
    p =
      bestToPrevious *
      (width * previousToOpposite * (previousToOpposite - bestToOpposite) -
        (best.x - previous.x) * (bestToOpposite - 1))
    q = (previousToOpposite - 1) * (bestToOpposite - 1) * (bestToPrevious - 1)
  }
  if (p > 0) q = -q
  else p = -p
  const isInside = p < 0.75 * width * q - Math.abs(smallest * q) / 2 && p < Math.abs((lastStep * q) / 2)
  return isInside ? p / q : step
}
