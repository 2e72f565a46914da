import type { ReplicaSet } from '../../kube/core-objects.ts'
import { analysisRuns, experiments, replicaSets } from '../../kube/resource-types.ts'
import { isCompletedAnalysis } from '../../rollouts/phase.ts'
import type { AnalysisPhase, AnalysisRun, Experiment } from '../../rollouts/rollout.ts'
import { readGoDuration } from '../../values/go-duration.ts'
import { refOf } from '../store/garbage.ts'
import { copy } from '../store/json.ts'
import { createMergePatch } from '../store/patches.ts'
import { withCondition } from './conditions.ts'
import { type Environment, recordEvent, timestamp } from './environment.ts'
import { controlledBy, ownedBy } from './ownership.ts'
import { createRun, resolveTemplates, runSpec } from './rollout/analysis-run.ts'
import { podTemplateHash } from './rollout/pod-template-hash.ts'
import { actual, available, hashLabel, ready, revisionAnnotation, wanted } from './rollout/replica-sets.ts'

const manager = 'rollouts-controller'
const nameAnnotation = 'experiment.argoproj.io/name'
const templateAnnotation = 'experiment.argoproj.io/template-name'

type Template = NonNullable<NonNullable<Experiment['spec']>['templates']>[number]
type Status = NonNullable<Experiment['status']>
type TemplateStatus = NonNullable<Status['templateStatuses']>[number]
type RunStatus = NonNullable<Status['analysisRuns']>[number]
type AnalysisRef = NonNullable<NonNullable<Experiment['spec']>['analyses']>[number] & {
  args?: { name: string; value?: string }[]
}

/**
 * One look at an Experiment: starts its ReplicaSets and, once they are available, its analyses; ends with the worst of
 * them or when its duration has passed (argo-rollouts experiments/experiment.go).
 */
export function reconcileExperiment(
  environment: Environment,
  ref: { namespace: string; name: string },
  enqueueAfter: (ms: number) => void,
): void {
  const experiment = environment.store.find<Experiment>(experiments, ref)
  if (!experiment || experiment.metadata.deletionTimestamp) return
  const sets = controlledBy<ReplicaSet>(environment, replicaSets, experiment)
  if (isCompletedAnalysis(experiment.status?.phase)) {
    scaleAll(environment, sets, 0)
    return
  }
  const templates = experiment.spec?.templates ?? []
  for (const template of templates) ensureReplicaSet(environment, experiment, template, sets)
  const templateStatuses = templates.map(template => templateStatus(environment, experiment, template, sets))
  const isRunning = templateStatuses.every(each => each.status === 'Running')
  const runs = isRunning ? ensureRuns(environment, experiment) : (experiment.status?.analysisRuns ?? [])
  const next = statusOf(environment, experiment, templateStatuses, runs)
  const duration = readGoDuration(experiment.spec?.duration)
  if (next.availableAt && duration !== undefined && !isCompletedAnalysis(next.phase)) {
    enqueueAfter(Math.max(0, Date.parse(next.availableAt) + duration - environment.timeline.now()))
  }
  if (isCompletedAnalysis(next.phase)) finish(environment, experiment, sets, next)
  const patch = createMergePatch(experiment.status ?? {}, next)
  if (patch === undefined) return
  environment.store.patch(experiments, ref, { type: 'merge', body: { status: patch } }, { manager })
}

const setOf = (sets: readonly ReplicaSet[], { name }: Template) =>
  sets.find(each => each.metadata.annotations?.[templateAnnotation] === name)

function ensureReplicaSet(
  environment: Environment,
  experiment: Experiment,
  template: Template,
  sets: ReplicaSet[],
): void {
  const existing = setOf(sets, template)
  const replicas = template.replicas ?? 1
  if (existing) {
    scaleAll(environment, [existing], replicas)
    return
  }
  const { name, namespace = 'default', annotations } = experiment.metadata
  const hash = podTemplateHash(template.template)
  const labels = { ...template.template?.metadata?.labels, [hashLabel]: hash }
  const revision = annotations?.[revisionAnnotation]
  const created = environment.store.create<ReplicaSet>(
    replicaSets,
    {
      metadata: {
        name: `${name}-${template.name}`,
        namespace,
        labels,
        annotations: {
          [nameAnnotation]: name,
          [templateAnnotation]: template.name,
          ...(revision ? { [revisionAnnotation]: revision } : {}),
        },
        ownerReferences: ownedBy(experiment),
      },
      spec: {
        replicas,
        selector: { ...template.selector, matchLabels: { ...template.selector?.matchLabels, [hashLabel]: hash } },
        template: { ...copy(template.template), metadata: { ...template.template?.metadata, labels } },
      },
    },
    { manager },
  )
  sets.push(created)
}

function scaleAll({ store }: Environment, sets: readonly ReplicaSet[], replicas: number): void {
  for (const each of sets) {
    if (wanted(each) === replicas) continue
    store.patch(replicaSets, refOf(each), { type: 'merge', body: { spec: { replicas } } }, { manager })
  }
}

function templateStatus(
  environment: Environment,
  experiment: Experiment,
  template: Template,
  sets: readonly ReplicaSet[],
): TemplateStatus {
  const set = setOf(sets, template)
  const before = experiment.status?.templateStatuses?.find(each => each.name === template.name)
  const replicas = template.replicas ?? 1
  const isUp = set !== undefined && available(set) === replicas
  const deadlineMs = (experiment.spec?.progressDeadlineSeconds ?? 600) * 1000
  const sinceMs = Date.parse(experiment.metadata.creationTimestamp ?? '')
  const isLate = !isUp && before?.status !== 'Running' && environment.timeline.now() > sinceMs + deadlineMs
  const message = `Template '${template.name}' exceeded its progressDeadlineSeconds (${deadlineMs / 1000})`
  return {
    name: template.name,
    replicas: actual(set),
    updatedReplicas: actual(set),
    readyReplicas: ready(set),
    availableReplicas: available(set),
    status: isUp || before?.status === 'Running' ? 'Running' : isLate ? 'Failed' : 'Progressing',
    ...(isLate ? { message } : {}),
  }
}

function ensureRuns(environment: Environment, experiment: Experiment): RunStatus[] {
  const { namespace = 'default', name } = experiment.metadata
  const analyses = (experiment.spec?.analyses ?? []) as AnalysisRef[]
  return analyses.map(analysis => {
    const before = experiment.status?.analysisRuns?.find(each => each.name === analysis.name)
    const runName = before?.analysisRun ?? `${name}-${analysis.name}`
    const existing = environment.store.find<AnalysisRun>(analysisRuns, { namespace, name: runName })
    const run = existing ?? startRun(environment, experiment, analysis, runName)
    const { phase = 'Pending', message } = run.status ?? {}
    return { name: analysis.name, analysisRun: run.metadata.name, phase, ...(message ? { message } : {}) }
  })
}

function startRun(environment: Environment, experiment: Experiment, analysis: AnalysisRef, name: string): AnalysisRun {
  const { namespace = 'default', annotations } = experiment.metadata
  const { templateName, clusterScope = false } = analysis
  const templates = resolveTemplates(environment, namespace, [{ templateName, clusterScope }])
  const revision = annotations?.[revisionAnnotation]
  return createRun(environment, {
    metadata: {
      name,
      namespace,
      ...(revision ? { annotations: { [revisionAnnotation]: revision } } : {}),
      ownerReferences: ownedBy(experiment),
    },
    spec: runSpec(templates, analysis.args ?? [], []),
  })
}

function statusOf(
  environment: Environment,
  experiment: Experiment,
  templateStatuses: TemplateStatus[],
  runs: RunStatus[],
): Status {
  const now = timestamp(environment)
  const isUp = templateStatuses.every(each => each.status === 'Running')
  const availableAt = experiment.status?.availableAt ?? (isUp ? now : undefined)
  const { phase, message } = judge(environment, experiment, templateStatuses, runs, availableAt)
  const reason = isCompletedAnalysis(phase) ? 'ExperimentCompleted' : 'NewReplicaSetAvailable'
  const text = isCompletedAnalysis(phase)
    ? `Experiment "${experiment.metadata.name}" has successfully ran and completed.`
    : `Experiment "${experiment.metadata.name}" is ${isUp ? 'running' : 'progressing'}.`
  const facts = { type: 'Progressing', status: 'True' as const, reason, message: text }
  return {
    phase,
    ...(message ? { message } : {}),
    ...(availableAt ? { availableAt } : {}),
    templateStatuses,
    ...(runs.length > 0 ? { analysisRuns: runs } : {}),
    conditions: withCondition(experiment.status?.conditions, facts, now),
  }
}

function judge(
  environment: Environment,
  experiment: Experiment,
  templates: readonly TemplateStatus[],
  runs: readonly RunStatus[],
  availableAt: string | undefined,
): { phase: AnalysisPhase; message?: string } {
  const failed = templates.find(each => each.status === 'Failed')
  if (failed) return { phase: 'Failed', message: failed.message ?? '' }
  for (const phase of ['Failed', 'Error', 'Inconclusive'] as const) {
    const bad = runs.find(each => each.phase === phase)
    if (bad) return { phase, message: bad.message ?? '' }
  }
  if (experiment.spec?.terminate) return { phase: 'Successful' }
  if (!availableAt) return { phase: 'Pending' }
  const required = (experiment.spec?.analyses ?? []).filter(each => each.requiredForCompletion)
  const areDone = required.every(each => runs.find(run => run.name === each.name)?.phase === 'Successful')
  const duration = readGoDuration(experiment.spec?.duration)
  const isOver = duration !== undefined && environment.timeline.now() >= Date.parse(availableAt) + duration
  if (required.length > 0 ? areDone && (duration === undefined || isOver) : isOver) return { phase: 'Successful' }
  const allRunsDone = runs.length > 0 && runs.every(each => each.phase === 'Successful')
  return { phase: duration === undefined && allRunsDone ? 'Successful' : 'Running' }
}

function finish(environment: Environment, experiment: Experiment, sets: readonly ReplicaSet[], status: Status): void {
  scaleAll(environment, sets, 0)
  for (const run of controlledBy<AnalysisRun>(environment, analysisRuns, experiment)) {
    if (isCompletedAnalysis(run.status?.phase) || run.spec.terminate) continue
    environment.store.patch(
      analysisRuns,
      refOf(run),
      { type: 'merge', body: { spec: { terminate: true } } },
      { manager },
    )
  }
  const type = status.phase === 'Failed' || status.phase === 'Error' ? 'Warning' : 'Normal'
  const message = `Experiment completed: ${status.phase}${status.message ? `: ${status.message}` : ''}`
  recordEvent(environment, experiment, { type, reason: `Experiment${status.phase}`, message, component: manager })
}
