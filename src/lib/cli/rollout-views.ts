import type { ObjectRef } from '../context/kube-client.ts'
import { experiments, rollouts } from '../kube/resource-types.ts'
import { renderExperiment } from '../output/experiment-view.ts'
import { renderRollout } from '../output/rollout-view.ts'
import { type ExperimentInfo, experimentInfo } from '../rollouts/info/experiment-info.ts'
import { type RolloutInfo, rolloutInfo } from '../rollouts/info/info.ts'
import { loadRolloutObjects } from '../rollouts/observe/load.ts'
import { type ExperimentObjects, loadExperimentObjects } from '../rollouts/observe/load-experiment.ts'
import { type WatchOptions, watchExperiment, watchRollout } from '../rollouts/observe/watch.ts'
import { byOwner } from '../rollouts/ownership.ts'
import type { Experiment, Rollout } from '../rollouts/rollout.ts'
import type { RolloutObjects } from '../rollouts/rollout-objects.ts'
import type { Gotten } from './get-command.ts'
import { experimentOutcome, rolloutOutcome } from './rollout-listing.ts'
import type { Watched } from './watch-command.ts'

export const rolloutGet: Gotten<RolloutObjects, RolloutInfo> = {
  load: loadRolloutObjects,
  loadObject: (client, ref) => client.get<Rollout>(rollouts, ref),
  info: rolloutInfo,
  render: renderRollout,
  outcome: info => rolloutOutcome(info.phase),
}

export const experimentGet: Gotten<ExperimentObjects, ExperimentInfo> = {
  load: loadExperimentObjects,
  loadObject: (client, ref) => client.get<Experiment>(experiments, ref),
  info: ({ experiment, replicaSets, pods, analysisRuns }, nowMs) =>
    experimentInfo(experiment, { replicaSets, podsByOwner: byOwner(pods), analysisRuns }, nowMs),
  render: renderExperiment,
  outcome: info => experimentOutcome(info.status),
}

export function rolloutWatch(ref: ObjectRef, options: WatchOptions): Watched<RolloutInfo> {
  return { steps: context => watchRollout(ref, options, context), render: renderRollout }
}

export function experimentWatch(ref: ObjectRef, options: WatchOptions): Watched<ExperimentInfo> {
  return { steps: context => watchExperiment(ref, options, context), render: renderExperiment }
}
