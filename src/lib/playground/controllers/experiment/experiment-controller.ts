import { experiments } from '../../../kube/resource-types.ts'
import { isCompletedAnalysis } from '../../../rollouts/phase.ts'
import type { Experiment } from '../../../rollouts/rollout.ts'
import { copy } from '../../store/json.ts'
import { createMergePatch } from '../../store/patches.ts'
import { type Environment, recordEvent } from '../environment.ts'
import { reconcileRuns } from './experiment-runs.ts'
import { concluded, durationLeftMs, type ExperimentStatus } from './experiment-status.ts'
import { reconcileTemplate } from './experiment-templates.ts'

export const manager = 'rollouts-controller'

/** One look at one Experiment: what was found, and the status that is about to be written. */
export interface ExperimentSync {
  readonly environment: Environment
  readonly experiment: Experiment
  status: ExperimentStatus
  /** nothing new is started, and what runs is ended (IsTerminating) */
  readonly isEnding: boolean
  enqueueAfter(ms: number): void
}

/**
 * Starts the ReplicaSets of an Experiment, once they are available its analyses, and concludes (argo-rollouts
 * experiments/experiment.go).
 */
export function reconcileExperiment(
  environment: Environment,
  ref: { namespace: string; name: string },
  enqueueAfter: (ms: number) => void,
): void {
  const experiment = environment.store.find<Experiment>(experiments, ref)
  if (!experiment || experiment.metadata.deletionTimestamp) return
  const before = experiment.status ?? {}
  const sync: ExperimentSync = {
    environment,
    experiment,
    status: copy(before),
    isEnding: isEnding(experiment),
    enqueueAfter,
  }
  for (const template of experiment.spec?.templates ?? []) reconcileTemplate(sync, template)
  reconcileRuns(sync)
  sync.status = concluded(sync)
  const leftMs = durationLeftMs(environment, experiment, sync.status.availableAt)
  if (leftMs !== undefined && leftMs > 0 && !isCompletedAnalysis(sync.status.phase)) enqueueAfter(leftMs)
  const patch = createMergePatch(before, sync.status)
  if (patch === undefined) return
  environment.store.patch(experiments, ref, { type: 'merge', body: { status: patch } }, { manager })
  if (before.phase !== sync.status.phase) {
    const message = `Experiment transitioned from ${before.phase ?? ''} -> ${sync.status.phase}`
    noteExperiment(sync, sync.status.phase ?? '', `Experiment${sync.status.phase}`, message)
  }
}

function isEnding({ spec, status }: Experiment): boolean {
  if (spec?.terminate || isCompletedAnalysis(status?.phase)) return true
  const isBroken = status?.templateStatuses?.some(each => each.status === 'Failed' || each.status === 'Error')
  const isBad = status?.analysisRuns?.some(each => ['Failed', 'Error', 'Inconclusive'].includes(each.phase ?? ''))
  return Boolean(isBroken || isBad) || areRequiredRunsDone(spec, status)
}

/** Whether there are analyses that must succeed, and all have. */
export function areRequiredRunsDone(spec: Experiment['spec'], status: ExperimentStatus | undefined): boolean {
  const required = (spec?.analyses ?? []).filter(each => each.requiredForCompletion)
  const isDone = (name: string) => status?.analysisRuns?.find(each => each.name === name)?.phase === 'Successful'
  return required.length > 0 && required.every(each => isDone(each.name))
}

const bad = ['Failed', 'Error', 'Inconclusive']

/** An Event about the experiment; a Warning for a bad phase. */
export function noteExperiment(sync: ExperimentSync, phase: string, reason: string, message: string): void {
  const type = bad.includes(phase) ? 'Warning' : 'Normal'
  recordEvent(sync.environment, sync.experiment, { type, reason, message, component: manager })
}
