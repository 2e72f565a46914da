import type { KubeClient, ObjectRef } from '../../context/kube-client.ts'
import type { Pod, ReplicaSet } from '../../kube/core-objects.ts'
import * as types from '../../kube/resource-types.ts'
import { isOwnedBy, podHashOf } from '../ownership.ts'
import { isCompletedAnalysis } from '../phase.ts'
import type { AnalysisRun, Experiment, Rollout } from '../rollout.ts'
import type { RolloutObjects } from '../rollout-objects.ts'
import { loadExperimentChildren, mergeObjects } from './load-experiment.ts'
import { PartReader } from './part-reader.ts'
import { rolloutScope, statusHashes } from './scope.ts'
import { podHashSelector } from './selector-text.ts'

/**
 * A rollout and what stands around it, in at most five requests: the rollout; its ReplicaSets, pods and AnalysisRuns by
 * its selector; its Experiments by the pod template hashes of its ReplicaSets. One more for a workloadRef, up to two
 * more for each experiment that runs. Nothing is listed without a selector.
 *
 * What the user may not read is named in `notVisible` and left empty; only the rollout itself has to be readable.
 *
 * @throws Failure `error`, reason `NotFound` when there is no such rollout
 */
export async function loadRolloutObjects(client: KubeClient, ref: ObjectRef): Promise<RolloutObjects> {
  const rollout = await client.get<Rollout>(types.rollouts, ref)
  const reader = new PartReader(client, rollout.metadata.namespace ?? ref.namespace)
  const workload = await reader.workload(rollout)
  const scope = rolloutScope(rollout, workload)

  const replicaSets = reader.list<ReplicaSet>('replicaSets', types.replicaSets, scope.pods)
  const hashes = async () => [...statusHashes(rollout), ...(await replicaSets).map(podHashOf)]
  const [pods, analysisRuns, experiments] = await Promise.all([
    reader.list<Pod>('pods', types.pods, scope.pods),
    reader.list<AnalysisRun>('analysisRuns', types.analysisRuns, scope.analysisRuns),
    // Experiments carry the labels of the Rollout object and the hash, not the selector's (rollout/experiment.go).
    hashes().then(known => reader.list<Experiment>('experiments', types.experiments, podHashSelector(known))),
  ])
  let objects: RolloutObjects = {
    rollout,
    replicaSets: await replicaSets,
    pods,
    analysisRuns,
    experiments,
    ...(workload ? { workload } : {}),
    ...(workload?.metadata.generation ? { workloadGeneration: workload.metadata.generation } : {}),
  }
  for (const experiment of experiments.filter(each => isRunningFor(each, rollout))) {
    objects = mergeObjects(objects, await loadExperimentChildren(reader, experiment, objects))
  }
  return reader.notVisible.size > 0 ? { ...objects, notVisible: [...reader.notVisible] } : objects
}

function isRunningFor(experiment: Experiment, rollout: Rollout): boolean {
  return isOwnedBy(experiment, rollout.metadata.uid) && !isCompletedAnalysis(experiment.status?.phase)
}
