import type { RecordedPod } from '../recording/recording.ts'

/**
 * Whether what a pod did between two steps counts: it was Ready and past its warm-up all the time. Caches are cold after
 * every start of a container, not only after the pod's first (verify-engine 11).
 */
export function countsBetween(
  { readyStep, goneStep, restarts }: RecordedPod,
  from: number,
  to: number,
  warmupSteps: number,
): boolean {
  if (from < readyStep + warmupSteps) return false
  if (goneStep !== null && to >= goneStep) return false
  return restarts.every(({ step }) => to < step || from >= step + warmupSteps)
}

/** Whether the pod is Ready and past its warm-up at a step. */
export const countsAt = (pod: RecordedPod, step: number, warmupSteps: number): boolean =>
  countsBetween(pod, step, step, warmupSteps)

/** Whether its counters began at zero less than a step before this one. */
export function hasJustStarted({ readyStep, restarts }: RecordedPod, step: number): boolean {
  return [readyStep, ...restarts.map(each => each.step)].some(start => step - start >= 0 && step - start <= 1)
}
