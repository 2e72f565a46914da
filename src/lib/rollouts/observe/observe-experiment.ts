import type { Context } from '../../context/context.ts'
import type { KubeClient, ObjectRef, Selection } from '../../context/kube-client.ts'
import type { Pod, ReplicaSet } from '../../kube/core-objects.ts'
import * as types from '../../kube/resource-types.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { AnalysisRun, Experiment } from '../rollout.ts'
import type { RolloutPart } from '../rollout-objects.ts'
import { experimentRunNames, experimentSelector } from './experiment-scope.ts'
import type { ExperimentObjects } from './load-experiment.ts'
import { type LostServer, ObservationState } from './observation-state.ts'
import { type ObserveOptions, observations } from './observations.ts'
import { PartWatch } from './part-watch.ts'

/** What is known of an experiment at one moment. */
export interface ExperimentObservation {
  objects: ExperimentObjects
  isDeleted: boolean
  lost?: LostServer
}

/**
 * An experiment and what it runs, each time that something of it changes; see observeRollout.
 *
 * @throws Failure `error`: no such experiment, not readable, or the API server stays away for five minutes
 */
export async function* observeExperiment(
  client: KubeClient,
  ref: ObjectRef,
  context: Context,
  options: ObserveOptions = {},
): AsyncGenerator<ExperimentObservation, void, undefined> {
  const observer = new Observer(client, { namespace: client.namespace, ...ref }, context)
  yield* observations(observer, context, options)
}

class Observer {
  isDeleted = false
  readonly state: ObservationState
  readonly #client: KubeClient
  readonly #context: Context
  readonly #ref: ObjectRef
  readonly #experiment: PartWatch<Experiment>
  readonly #replicaSets: PartWatch<ReplicaSet>
  readonly #pods: PartWatch<Pod>
  readonly #runs = new Map<string, PartWatch<AnalysisRun>>()
  #last: Experiment | undefined

  constructor(client: KubeClient, ref: ObjectRef, context: Context) {
    this.#client = client
    this.#context = context
    this.#ref = ref
    this.state = new ObservationState(context, () => this.#reconsider())
    this.#experiment = new PartWatch(types.experiments, client, context, this.state)
    this.#replicaSets = new PartWatch(types.replicaSets, client, context, this.state)
    this.#pods = new PartWatch(types.pods, client, context, this.state)
    this.#experiment.select(this.#named(ref.name))
  }

  get isReady(): boolean {
    const parts = [this.#replicaSets, this.#pods, ...this.#runs.values()]
    return this.#last !== undefined && parts.every(part => part.isReady)
  }

  observation(): ExperimentObservation | undefined {
    this.state.take()
    const experiment = this.#last
    if (!experiment || !(this.isReady || this.isDeleted)) return undefined
    const runs = [...this.#runs.values()]
    const hidden: [RolloutPart, boolean][] = [
      ['replicaSets', this.#replicaSets.isHidden],
      ['pods', this.#pods.isHidden],
      ['analysisRuns', runs.some(run => run.isHidden)],
    ]
    const objects: ExperimentObjects = {
      experiment,
      replicaSets: this.#replicaSets.objects,
      pods: this.#pods.objects,
      analysisRuns: runs.flatMap(run => run.objects),
      notVisible: hidden.flatMap(([part, isHidden]) => (isHidden ? [part] : [])),
    }
    const { lost } = this.state
    return { objects, isDeleted: this.isDeleted, ...(lost ? { lost } : {}) }
  }

  stop(): void {
    for (const part of [this.#experiment, this.#replicaSets, this.#pods, ...this.#runs.values()]) part.stop()
  }

  #reconsider(): void {
    if (this.#experiment.hiddenBecause) {
      this.state.failed(this.#experiment.hiddenBecause)
      return
    }
    const experiment = this.#experiment.objects[0]
    if (!experiment || (this.#last && this.#last.metadata.uid !== experiment.metadata.uid)) {
      this.isDeleted = this.#last !== undefined
      if (!this.#last && this.#experiment.isReady) this.state.failed(experimentNotFound(this.#ref))
      return
    }
    this.#last = experiment
    const labelSelector = experimentSelector(experiment)
    const selection = labelSelector === undefined ? undefined : { ...this.#place(), labelSelector }
    this.#replicaSets.select(selection)
    this.#pods.select(selection)
    for (const name of experimentRunNames(experiment)) {
      if (this.#runs.has(name)) continue
      const watch = new PartWatch<AnalysisRun>(types.analysisRuns, this.#client, this.#context, this.state)
      this.#runs.set(name, watch)
      watch.select(this.#named(name))
    }
  }

  #named(name: string): Selection {
    return { ...this.#place(), fieldSelector: `metadata.name=${name}` }
  }

  #place(): { namespace?: string } {
    return this.#ref.namespace === undefined ? {} : { namespace: this.#ref.namespace }
  }
}

function experimentNotFound({ namespace = '', name }: ObjectRef): Failure {
  return new Failure('error', `experiments.argoproj.io ${JSON.stringify(safeText(name))} not found`, {
    reason: 'NotFound',
    hints: [`What there is: kubectl canary experiment list -n ${safeText(namespace)}`],
  })
}
