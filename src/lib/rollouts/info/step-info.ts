import { isPaused, pauseRemainingMs } from '../pause.ts'
import type { CanaryStep, Rollout, StepPluginStatus } from '../rollout.ts'
import { currentStep, stepDescription, stepsOf } from '../steps.ts'

/** `done` before the current step, `current` at it, `next` after it and, once the update is aborted, everywhere */
export type StepState = 'done' | 'current' | 'next'

export interface StepInfo {
  /** as in status.currentStepIndex */
  index: number
  text: string
  state: StepState
  /** ms until a timed pause that is the current step ends */
  remainingMs?: number
  /** what a step plugin reports */
  plugin?: StepPluginStatus
  /** AnalysisRun or Experiment that the current step runs */
  runs?: string
  /** the step as it stands in the spec */
  spec: CanaryStep
}

/** The steps of a canary with where it is in them; empty without steps. */
export function stepInfos(rollout: Rollout, nowMs: number): StepInfo[] {
  const current = currentStep(rollout)
  const canary = rollout.status?.canary
  return stepsOf(rollout).map((spec, index) => {
    const state = stateOf(index, current?.index ?? 0, rollout.status?.abort === true)
    const isCurrent = state === 'current'
    const remainingMs = isCurrent && spec.pause && isPaused(rollout) ? pauseRemainingMs(rollout, nowMs) : undefined
    const plugin = spec.plugin && canary?.stepPluginStatuses?.filter(each => each.index === index).at(-1)
    const runs = isCurrent
      ? spec.analysis
        ? canary?.currentStepAnalysisRunStatus?.name
        : spec.experiment
          ? canary?.currentExperiment
          : undefined
      : undefined
    return {
      index,
      text: stepDescription(spec),
      state,
      ...(remainingMs === undefined ? {} : { remainingMs }),
      ...(plugin ? { plugin } : {}),
      ...(runs ? { runs } : {}),
      spec,
    }
  })
}

function stateOf(index: number, current: number, isAborted: boolean): StepState {
  if (isAborted) return 'next'
  return index < current ? 'done' : index === current ? 'current' : 'next'
}
