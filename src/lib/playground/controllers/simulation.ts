import type { Context } from '../../context/context.ts'
import type { ObjectRef, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import * as types from '../../kube/resource-types.ts'
import type { Rollout } from '../../rollouts/rollout.ts'
import type { Timeline } from '../clock.ts'
import type { ObjectStore } from '../store/store.ts'
import type { Change } from '../store/watch-history.ts'
import { AnalysisController } from './analysis/analysis-controller.ts'
import { loadProviders } from './analysis/metric-providers.ts'
import { reconcileAutoscaler } from './autoscaler-controller.ts'
import { reconcileDeployment } from './deployment-controller.ts'
import { reconcileBudget } from './disruption-controller.ts'
import { type Environment, recordEvent } from './environment.ts'
import { EventBudget } from './event-budget.ts'
import { reconcileExperiment } from './experiment/experiment-controller.ts'
import { reconcileJob } from './job-controller.ts'
import { controllerOf } from './ownership.ts'
import type { PodScript } from './pod-behavior.ts'
import { PodController } from './pod-controller.ts'
import { PodLogs } from './pod-logs.ts'
import { nodeName } from './pod-status.ts'
import { reconcileReplicaSet } from './replica-set-controller.ts'
import { reconcileRollout } from './rollout/rollout-controller.ts'
import { manager } from './rollout/sync.ts'
import { noteWorkloadGeneration, workloadOf } from './rollout/workload-ref.ts'
import { nodes } from './scheduling.ts'
import { WorkQueue } from './work-queue.ts'

export interface SimulationOptions {
  store: ObjectStore
  timeline: Timeline
  /** uniform in [0, 1) */
  random(): number
  /** how pods fare where their annotations do not say */
  pods?: PodScript
  /** what the Argo Rollouts controller reaches beside its objects */
  controller: Context
  /** how long after a change a controller looks; default 20 ms */
  reactionMs?: number
}

/**
 * The controllers of a cluster, at work on a store: Argo Rollouts, ReplicaSets, Deployments, scheduler and kubelet.
 * Everything happens on the timeline and nowhere else, so that the same steps give the same history.
 */
export class Simulation {
  readonly logs: PodLogs
  /** what went wrong inside a controller; always empty unless there is a bug */
  readonly errors: unknown[] = []
  readonly #store: ObjectStore
  readonly #environment: Environment
  readonly #analyses: AnalysisController
  readonly #queues: Record<string, WorkQueue>
  readonly #stopWatching: () => void
  /** rollouts that the controller has seen before */
  readonly #known = new Set<string>()

  constructor(options: SimulationOptions) {
    const { store, timeline } = options
    const environment: Environment = { store, timeline, random: options.random, events: new EventBudget() }
    this.#store = store
    this.#environment = environment
    this.logs = new PodLogs(store, timeline)
    const kubelet = new PodController(environment, this.logs, options.pods)
    const onError = (error: unknown) => void this.errors.push(error)
    const loading = () => loadProviders(environment, options.controller)
    this.#analyses = new AnalysisController(environment, loading, onError)
    const queue = (reconcile: (ref: Ref, enqueueAfter: (ms: number) => void) => void): WorkQueue => {
      const created: WorkQueue = new WorkQueue({
        timeline,
        reactionMs: options.reactionMs ?? 20,
        reconcile: key => reconcile(refOfKey(key), ms => created.add(key, ms)),
        onError,
      })
      return created
    }
    this.#queues = {
      rollouts: queue((ref, enqueueAfter) => this.#reconcileRollout(ref, enqueueAfter)),
      analysisruns: queue((ref, enqueueAfter) => this.#analyses.reconcile(ref, enqueueAfter)),
      experiments: queue((ref, enqueueAfter) => reconcileExperiment(environment, ref, enqueueAfter)),
      replicasets: queue((ref, enqueueAfter) => reconcileReplicaSet(environment, ref, enqueueAfter)),
      deployments: queue(ref => reconcileDeployment(environment, ref)),
      horizontalpodautoscalers: queue((ref, enqueueAfter) => reconcileAutoscaler(environment, ref, enqueueAfter)),
      poddisruptionbudgets: queue(ref => reconcileBudget(environment, ref)),
      jobs: queue((ref, enqueueAfter) => reconcileJob(environment, ref, enqueueAfter)),
      pods: queue((ref, enqueueAfter) => kubelet.reconcile(ref, enqueueAfter)),
    }
    store.endsPodsGracefully = true
    this.#addNode()
    this.#stopWatching = store.onChange(change => this.#react(change))
    for (const type of store.catalog.all()) if (type.resource in this.#queues) this.#enqueueAll(type)
  }

  #reconcileRollout(ref: Ref, enqueueAfter: (ms: number) => void): void {
    const rollout = this.#store.find<Rollout>(types.rollouts, ref)
    const uid = rollout?.metadata.uid ?? ''
    if (rollout && !this.#known.has(uid)) {
      this.#known.add(uid)
      const message = `Rollout resource added to informer: ${ref.namespace}/${ref.name}`
      const note = { type: 'Normal', reason: 'RolloutAddedToInformer', message, component: manager } as const
      recordEvent(this.#environment, rollout, note)
    }
    reconcileRollout(this.#environment, ref, enqueueAfter)
  }

  /** Loads what analyses need, which otherwise happens when the first one starts. */
  prepareAnalyses(): Promise<void> {
    return this.#analyses.prepare()
  }

  /** As if the Argo Rollouts controller were down; the rest of the cluster goes on. */
  pauseRollouts(): void {
    for (const each of argoResources) this.#queues[each]?.pause()
    this.#analyses.stop()
  }

  resumeRollouts(): void {
    for (const each of argoResources) this.#queues[each]?.resume()
    this.#enqueueAll(types.analysisRuns)
  }

  stop(): void {
    this.#stopWatching()
    this.#analyses.stop()
    for (const queue of Object.values(this.#queues)) queue.stop()
  }

  #react({ resource, object, type }: Change): void {
    const isPeriodic = resource.resource === 'horizontalpodautoscalers' && type === 'MODIFIED'
    if (resource.resource in this.#queues && !isPeriodic) this.#enqueue(resource.resource, object.metadata)
    const owner = controllerOf(object)
    const resourceOfOwner = owner && resourceOfKind[owner.kind]
    if (resourceOfOwner) this.#enqueue(resourceOfOwner, { ...object.metadata, name: owner.name })
    if (resource.resource === 'services') this.#enqueueRolloutsOf(object, usesService)
    if (isWorkload(resource) && type !== 'DELETED') noteWorkloadGeneration(this.#environment, object)
    if (isWorkload(resource))
      this.#enqueueRolloutsOf(object, rollout => workloadOf(this.#environment, rollout) !== undefined)
    if (resource.resource === 'pods') this.#enqueueAll(types.podDisruptionBudgets, object.metadata.namespace)
    if (resource.resource === 'resourcequotas') this.#enqueueAll(types.replicaSets)
    if (resource.resource === 'nodes') this.#enqueueAll(types.pods)
  }

  #enqueueRolloutsOf(object: KubeObject, isConcerned: (rollout: Rollout, name: string) => boolean): void {
    for (const rollout of this.#store.all<Rollout>(types.rollouts, object.metadata.namespace)) {
      if (isConcerned(rollout, object.metadata.name)) this.#enqueue('rollouts', rollout.metadata)
    }
  }

  #enqueueAll(type: ResourceType, namespace?: string): void {
    for (const each of this.#store.all(type, namespace)) this.#enqueue(type.resource, each.metadata)
  }

  #enqueue(resource: string, { namespace = 'default', name }: ObjectRef): void {
    this.#queues[resource]?.add(`${namespace}/${name}`)
  }

  #addNode(): void {
    if (this.#store.all(nodes).length > 0) return
    const capacity = { cpu: '64', memory: '256Gi', pods: '1000' }
    const labels = { 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': 'linux' }
    const condition = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
    }
    const node = {
      metadata: { name: nodeName, labels },
      spec: {},
      status: { allocatable: capacity, capacity, conditions: [condition], nodeInfo: { kubeletVersion: 'v1.34.0' } },
    }
    this.#store.create(nodes, node as KubeObject, { manager: 'kubelet' })
  }
}

interface Ref {
  namespace: string
  name: string
}

function refOfKey(key: string): Ref {
  const [namespace = '', name = ''] = key.split('/')
  return { namespace, name }
}

const argoResources = ['rollouts', 'analysisruns', 'experiments']

const resourceOfKind: Record<string, string> = {
  Rollout: 'rollouts',
  Experiment: 'experiments',
  AnalysisRun: 'analysisruns',
  Job: 'jobs',
  ReplicaSet: 'replicasets',
  Deployment: 'deployments',
}

const isWorkload = ({ resource }: ResourceType) => ['deployments', 'replicasets', 'podtemplates'].includes(resource)

function usesService({ spec }: Rollout, name: string): boolean {
  const { canary, blueGreen } = spec.strategy ?? {}
  return [canary?.stableService, canary?.canaryService, blueGreen?.activeService, blueGreen?.previewService].includes(
    name,
  )
}
