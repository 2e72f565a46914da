import { readGoDuration } from '../values/go-duration.ts'
import { parseTime } from '../values/human-duration.ts'
import type { CanaryStep, Rollout } from './rollout.ts'
import { currentStep } from './steps.ts'

/** Whether spec.paused is set, or the controller waits in a pause. */
export function isPaused(rollout: Rollout): boolean {
  return rollout.spec.paused === true || isPausedByController(rollout)
}

/** Whether the controller waits: a pause step, a blue-green pause, an inconclusive analysis or experiment. */
export function isPausedByController(rollout: Rollout): boolean {
  return (rollout.status?.pauseConditions?.length ?? 0) > 0
}

/** Whether nothing but somebody's action ends the pause that the rollout is in. */
export function isIndefinitePause(rollout: Rollout): boolean {
  if (rollout.spec.paused === true) return true
  return (rollout.status?.pauseConditions ?? []).some(
    condition => pauseLengthMs(rollout, condition.reason) === undefined,
  )
}

/**
 * Milliseconds until the pause ends by itself (0 when it is due and the controller has not acted yet); undefined when
 * the rollout is not paused, or paused until somebody acts. With several conditions the longest counts.
 * Follows argo-rollouts rollout/pause.go.
 */
export function pauseRemainingMs(rollout: Rollout, nowMs: number): number | undefined {
  const endsAt = pauseEndsAtMs(rollout)
  return endsAt === undefined ? undefined : Math.max(0, endsAt - nowMs)
}

/** When the pause ends by itself, in ms since the epoch; see {@link pauseRemainingMs}. */
export function pauseEndsAtMs(rollout: Rollout): number | undefined {
  const conditions = rollout.status?.pauseConditions ?? []
  if (conditions.length === 0 || isIndefinitePause(rollout)) return undefined
  const ends = conditions.map(({ reason, startTime }) => {
    const start = parseTime(startTime)
    const length = pauseLengthMs(rollout, reason)
    return start === undefined || length === undefined ? Number.NaN : start + length
  })
  const latest = Math.max(...ends)
  return Number.isNaN(latest) ? undefined : latest
}

/** When the pause began (the earliest of its conditions), in ms since the epoch; undefined when it does not say. */
export function pausedSinceMs(rollout: Rollout): number | undefined {
  const starts = (rollout.status?.pauseConditions ?? []).map(condition => parseTime(condition.startTime))
  const known = starts.filter(start => start !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}

/** Length of a pause for this reason; undefined: it does not end by itself. */
function pauseLengthMs(rollout: Rollout, reason: string): number | undefined {
  if (reason === 'CanaryPauseStep') return pauseStepMs(currentStep(rollout)?.step)
  if (reason === 'BlueGreenPause') {
    const blueGreen = rollout.spec.strategy?.blueGreen
    // With autoPromotionEnabled: false the seconds are ignored (CompletedBlueGreenPause).
    return blueGreen?.autoPromotionEnabled === false ? undefined : (blueGreen?.autoPromotionSeconds ?? 0) * 1000
  }
  // InconclusiveAnalysisRun and InconclusiveExperiment wait for a decision.
  return undefined
}

/**
 * Length of a pause step: a number of seconds, such a number as text, or a Go duration (whole seconds count).
 * undefined for an indefinite pause, for another step, and for a duration that cannot be read.
 * Follows argo-rollouts pkg/apis/rollouts/v1alpha1/types.go, RolloutPause.DurationSeconds.
 */
export function pauseStepMs(step: CanaryStep | undefined): number | undefined {
  const duration = step?.pause?.duration
  if (duration === undefined || duration === null) return undefined
  if (typeof duration === 'number') return duration * 1000
  if (/^[+-]?\d+$/.test(duration)) return Number(duration) * 1000
  const ms = readGoDuration(duration)
  return ms === undefined ? undefined : Math.trunc(ms / 1000) * 1000
}

/** Whether `step` is a pause that only somebody's action ends. */
export function isIndefinitePauseStep(step: CanaryStep | undefined): boolean {
  return step?.pause !== undefined && (step.pause.duration === undefined || step.pause.duration === null)
}
