import type { KubeObject } from '../../context/kube-object.ts'
import { whoWrote } from '../../kube/managed-fields.ts'
import { isIndefinitePause, isPaused, pausedSinceMs, pauseEndsAtMs, pauseRemainingMs } from '../pause.ts'
import type { Rollout } from '../rollout.ts'

export interface FieldWriter {
  manager: string
  /** RFC 3339: the manager's last change to what it owns, so the field is at least this old */
  time: string | null
  subresource: string | null
}

/** Why and until when a rollout stands still. */
export interface PauseInfo {
  /** reasons of the controller (`CanaryPauseStep`, ...), and `manual` for spec.paused */
  reasons: string[]
  /** RFC 3339; unknown for a manual pause alone */
  since?: string
  /** nothing but somebody's action ends it */
  indefinite: boolean
  /** RFC 3339 and ms, for a pause that ends by itself */
  endsAt?: string
  remainingMs?: number
  /** who set spec.paused, as far as managedFields shows */
  by?: FieldWriter
}

/** The pause that the rollout is in; undefined when it is in none. */
export function pauseInfo(rollout: Rollout, nowMs: number): PauseInfo | undefined {
  if (!isPaused(rollout)) return undefined
  const isManual = rollout.spec.paused === true
  const since = pausedSinceMs(rollout)
  const endsAt = pauseEndsAtMs(rollout)
  const remainingMs = pauseRemainingMs(rollout, nowMs)
  const by = isManual ? fieldWriter(rollout, ['spec', 'paused']) : undefined
  return {
    reasons: [
      ...(isManual ? ['manual'] : []),
      ...(rollout.status?.pauseConditions ?? []).map(each => each.reason ?? ''),
    ],
    ...(since === undefined ? {} : { since: timeText(since) }),
    indefinite: isIndefinitePause(rollout),
    ...(endsAt === undefined ? {} : { endsAt: timeText(endsAt) }),
    ...(remainingMs === undefined ? {} : { remainingMs }),
    ...(by ? { by } : {}),
  }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

/** Who wrote a field last, with null for what is not recorded. */
function fieldWriter(object: KubeObject, path: readonly string[]): FieldWriter | undefined {
  const [last] = whoWrote(object, path)
  return last && { manager: last.manager, time: last.time ?? null, subresource: last.subresource ?? null }
}
