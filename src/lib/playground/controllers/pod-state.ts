import type { Pod } from '../../kube/core-objects.ts'
import { findCondition } from './conditions.ts'

export function isPodReady(pod: Pod): boolean {
  return findCondition(pod.status?.conditions, 'Ready')?.status === 'True'
}

/** Whether the pod has been Ready for that long. */
export function isPodAvailable(pod: Pod, minReadyMs: number, nowMs: number): boolean {
  return availableInMs(pod, minReadyMs, nowMs) === 0
}

/** ms until a Ready pod counts as available; 0 when it does, undefined when it is not Ready. */
export function availableInMs(pod: Pod, minReadyMs: number, nowMs: number): number | undefined {
  if (!isPodReady(pod)) return undefined
  const since = Date.parse(findCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime ?? '')
  return Math.max(0, since + minReadyMs - nowMs)
}
