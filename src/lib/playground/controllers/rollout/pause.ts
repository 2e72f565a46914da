import type { Rollout, RolloutStatus } from '../../../rollouts/rollout.ts'
import { secondsText } from '../environment.ts'

export type PauseReason = 'CanaryPauseStep' | 'BlueGreenPause' | 'InconclusiveAnalysisRun' | 'InconclusiveExperiment'

/**
 * What one look of the controller does to pauses and to the abort; applied when the status is written
 * (argo-rollouts rollout/pause.go).
 */
export class PauseChanges {
  readonly #add = new Set<PauseReason>()
  readonly #remove = new Set<PauseReason>()
  #clears = false
  #abortMessage: string | undefined
  #removesAbort = false

  add(reason: PauseReason): void {
    this.#add.add(reason)
  }

  remove(reason: PauseReason): void {
    this.#remove.add(reason)
  }

  clear(): void {
    this.#clears = true
  }

  abort(message: string): void {
    this.#abortMessage = message
  }

  removeAbort(): void {
    this.#removesAbort = true
  }

  get isAdding(): boolean {
    return this.#add.size > 0
  }

  get abortMessage(): string | undefined {
    return this.#abortMessage
  }

  isAborted({ status }: Rollout): boolean {
    return !this.#removesAbort && (this.#abortMessage !== undefined || Boolean(status?.abort))
  }

  /** Writes abort, abortedAt, pauseConditions and controllerPause into `next`; an abort ends every pause. */
  applyTo(next: RolloutStatus, rollout: Rollout, nowMs: number): void {
    const { status = {} } = rollout
    delete next.abort
    delete next.abortedAt
    if (this.#abortMessage !== undefined || (!this.#removesAbort && status.abort)) {
      next.abort = true
      next.abortedAt = status.abortedAt ?? secondsText(nowMs)
      return
    }
    if (!this.#clears) this.#applyPauses(next, status, nowMs)
  }

  #applyPauses(next: RolloutStatus, status: RolloutStatus, nowMs: number): void {
    const before = status.pauseConditions ?? []
    const kept = before.filter(each => !this.#remove.has(each.reason as PauseReason))
    const added = [...this.#add].filter(reason => !before.some(each => each.reason === reason))
    const pauseConditions = [...kept, ...added.map(reason => ({ reason, startTime: secondsText(nowMs) }))]
    // without any pause both fields stay out, which is how controllerPause is reset once a pause is over
    if (pauseConditions.length === 0) return
    next.pauseConditions = pauseConditions
    next.controllerPause = added.length > 0 || Boolean(status.controllerPause)
  }
}
