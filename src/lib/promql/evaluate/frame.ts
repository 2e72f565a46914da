/** The times at which an expression is evaluated. */
export interface Frame {
  startMs: number
  stepMs: number
  steps: number
  /** The end is another time than the start, even if no second step fits between. */
  isRange: boolean
}

/** The functions that may look beyond the bounds of their range (functions.go AnchoredSafeFunctions). */
export const allowedExtension = {
  anchored: ['changes', 'delta', 'increase', 'rate', 'resets'],
  smoothed: ['delta', 'increase', 'rate'],
}

export function timesOf(frame: Frame): number[] {
  return Array.from({ length: frame.steps }, (_, step) => frame.startMs + step * frame.stepMs)
}
