import type { Pod, ReplicaSet } from '../../kube/core-objects.ts'
import { readGoDuration } from '../../values/go-duration.ts'
import { parseTime } from '../../values/human-duration.ts'
import { byCreation, byRevisionDescending, isOwnedBy, orderedBy, revisionOf } from '../ownership.ts'
import { isCompletedAnalysis } from '../phase.ts'
import type { AnalysisRun, Experiment } from '../rollout.ts'
import { type AnalysisRunInfo, analysisRunInfos } from './analysis-run-info.ts'
import { type InfoMeta, infoMeta } from './info-meta.ts'
import { type ReplicaSetInfo, replicaSetInfos } from './replica-set-info.ts'

export interface ExperimentTemplateInfo {
  name: string
  status: string
  message?: string
  replicas: number
  ready: number
  available: number
}

export interface ExperimentInfo extends InfoMeta {
  revision: number
  /** empty before the controller has seen it */
  status: string
  message?: string
  /** as in the spec, a Go duration; absent: it ends with its analyses, or when it is terminated */
  duration?: string
  /** since when all its pods are available, RFC 3339 */
  availableAt?: string
  /** ms until its duration has passed; only while it runs and its pods are available */
  remainingMs?: number
  templates: ExperimentTemplateInfo[]
  replicaSets: ReplicaSetInfo[]
  analysisRuns: AnalysisRunInfo[]
}

/** Everything that can belong to experiments; objects of others are ignored. */
export interface ExperimentParts {
  replicaSets: readonly ReplicaSet[]
  podsByOwner: ReadonlyMap<string, readonly Pod[]>
  analysisRuns: readonly AnalysisRun[]
}

/**
 * The experiments that `ownerUid` owns: newest revision first, oldest first within one.
 * Follows argo-rollouts info/experiment_info.go.
 */
export function experimentInfos(
  experiments: readonly Experiment[],
  ownerUid: string | undefined,
  parts: ExperimentParts,
  nowMs: number,
): ExperimentInfo[] {
  return experiments
    .filter(experiment => isOwnedBy(experiment, ownerUid))
    .sort(orderedBy(byRevisionDescending, byCreation))
    .map(experiment => experimentInfo(experiment, parts, nowMs))
}

export function experimentInfo(experiment: Experiment, parts: ExperimentParts, nowMs: number): ExperimentInfo {
  const { metadata, spec, status } = experiment
  const remainingMs = experimentRemainingMs(experiment, nowMs)
  return {
    ...infoMeta(experiment),
    revision: revisionOf(experiment),
    status: status?.phase ?? '',
    ...(status?.message ? { message: status.message } : {}),
    ...(spec?.duration ? { duration: spec.duration } : {}),
    ...(status?.availableAt ? { availableAt: status.availableAt } : {}),
    ...(remainingMs === undefined ? {} : { remainingMs }),
    templates: (status?.templateStatuses ?? []).map(template => ({
      name: template.name,
      status: template.status ?? '',
      ...(template.message ? { message: template.message } : {}),
      replicas: template.replicas ?? 0,
      ready: template.readyReplicas ?? 0,
      available: template.availableReplicas ?? 0,
    })),
    // The roles canary and stable belong to the rollout; an experiment's ReplicaSets never have them.
    replicaSets: replicaSetInfos(parts.replicaSets, metadata.uid, parts.podsByOwner, () => []),
    analysisRuns: allAnalysisRuns(experiment, analysisRunInfos(parts.analysisRuns, metadata.uid)),
  }
}

/** The runs that were read, and after them what the experiment's status says of those that were not. */
function allAnalysisRuns(experiment: Experiment, loaded: readonly AnalysisRunInfo[]): AnalysisRunInfo[] {
  const names = new Set(loaded.map(run => run.name))
  const others = (experiment.status?.analysisRuns ?? []).filter(run => run.analysisRun && !names.has(run.analysisRun))
  return [
    ...loaded,
    ...others.map(({ analysisRun = '', phase = '', message }) => ({
      name: analysisRun,
      namespace: experiment.metadata.namespace ?? '',
      uid: '',
      revision: revisionOf(experiment),
      podHash: '',
      // What ran when the experiment ended is terminated after that, and the experiment does not take note of it.
      status: isCompletedAnalysis(experiment.status?.phase) && !isCompletedAnalysis(phase) ? '' : phase,
      ...(message ? { message } : {}),
      ...{ successful: 0, failed: 0, inconclusive: 0, error: 0 },
      metrics: [],
      jobs: [],
      notLoaded: true as const,
    })),
  ]
}

/**
 * Milliseconds until the experiment's duration has passed; undefined once it is over, before its pods are available,
 * or when it has no duration. Follows argo-rollouts pkg/kubectl-argo-rollouts/cmd/list/list_experiments.go.
 */
function experimentRemainingMs(experiment: Experiment, nowMs: number): number | undefined {
  if (isCompletedAnalysis(experiment.status?.phase)) return undefined
  const availableAt = parseTime(experiment.status?.availableAt)
  const duration = readGoDuration(experiment.spec?.duration)
  return availableAt === undefined || duration === undefined ? undefined : availableAt + duration - nowMs
}
