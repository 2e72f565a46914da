import type { KubeClient, ObjectRef } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import type { Pod, ReplicaSet } from '../../kube/core-objects.ts'
import * as types from '../../kube/resource-types.ts'
import { podHashLabel } from '../ownership.ts'
import type { AnalysisRun, Experiment } from '../rollout.ts'
import type { RolloutObjects, RolloutPart } from '../rollout-objects.ts'
import { experimentRunNames, experimentSelector, lacksTemplate } from './experiment-scope.ts'
import { PartReader } from './part-reader.ts'

/** What an experiment runs, as far as it could be read. */
export interface ExperimentObjects {
  experiment: Experiment
  replicaSets: readonly ReplicaSet[]
  pods: readonly Pod[]
  analysisRuns: readonly AnalysisRun[]
  notVisible: readonly RolloutPart[]
}

type Children = Pick<RolloutObjects, 'replicaSets' | 'pods' | 'analysisRuns'>

/** An experiment by itself, in at most four requests. @throws Failure `error`, reason `NotFound` */
export async function loadExperimentObjects(client: KubeClient, ref: ObjectRef): Promise<ExperimentObjects> {
  const experiment = await client.get<Experiment>(types.experiments, ref)
  const reader = new PartReader(client, experiment.metadata.namespace ?? ref.namespace)
  const selector = experimentSelector(experiment)
  const [replicaSets, pods, analysisRuns] = await Promise.all([
    reader.list<ReplicaSet>('replicaSets', types.replicaSets, selector),
    reader.list<Pod>('pods', types.pods, selector),
    loadRuns(reader, experiment),
  ])
  return { experiment, replicaSets, pods, analysisRuns, notVisible: [...reader.notVisible] }
}

/**
 * What the lists of its rollout do not hold of an experiment, in at most two requests: its AnalysisRuns, which carry no
 * labels that lead to the rollout, and its ReplicaSets where the step's metadata overrides the selector's labels (their
 * pods are left out then; the ReplicaSets tell how many are ready).
 */
export async function loadExperimentChildren(
  reader: PartReader,
  experiment: Experiment,
  known: Children,
): Promise<Children> {
  const selector = experimentSelector(experiment, lacksTemplate(experiment, known.replicaSets))
  const [replicaSets, analysisRuns] = await Promise.all([
    reader.list<ReplicaSet>('replicaSets', types.replicaSets, selector),
    loadRuns(reader, experiment),
  ])
  return { replicaSets, pods: [], analysisRuns }
}

/** Its runs are known by name only: one is read by it, several are found among those without a pod template hash. */
async function loadRuns(reader: PartReader, experiment: Experiment): Promise<AnalysisRun[]> {
  const [first, ...others] = experimentRunNames(experiment)
  if (first === undefined) return []
  if (others.length > 0) return reader.list<AnalysisRun>('analysisRuns', types.analysisRuns, `!${podHashLabel}`)
  const run = await reader.get<AnalysisRun>('analysisRuns', types.analysisRuns, first)
  return run ? [run] : []
}

/** `objects` with `more`, each object once. */
export function mergeObjects(objects: RolloutObjects, more: Children): RolloutObjects {
  const merge = <T extends KubeObject>(a: readonly T[], b: readonly T[]): T[] => {
    const known = new Set(a.map(each => each.metadata.uid))
    return [...a, ...b.filter(each => !known.has(each.metadata.uid))]
  }
  return {
    ...objects,
    replicaSets: merge(objects.replicaSets, more.replicaSets),
    pods: merge(objects.pods, more.pods),
    analysisRuns: merge(objects.analysisRuns, more.analysisRuns),
  }
}
