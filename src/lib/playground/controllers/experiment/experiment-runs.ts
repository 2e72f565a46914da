import { AnalysisError } from '../../../analysis/analysis-error.ts'
import { type RunInput, runSpecOf } from '../../../analysis/merge-templates.ts'
import { analysisRuns, analysisTemplates, clusterAnalysisTemplates, rollouts } from '../../../kube/resource-types.ts'
import { isCompletedAnalysis } from '../../../rollouts/phase.ts'
import type { AnalysisRun, Experiment, Rollout } from '../../../rollouts/rollout.ts'
import { groupResource } from '../../store/status-error.ts'
import { recordEvent } from '../environment.ts'
import { controllerOf, ownedBy } from '../ownership.ts'
import { createRun } from '../rollout/analysis-run.ts'
import { findTemplate, templatesOf } from '../rollout/analysis-templates.ts'
import { type ExperimentSync, manager, noteExperiment } from './experiment-controller.ts'
import type { ExperimentStatus } from './experiment-status.ts'

type RunStatus = NonNullable<ExperimentStatus['analysisRuns']>[number]
type Analysis = NonNullable<NonNullable<Experiment['spec']>['analyses']>[number] & {
  args?: { name: string; value?: string }[]
}

/** Starts the analyses once the pods are available, and repeats their phases (reconcileAnalysisRun). */
export function reconcileRuns(sync: ExperimentSync): void {
  const analyses = (sync.experiment.spec?.analyses ?? []) as Analysis[]
  if (analyses.length === 0) return
  sync.status.analysisRuns = analyses.map(analysis => {
    const before = sync.experiment.status?.analysisRuns?.find(each => each.name === analysis.name)
    const next = runStatus(sync, analysis, before ?? { name: analysis.name, phase: '' })
    noteChange(sync, before?.phase ?? '', next)
    return next
  })
}

function runStatus(sync: ExperimentSync, analysis: Analysis, before: RunStatus): RunStatus {
  const { environment, experiment } = sync
  const { namespace = 'default' } = experiment.metadata
  if (!experiment.status?.availableAt) return missingTemplate(sync, analysis, before)
  if (!before.analysisRun) {
    if (sync.isEnding) return before
    return started(sync, analysis, before)
  }
  if (isCompletedAnalysis(before.phase)) return before
  const ref = { namespace, name: before.analysisRun }
  const run = environment.store.find<AnalysisRun>(analysisRuns, ref)
  if (!run) return { ...before, phase: 'Error', message: `${groupResource(analysisRuns)} "${ref.name}" not found` }
  if (sync.isEnding) {
    if (!isCompletedAnalysis(run.status?.phase) && !run.spec.terminate) {
      noteExperiment(sync, '', 'AnalysisRunTerminating', `Terminating ${analysis.name} (${ref.name})`)
      environment.store.patch(analysisRuns, ref, { type: 'merge', body: { spec: { terminate: true } } }, { manager })
    }
    return before
  }
  const { phase = '', message } = run.status ?? {}
  return { ...before, phase, ...(message ? { message } : {}) }
}

function started({ environment, experiment }: ExperimentSync, analysis: Analysis, before: RunStatus): RunStatus {
  const { namespace = 'default', name } = experiment.metadata
  const { dryRun, measurementRetention }: Experiment['spec'] & RunInput = experiment.spec ?? {}
  try {
    const spec = runSpecOf(templatesOf(environment, namespace, [analysis]), {
      args: analysis.args ?? [],
      dryRun: dryRun ?? [],
      measurementRetention: measurementRetention ?? [],
    })
    const metadata = { name: `${name}-${analysis.name}`, namespace, ownerReferences: ownedBy(experiment) }
    const run = createRun(environment, { metadata, spec })
    return { ...before, analysisRun: run.metadata.name, phase: 'Pending' }
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    const message = `Failed to create AnalysisRun for analysis '${analysis.name}': ${error.message}`
    return { ...before, phase: 'Error', message }
  }
}

function missingTemplate(
  { environment, experiment }: ExperimentSync,
  analysis: Analysis,
  before: RunStatus,
): RunStatus {
  const type = analysis.clusterScope ? clusterAnalysisTemplates : analysisTemplates
  const namespace = experiment.metadata.namespace ?? 'default'
  if (findTemplate(environment, namespace, analysis)) return before
  const why = `${groupResource(type)} "${analysis.templateName}" not found`
  const message = `${type.kind} verification failed for analysis '${analysis.name}': ${why}`
  return { ...before, phase: 'Error', message }
}

/** The rollout that the experiment is a step of hears of it too, always as a Warning, as upstream. */
function noteChange(sync: ExperimentSync, before: string, { name, phase = '', message }: RunStatus): void {
  if (phase === '' || phase === before) return
  const text = `AnalysisRun '${name}' transitioned from ${before} -> ${phase}${message ? `: ${message}` : ''}`
  noteExperiment(sync, phase, `AnalysisRun${phase}`, text)
  const owner = controllerOf(sync.experiment)
  if (owner?.kind !== 'Rollout') return
  const { namespace = 'default' } = sync.experiment.metadata
  const rollout = sync.environment.store.find<Rollout>(rollouts, { namespace, name: owner.name })
  if (!rollout) return
  const note = { type: 'Warning', reason: `AnalysisRun${phase}`, message: text, component: manager } as const
  recordEvent(sync.environment, rollout, note)
}
