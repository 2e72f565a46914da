import { safeText } from '../../values/safe-text.ts'
import { isIndefinitePause } from '../pause.ts'
import { rolloutPhase } from '../phase.ts'
import { isMet } from './goal-met.ts'
import { asksForDegraded, asksForPause, type Goal, outlivesVersion } from './goals.ts'
import { missingVersion, type RolloutView, type WantedVersion } from './version.ts'

export interface OutlookOptions {
  version?: WantedVersion
  /** whether a pause that only somebody's action ends is waited through */
  throughPauses?: boolean
}

/** How a wait stands at one moment. */
export interface Outlook {
  /**
   * - `met`: the first of the goals, in the order given, that holds
   * - `failed`: Degraded, which was not asked for
   * - `held`: a pause that does not end by itself and was not asked for
   * - `pending`: anything else
   */
  kind: 'met' | 'failed' | 'held' | 'pending'
  met?: Goal
  /** `Pending` until the rollout is at the wanted version, then the phase; safe for a terminal */
  phase: string
  message: string
}

/** Judges one look at a rollout. Pure; the effects of time are the engine's. */
export function outlookOf(view: RolloutView, until: readonly Goal[], options: OutlookOptions = {}): Outlook {
  const missing = missingVersion(options.version ?? {}, view)
  if (missing !== undefined) return { kind: 'pending', phase: 'Pending', message: missing }
  const current = rolloutPhase(view.rollout, view.workloadGeneration)
  const state = { phase: safeText(current.phase), message: safeText(current.message) }
  const met = until.find(goal => isMet(goal, view))
  if (met) return { kind: 'met', met, ...state }
  if (until.length > 0 && until.every(outlivesVersion)) return { kind: 'pending', ...state }
  if (current.phase === 'Degraded' && !until.some(asksForDegraded)) {
    // an abort of ours is Degraded on its way to its goal
    return { kind: until.some(goal => goal.kind === 'aborted') ? 'pending' : 'failed', ...state }
  }
  const isHeld = current.phase === 'Paused' && isIndefinitePause(view.rollout) && !until.some(asksForPause)
  return { kind: isHeld && !options.throughPauses ? 'held' : 'pending', ...state }
}
