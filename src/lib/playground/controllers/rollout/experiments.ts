import type { ReplicaSet } from '../../../kube/core-objects.ts'
import { experiments } from '../../../kube/resource-types.ts'
import { isCompletedAnalysis } from '../../../rollouts/phase.ts'
import type { Experiment } from '../../../rollouts/rollout.ts'
import { currentStep } from '../../../rollouts/steps.ts'
import { refOf } from '../../store/garbage.ts'
import { copy } from '../../store/json.ts'
import { controllerOf, ownedBy } from '../ownership.ts'
import { argumentsFor } from './analysis-run.ts'
import { hashLabel, hashOf, revisionAnnotation } from './replica-sets.ts'
import { manager, note, pauseCondition, type Sync } from './sync.ts'

interface TemplateStep {
  name: string
  specRef?: string
  replicas?: number
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
}

interface AnalysisStep {
  name: string
  templateName: string
  clusterScope?: boolean
  requiredForCompletion?: boolean
  args?: { name: string; value?: string; valueFrom?: unknown }[]
}

/** Starts, follows and ends the experiment of the current step (argo-rollouts rollout/experiment.go). */
export function reconcileExperiments(sync: Sync): void {
  const { rollout } = sync
  if (sync.pause.isAborted(rollout) || rollout.status.promoteFull) {
    end(sync, [...sync.otherExperiments, sync.experiment])
    return
  }
  if (pauseCondition(rollout, 'InconclusiveAnalysisRun')) return
  if (!currentStep(rollout)?.step?.experiment) {
    end(sync, [...sync.otherExperiments, sync.experiment])
    return
  }
  if (!sync.experiment) {
    if (!sync.stableRS) return
    sync.experiment = create(sync)
    note(sync, 'Normal', 'ExperimentCreated', `Created Experiment '${sync.experiment.metadata.name}'`)
  }
  const { phase, message } = sync.experiment.status ?? {}
  if (phase === 'Inconclusive') sync.pause.add('InconclusiveExperiment')
  else if (phase === 'Error' || phase === 'Failed') {
    sync.pause.abort(`Experiment analysis phase is error/failed${message ? `: ${message}` : ''}`)
  } else if (phase !== 'Successful') {
    sync.newStatus.canary = { ...sync.newStatus.canary, currentExperiment: sync.experiment.metadata.name }
  }
  end(sync, sync.otherExperiments)
}

function create(sync: Sync): Experiment {
  const { rollout, newRS, environment } = sync
  const { index = 0, step } = currentStep(rollout) ?? {}
  const { namespace = 'default', name, labels, annotations } = rollout.metadata
  const revision = annotations?.[revisionAnnotation] ?? ''
  const templates = (step?.experiment?.templates ?? []) as TemplateStep[]
  const analyses = (step?.experiment?.analyses ?? []) as AnalysisStep[]
  const experiment: Experiment = {
    metadata: {
      name: `${name}-${hashOf(newRS)}-${revision}-${index}`,
      namespace,
      labels: { ...labels, [hashLabel]: hashOf(newRS) },
      annotations: { [revisionAnnotation]: revision },
      ownerReferences: ownedBy(rollout),
    },
    spec: {
      ...(step?.experiment?.duration ? { duration: step.experiment.duration } : {}),
      ...(rollout.spec.progressDeadlineSeconds
        ? { progressDeadlineSeconds: rollout.spec.progressDeadlineSeconds }
        : {}),
      templates: templates.map(each => templateOf(each, each.specRef === 'stable' ? sync.stableRS : newRS)),
      ...(analyses.length > 0
        ? {
            analyses: analyses.map(each => ({
              ...each,
              args: argumentsFor(sync, each),
            })),
          }
        : {}),
    },
  }
  const base = experiment.metadata.name
  for (let count = 0; ; count++) {
    const metadata = { ...experiment.metadata, name: count === 0 ? base : `${base}-${count}` }
    const existing = environment.store.find<Experiment>(experiments, { namespace, name: metadata.name })
    if (!existing) return environment.store.create(experiments, { ...experiment, metadata }, { manager })
    const isOurs = controllerOf(existing)?.uid === rollout.metadata.uid
    if (isOurs && !isCompletedAnalysis(existing.status?.phase)) return existing
  }
}

type ExperimentTemplate = NonNullable<NonNullable<Experiment['spec']>['templates']>[number]

function templateOf(step: TemplateStep, replicaSet: ReplicaSet | undefined): ExperimentTemplate {
  const template = copy(replicaSet?.spec?.template ?? {})
  const selector = copy(replicaSet?.spec?.selector ?? {})
  const { labels, annotations } = step.metadata ?? {}
  const allAnnotations = { ...template.metadata?.annotations, ...annotations }
  template.metadata = {
    ...template.metadata,
    labels: { ...template.metadata?.labels, ...labels },
    ...(Object.keys(allAnnotations).length > 0 ? { annotations: allAnnotations } : {}),
  }
  selector.matchLabels = { ...selector.matchLabels, ...labels }
  return { name: step.name, ...(step.replicas === undefined ? {} : { replicas: step.replicas }), selector, template }
}

function end({ environment }: Sync, all: readonly (Experiment | undefined)[]): void {
  for (const each of all) {
    if (!each || each.spec?.terminate || isCompletedAnalysis(each.status?.phase)) continue
    environment.store.patch(
      experiments,
      refOf(each),
      { type: 'merge', body: { spec: { terminate: true } } },
      { manager },
    )
  }
}
