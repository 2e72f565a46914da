import type { Condition } from '../../../context/kube-object.ts'
import type { ReplicaSet } from '../../../kube/core-objects.ts'
import { rollouts } from '../../../kube/resource-types.ts'
import { calculateRolloutPhase } from '../../../rollouts/phase.ts'
import type { AnalysisRun, Experiment, Rollout, RolloutStatus } from '../../../rollouts/rollout.ts'
import { refOf } from '../../store/garbage.ts'
import { copy } from '../../store/json.ts'
import { createMergePatch } from '../../store/patches.ts'
import { type Environment, recordEvent } from '../environment.ts'
import type { PauseChanges } from './pause.ts'

export const manager = 'rollouts-controller'

export interface CurrentRuns {
  step?: AnalysisRun | undefined
  background?: AnalysisRun | undefined
  pre?: AnalysisRun | undefined
  post?: AnalysisRun | undefined
}

/** Status with the fields that only the controller reads. */
export interface ControlledStatus extends RolloutStatus {
  collisionCount?: number
}

/**
 * One look of the controller at one rollout (argo-rollouts rollout/context.go): what it found, and the status that it
 * is about to write. `rollout` has its template and selector resolved from workloadRef.
 */
export interface Sync {
  readonly environment: Environment
  rollout: Rollout & { status: ControlledStatus }
  newRS: ReplicaSet | undefined
  stableRS: ReplicaSet | undefined
  /** all but the new one */
  olderRSs: ReplicaSet[]
  /** neither new nor stable */
  otherRSs: ReplicaSet[]
  allRSs: ReplicaSet[]
  newStatus: ControlledStatus
  readonly pause: PauseChanges
  runs: CurrentRuns
  otherRuns: AnalysisRun[]
  experiment: Experiment | undefined
  otherExperiments: Experiment[]
  /** the template comes from the workload that workloadRef names */
  readonly isTemplateFromRef: boolean
  /** look again after this time */
  enqueueAfter(ms: number): void
}

export function note(sync: Sync, type: 'Normal' | 'Warning', reason: string, message: string): void {
  recordEvent(sync.environment, sync.rollout, { type, reason, message, component: manager })
}

/** Pauses that are on record, as the spec and the status were when the look began. */
export function isPaused({ rollout: { spec, status } }: Sync): boolean {
  return Boolean(spec.paused) || (status.pauseConditions?.length ?? 0) > 0
}

export function pauseCondition({ status }: Rollout, reason: string): { reason: string; startTime: string } | undefined {
  return status?.pauseConditions?.find(each => each.reason === reason)
}

/** Why nothing may be scaled or switched: a person's pause, or an analysis without a verdict (haltProgress). */
export function isHalted({ rollout }: Sync): boolean {
  return Boolean(rollout.spec.paused) || pauseCondition(rollout, 'InconclusiveAnalysisRun') !== undefined
}

/**
 * Writes a status as it is, without the calculations of `persistStatus`. As upstream, a patch is made between what Go
 * prints of both, so that an `abort: false` of somebody else stays; an update writes everything, empty structs included.
 */
export function writeStatus(sync: Sync, status: ControlledStatus, how: 'patch' | 'update' = 'patch'): void {
  const { environment, rollout } = sync
  const next = withoutZeros(status)
  const patch = createMergePatch(how === 'patch' ? withoutZeros(rollout.status) : rollout.status, next)
  if (patch === undefined) return
  environment.store.patch(
    rollouts,
    refOf(rollout),
    { type: 'merge', body: { status: patch }, subresource: 'status' },
    { manager },
  )
  rollout.status = copy(next)
}

/**
 * Completes the new status (pauses, abort, observed generations, phase) and writes it if it differs
 * (argo-rollouts rollout/sync.go, persistRolloutStatus).
 */
export function persistStatus(sync: Sync, status: ControlledStatus): void {
  const { rollout, environment } = sync
  const before = rollout.status
  const next: ControlledStatus = { ...status }
  sync.pause.applyTo(next, rollout, environment.timeline.now())
  if (sync.isTemplateFromRef) {
    const generation = rollout.metadata.annotations?.['rollout.argoproj.io/workload-generation']
    if (generation) next.workloadObservedGeneration = generation
  } else delete next.workloadObservedGeneration
  observe(next, rollout)
  writeStatus(sync, next)
  noteStateChange(sync, before, next)
}

/** Writes conditions alone, as the controller does before it begins (patchCondition). */
export function writeConditions(sync: Sync, conditions: Condition[]): void {
  const next: ControlledStatus = { ...sync.rollout.status, conditions }
  observe(next, sync.rollout)
  writeStatus(sync, next)
}

function observe(status: ControlledStatus, rollout: Rollout): void {
  status.observedGeneration = String(rollout.metadata.generation ?? 0)
  const { phase, message } = calculateRolloutPhase({ ...rollout, status })
  status.phase = phase as NonNullable<RolloutStatus['phase']>
  status.message = message
}

function noteStateChange(sync: Sync, before: RolloutStatus, after: RolloutStatus): void {
  const pause = after.pauseConditions?.[0]
  const wasPaused = (before.pauseConditions?.length ?? 0) > 0
  if (pause && !wasPaused) note(sync, 'Normal', 'RolloutPaused', `Rollout is paused (${pause.reason})`)
  // an abort takes the pauses away as well, which is no resumption
  if (!pause && wasPaused && !after.abortedAt) note(sync, 'Normal', 'RolloutResumed', 'Rollout is resumed')
}

const emptiable = new Set(['abort', 'controllerPause', 'promoteFull', 'message', 'stableRS', 'currentStepHash'])

/** Go leaves zero values out (`omitempty`), but not the structs canary and blueGreen, nor a step index of 0. */
function withoutZeros(status: ControlledStatus): ControlledStatus {
  const entries = Object.entries(status).filter(([key, value]) => {
    if (key === 'currentStepIndex') return value !== undefined && value !== null
    if (emptiable.has(key)) return Boolean(value)
    if (Array.isArray(value)) return value.length > 0
    return value !== undefined && value !== 0 && value !== '' && value !== false
  })
  const next = Object.fromEntries(entries) as ControlledStatus
  return { ...next, blueGreen: trimmed(status.blueGreen ?? {}), canary: trimmed(status.canary ?? {}) }
}

function trimmed<T extends object>(part: T): T {
  const kept = Object.entries(part).filter(([, value]) => value !== undefined && value !== '' && value !== false)
  return Object.fromEntries(kept) as T
}
