import { isCompletedAnalysis } from '../../../rollouts/phase.ts'
import type { AnalysisPhase, Experiment } from '../../../rollouts/rollout.ts'
import { readGoDuration } from '../../../values/go-duration.ts'
import { findCondition, withCondition, withoutCondition } from '../conditions.ts'
import { type Environment, timestamp } from '../environment.ts'
import { areRequiredRunsDone, type ExperimentSync } from './experiment-controller.ts'

export type ExperimentStatus = NonNullable<Experiment['status']>
export type TemplateStatus = NonNullable<ExperimentStatus['templateStatuses']>[number]

const templateOrder = ['Successful', 'Running', 'Progressing', 'Error', 'Failed']
const phaseOrder = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed']

interface Verdict {
  phase: AnalysisPhase
  message: string
}

/** Phase, message, availableAt and conditions that follow from the templates and analyses (calculateStatus). */
export function concluded(sync: ExperimentSync): ExperimentStatus {
  const { environment, experiment } = sync
  const { message: _, ...status } = sync.status
  if (!status.phase) return withProgress(sync, { ...status, phase: 'Pending' })
  if (isCompletedAnalysis(status.phase)) return withProgress(sync, sync.status)
  const templates = verdictOfTemplates(status)
  const availableAt = status.availableAt ?? (templates.phase === 'Running' ? timestamp(environment) : undefined)
  const { phase, message } = conclusion(experiment, status, templates)
  const next = {
    ...status,
    phase,
    ...(message ? { message } : {}),
    ...(availableAt ? { availableAt } : {}),
  }
  return withProgress(sync, next)
}

function conclusion({ spec }: Experiment, status: ExperimentStatus, templates: Verdict): Verdict {
  const runs = verdictOfRuns(spec, status)
  const hasRequired = (spec?.analyses ?? []).some(each => each.requiredForCompletion)
  if (isCompletedAnalysis(templates.phase)) {
    const isUpToRuns = templates.phase === 'Successful' && (isCompletedAnalysis(runs.phase) || hasRequired)
    return isUpToRuns ? runs : templates
  }
  if (isCompletedAnalysis(runs.phase) && runs.phase !== 'Successful') return runs
  return areRequiredRunsDone(spec, status) ? runs : templates
}

function verdictOfTemplates(status: ExperimentStatus): Verdict {
  const all = status.templateStatuses ?? []
  let worst: TemplateStatus = { name: '', status: 'Successful' }
  for (const each of all) if (rank(templateOrder, each.status) > rank(templateOrder, worst.status)) worst = each
  const phases: Record<string, AnalysisPhase> = {
    Progressing: 'Pending',
    Failed: 'Failed',
    Error: 'Error',
    Successful: 'Successful',
  }
  return { phase: phases[worst.status ?? ''] ?? 'Running', message: worst.message ?? '' }
}

function verdictOfRuns(spec: Experiment['spec'], status: ExperimentStatus): Verdict {
  let worst: Verdict = { phase: 'Successful', message: '' }
  for (const { name } of spec?.analyses ?? []) {
    const run = status.analysisRuns?.find(each => each.name === name)
    const phase = (run?.phase ?? '') as AnalysisPhase
    if (rank(phaseOrder, phase) > rank(phaseOrder, worst.phase)) worst = { phase, message: run?.message ?? '' }
  }
  // runs that are not required and still go on do not hold back the required ones
  const isOnlyUnfinished = rank(phaseOrder, worst.phase) < rank(phaseOrder, 'Running')
  if (areRequiredRunsDone(spec, status) && isOnlyUnfinished) {
    return { phase: 'Successful', message: 'Required AnalysisRuns completed' }
  }
  return worst.phase === 'Pending' ? { ...worst, phase: 'Running' } : worst
}

const rank = (order: readonly string[], word: string | undefined) => Math.max(0, order.indexOf(word ?? ''))

/** The Progressing condition (calculateExperimentConditions). */
function withProgress({ environment, experiment }: ExperimentSync, next: ExperimentStatus): ExperimentStatus {
  const { name } = experiment.metadata
  const now = timestamp(environment)
  const facts = (status: 'True' | 'False', reason: string, message: string) => ({
    type: 'Progressing',
    status,
    reason,
    message,
  })
  if (next.phase === 'Successful') {
    const done = facts('False', 'ExperimentCompleted', `Experiment "${name}" has successfully ran and completed.`)
    return { ...next, conditions: withCondition(next.conditions, done, now) }
  }
  if (hasProgressed(experiment.status ?? {}, next)) {
    const current = findCondition(experiment.status?.conditions, 'Progressing')
    const since = (current?.status === 'True' && current.lastTransitionTime) || now
    const condition = facts('True', 'ReplicaSetUpdated', `Experiment "${name}" is progressing.`)
    const rest = withoutCondition(next.conditions, 'Progressing')
    return { ...next, conditions: [...rest, { ...condition, lastTransitionTime: since, lastUpdateTime: now }] }
  }
  const leftMs = durationLeftMs(environment, experiment, experiment.status?.availableAt)
  const isRunning = experiment.status?.availableAt !== undefined && (leftMs === undefined || leftMs > 0)
  if (!isRunning) return next
  const running = facts('True', 'NewReplicaSetAvailable', `Experiment "${name}" is running.`)
  return { ...next, conditions: withCondition(next.conditions, running, now) }
}

function hasProgressed(before: ExperimentStatus, after: ExperimentStatus): boolean {
  const old = before.templateStatuses ?? []
  const now = after.templateStatuses ?? []
  if (old.length < now.length) return true
  const counts = (each: TemplateStatus | undefined) =>
    [each?.replicas, each?.updatedReplicas, each?.readyReplicas, each?.availableReplicas]
      .map(count => count ?? 0)
      .join()
  return old.some(each => counts(each) !== counts(now.find(one => one.name === each.name)))
}

/** ms until the duration is over; undefined without one, or before the pods are available. */
export function durationLeftMs(
  { timeline }: Environment,
  { spec }: Experiment,
  availableAt: string | undefined,
): number | undefined {
  const durationMs = readGoDuration(spec?.duration)
  if (durationMs === undefined || !availableAt) return undefined
  return Date.parse(availableAt) + durationMs - timeline.now()
}
