import { desiredReplicas } from '../../../rollouts/phase.ts'
import type { BlueGreenStrategy, CanaryStrategy, Rollout } from '../../../rollouts/rollout.ts'
import { parseGoDuration } from '../../../values/go-duration.ts'

/** The parts of the strategies that only the controller reads. */
export interface ControlledCanary extends CanaryStrategy {
  replicaProgressThreshold?: { type?: string; value?: number }
  minPodsPerReplicaSet?: number
  scaleDownDelayRevisionLimit?: number
}

export interface ControlledBlueGreen extends BlueGreenStrategy {
  abortScaleDownDelaySeconds?: number
  scaleDownDelayRevisionLimit?: number
  maxUnavailable?: number | string
}

export function canaryOf(rollout: Rollout): ControlledCanary | undefined {
  return rollout.spec.strategy?.canary
}

export function blueGreenOf(rollout: Rollout): ControlledBlueGreen | undefined {
  return rollout.spec.strategy?.blueGreen
}

/** A pause's length in seconds: an integer, `"10"`, or a Go duration. Undefined for a pause without end. */
export function pauseSeconds(duration: number | string | undefined): number | undefined {
  if (duration === undefined) return undefined
  if (typeof duration === 'number') return duration
  return /^\d+$/.test(duration) ? Number(duration) : Math.floor(parseGoDuration(duration) / 1000)
}

// Defaults: argo-rollouts utils/defaults/defaults.go.
const defaultFence = '25%'

export function maxSurge(rollout: Rollout): number {
  return canaryOf(rollout) ? fences(rollout).surge : 0
}

export function maxUnavailable(rollout: Rollout): number {
  const replicas = desiredReplicas(rollout)
  const { unavailable } = canaryOf(rollout)
    ? fences(rollout)
    : { unavailable: share(blueGreenOf(rollout)?.maxUnavailable ?? defaultFence, replicas, Math.floor) }
  return Math.min(replicas, unavailable)
}

/** Both zero after rounding means one unavailable, or nothing would ever move (resolveFenceposts). */
function fences(rollout: Rollout): { surge: number; unavailable: number } {
  const replicas = desiredReplicas(rollout)
  const canary = canaryOf(rollout)
  const surge = share(canary?.maxSurge ?? defaultFence, replicas, Math.ceil)
  const unavailable = share(canary?.maxUnavailable ?? defaultFence, replicas, Math.floor)
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

/** A string is a percentage, with or without its sign (intstr.GetValueFromIntOrPercent, deprecated and used upstream). */
function share(value: number | string, replicas: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value
  const percent = Number(value.replaceAll('%', ''))
  return Number.isInteger(percent) ? round((percent * replicas) / 100) : 0
}

export function progressDeadlineMs(rollout: Rollout): number {
  return (rollout.spec.progressDeadlineSeconds ?? 600) * 1000
}

export function scaleDownDelayMs(rollout: Rollout): number {
  const blueGreen = blueGreenOf(rollout)
  if (blueGreen) return (blueGreen.scaleDownDelaySeconds ?? 30) * 1000
  const canary = canaryOf(rollout)
  return canary?.trafficRouting ? (canary.scaleDownDelaySeconds ?? 30) * 1000 : 0
}

/** How long the new version stays up after an abort; undefined means for good (`abortScaleDownDelaySeconds: 0`). */
export function abortScaleDownDelay(rollout: Rollout): { ms: number | undefined; isSet: boolean } {
  const blueGreen = blueGreenOf(rollout)
  const canary = canaryOf(rollout)
  const seconds = blueGreen
    ? blueGreen.abortScaleDownDelaySeconds
    : canary?.trafficRouting
      ? canary.abortScaleDownDelaySeconds
      : undefined
  const isSet = seconds !== undefined
  if (seconds === 0) return { ms: undefined, isSet }
  const byDefault = blueGreen || canary?.trafficRouting ? 30 : 0
  return { ms: (seconds ?? byDefault) * 1000, isSet }
}

export function scaleDownRevisionLimit(rollout: Rollout): number {
  const strategy = blueGreenOf(rollout) ?? canaryOf(rollout)
  return strategy?.scaleDownDelayRevisionLimit ?? Number.MAX_SAFE_INTEGER
}
