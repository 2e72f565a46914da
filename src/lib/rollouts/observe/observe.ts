import type { Context } from '../../context/context.ts'
import type { KubeClient, ObjectRef, Selection } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import type { Pod, ReplicaSet } from '../../kube/core-objects.ts'
import * as types from '../../kube/resource-types.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import { isOwnedBy, podHashOf } from '../ownership.ts'
import { isCompletedAnalysis } from '../phase.ts'
import type { AnalysisRun, Experiment, Rollout } from '../rollout.ts'
import type { RolloutObjects, RolloutPart, Workload } from '../rollout-objects.ts'
import { experimentRunNames, experimentSelector, lacksTemplate } from './experiment-scope.ts'
import { type LostServer, ObservationState } from './observation-state.ts'
import { type ObserveOptions, observations } from './observations.ts'
import { PartWatch } from './part-watch.ts'
import { rolloutScope, statusHashes, workloadType } from './scope.ts'
import { podHashSelector } from './selector-text.ts'

/** What is known of a rollout at one moment. */
export interface RolloutObservation {
  objects: RolloutObjects
  /** the rollout is gone, `objects` is what was seen last; nothing follows */
  isDeleted: boolean
  /** the API server does not answer */
  lost?: LostServer
}

/**
 * A rollout and what stands around it, each time that something of it changes. Every request is narrowed by the
 * rollout's selector or the hashes of its pods; what may not be read or watched is `notVisible`, or read every few
 * seconds.
 *
 * Ends when the rollout is deleted, or by leaving the loop.
 *
 * @throws Failure `error`: no such rollout (`NotFound`), not readable, or the API server stays away for five minutes;
 *   the signal's reason when the context's signal aborts
 */
export async function* observeRollout(
  client: KubeClient,
  ref: ObjectRef,
  context: Context,
  options: ObserveOptions = {},
): AsyncGenerator<RolloutObservation, void, undefined> {
  const observer = new Observer(client, { namespace: client.namespace, ...ref }, context)
  yield* observations(observer, context, options)
}

/** Keeps the parts and decides what of them to follow. */
class Observer {
  isDeleted = false
  readonly state: ObservationState
  readonly #ref: ObjectRef
  readonly #client: KubeClient
  readonly #context: Context
  readonly #rollout: PartWatch<Rollout>
  readonly #replicaSets: PartWatch<ReplicaSet>
  readonly #pods: PartWatch<Pod>
  readonly #analysisRuns: PartWatch<AnalysisRun>
  readonly #experiments: PartWatch<Experiment>
  /** of experiments whose step gives their pods other labels */
  readonly #otherReplicaSets: PartWatch<ReplicaSet>
  /** runs of experiments, by name: no label leads to them */
  readonly #runs = new Map<string, PartWatch<AnalysisRun>>()
  #workload: PartWatch<Workload> | undefined
  #last: Rollout | undefined

  constructor(client: KubeClient, ref: ObjectRef, context: Context) {
    this.#client = client
    this.#context = context
    this.#ref = ref
    this.state = new ObservationState(context, () => this.#reconsider())
    this.#rollout = this.#watch(types.rollouts)
    this.#replicaSets = this.#watch(types.replicaSets)
    this.#pods = this.#watch(types.pods)
    this.#analysisRuns = this.#watch(types.analysisRuns)
    this.#experiments = this.#watch(types.experiments)
    this.#otherReplicaSets = this.#watch(types.replicaSets)
    this.#rollout.select(this.#named(ref.name))
  }

  /** Whether every part has been seen once. */
  get isReady(): boolean {
    return this.#last !== undefined && this.#parts().every(([, watch]) => watch.isReady)
  }

  /** What is known now; undefined as long as parts are missing. */
  observation(): RolloutObservation | undefined {
    this.state.take()
    const rollout = this.#last
    if (!rollout || !(this.isReady || this.isDeleted)) return undefined
    const { lost } = this.state
    return { objects: this.#objects(rollout), isDeleted: this.isDeleted, ...(lost ? { lost } : {}) }
  }

  stop(): void {
    for (const watch of [this.#rollout, ...this.#parts().map(([, part]) => part)]) watch.stop()
  }

  /** The rollout or a part has changed: follows what it says has to be followed now. */
  #reconsider(): void {
    if (this.#rollout.hiddenBecause) {
      this.state.failed(this.#rollout.hiddenBecause)
      return
    }
    const rollout = this.#rollout.objects[0]
    if (!rollout || (this.#last && this.#last.metadata.uid !== rollout.metadata.uid)) {
      this.isDeleted = this.#last !== undefined
      if (!this.#last && this.#rollout.isReady) this.state.failed(notFound(this.#ref))
      return
    }
    this.#last = rollout
    this.#followWorkload(rollout)
    const scope = rolloutScope(rollout, this.#workload?.objects[0])
    // Until the workload has been seen, the selector is not known; then it is, or the hashes have to do.
    if (this.#workload && !this.#workload.isReady) return
    this.#replicaSets.select(this.#labelled(scope.pods))
    this.#pods.select(this.#labelled(scope.pods))
    this.#analysisRuns.select(this.#labelled(scope.analysisRuns))
    if (!this.#replicaSets.isReady) return
    const hashes = [...statusHashes(rollout), ...this.#replicaSets.objects.map(podHashOf)]
    this.#experiments.select(this.#labelled(podHashSelector(hashes)))
    this.#followExperiments(rollout)
  }

  #followWorkload(rollout: Rollout): void {
    const type = workloadType(rollout)
    const name = rollout.spec.workloadRef?.name
    if (!type || !name) {
      this.#workload?.stop()
      this.#workload = undefined
      return
    }
    this.#workload ??= this.#watch(type)
    this.#workload.select(this.#named(name))
  }

  /** A run that was followed stays so as long as its experiment is there: it may end later than that. */
  #followExperiments(rollout: Rollout): void {
    const owned = this.#experiments.objects.filter(each => isOwnedBy(each, rollout.metadata.uid))
    const running = owned.filter(each => !isCompletedAnalysis(each.status?.phase))
    const selectors = running.map(each => experimentSelector(each, lacksTemplate(each, this.#replicaSets.objects)))
    // There is one at a time, unless steps were changed under way.
    this.#otherReplicaSets.select(this.#labelled(selectors.find(selector => selector !== undefined)))
    const kept = new Set(owned.flatMap(experimentRunNames))
    for (const [name, watch] of this.#runs) {
      if (kept.has(name)) continue
      watch.stop()
      this.#runs.delete(name)
    }
    for (const name of running.flatMap(experimentRunNames)) {
      if (this.#runs.has(name)) continue
      const watch = this.#watch<AnalysisRun>(types.analysisRuns)
      this.#runs.set(name, watch)
      watch.select(this.#named(name))
    }
  }

  #objects(rollout: Rollout): RolloutObjects {
    const workload = this.#workload?.objects[0]
    const notVisible = new Set(this.#parts().flatMap(([part, watch]) => (watch.isHidden ? [part] : [])))
    return {
      rollout,
      replicaSets: [...this.#replicaSets.objects, ...this.#otherReplicaSets.objects],
      pods: this.#pods.objects,
      experiments: this.#experiments.objects,
      analysisRuns: [...this.#analysisRuns.objects, ...[...this.#runs.values()].flatMap(watch => watch.objects)],
      ...(workload ? { workload } : {}),
      ...(workload?.metadata.generation ? { workloadGeneration: workload.metadata.generation } : {}),
      ...(notVisible.size > 0 ? { notVisible: [...notVisible] } : {}),
    }
  }

  #parts(): [RolloutPart, PartWatch<KubeObject>][] {
    return [
      ['replicaSets', this.#replicaSets],
      ['pods', this.#pods],
      ['analysisRuns', this.#analysisRuns],
      ['experiments', this.#experiments],
      ...(this.#last && this.#experiments.isReady ? ([['replicaSets', this.#otherReplicaSets]] as const) : []),
      ...[...this.#runs.values()].map(watch => ['analysisRuns', watch] as const),
      ...(this.#workload ? ([['workload', this.#workload]] as const) : []),
    ] as [RolloutPart, PartWatch<KubeObject>][]
  }

  #watch<T extends KubeObject>(type: (typeof types)['rollouts']): PartWatch<T> {
    return new PartWatch<T>(type, this.#client, this.#context, this.state)
  }

  #named(name: string): Selection {
    return { ...this.#place(), fieldSelector: `metadata.name=${name}` }
  }

  #labelled(labelSelector: string | undefined): Selection | undefined {
    return labelSelector === undefined ? undefined : { ...this.#place(), labelSelector }
  }

  #place(): { namespace?: string } {
    return this.#ref.namespace === undefined ? {} : { namespace: this.#ref.namespace }
  }
}

/** As the API server words it, with what to do next. */
function notFound({ namespace = '', name }: ObjectRef): Failure {
  return new Failure('error', `rollouts.argoproj.io ${JSON.stringify(safeText(name))} not found`, {
    reason: 'NotFound',
    hints: [`What there is: kubectl canary rollout list -n ${safeText(namespace)}`],
  })
}
