import type { Pod, ReplicaSet } from '../../kube/core-objects.ts'
import { pods, replicaSets } from '../../kube/resource-types.ts'
import { refOf } from '../store/garbage.ts'
import { copy, isEqual } from '../store/json.ts'
import { randomSuffix } from '../store/names.ts'
import { createMergePatch } from '../store/patches.ts'
import { withCondition, withoutCondition } from './conditions.ts'
import { type Environment, recordEvent, timestamp } from './environment.ts'
import { controlledBy, ownedBy } from './ownership.ts'
import { availableInMs, isPodReady } from './pod-state.ts'
import { quotaRefusal } from './quota.ts'

const manager = 'kube-controller-manager'
const component = 'replicaset-controller'

/** One look of the ReplicaSet controller: creates and deletes pods, and counts them (kubernetes pkg/controller/replicaset). */
export function reconcileReplicaSet(
  environment: Environment,
  ref: { namespace: string; name: string },
  enqueueAfter: (ms: number) => void,
): void {
  const replicaSet = environment.store.find<ReplicaSet>(replicaSets, ref)
  if (!replicaSet || replicaSet.metadata.deletionTimestamp) return
  const all = podsOf(environment, replicaSet)
  const alive = all.filter(isAlive)
  const missing = (replicaSet.spec?.replicas ?? 1) - alive.length
  const refusal = missing > 0 ? createPods(environment, replicaSet, missing) : undefined
  if (missing < 0) for (const pod of expendable(alive).slice(0, -missing)) deletePod(environment, replicaSet, pod)
  if (refusal !== undefined) enqueueAfter(30_000)
  updateStatus(environment, replicaSet, refusal, enqueueAfter)
}

const isAlive = (pod: Pod) =>
  !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'

const podsOf = (environment: Environment, replicaSet: ReplicaSet) => controlledBy<Pod>(environment, pods, replicaSet)

/** Returns why no more pods could be created. */
function createPods(environment: Environment, replicaSet: ReplicaSet, count: number): string | undefined {
  const { namespace = 'default', name } = replicaSet.metadata
  const template = copy(replicaSet.spec?.template)
  for (let made = 0; made < count; made++) {
    const podName = `${name}-${randomSuffix(environment.random)}`
    const refusal = quotaRefusal(environment, namespace, podName, template?.spec ?? {})
    if (refusal !== undefined) {
      const message = `Error creating: ${refusal}`
      recordEvent(environment, replicaSet, { type: 'Warning', reason: 'FailedCreate', message, component })
      return refusal
    }
    const pod: Pod = {
      metadata: {
        name: podName,
        namespace,
        ...{ generateName: `${name}-` },
        ...template?.metadata,
        ownerReferences: ownedBy({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: replicaSet.metadata }),
      },
      spec: copy(template?.spec ?? {}),
      status: { phase: 'Pending' },
    }
    environment.store.create(pods, pod, { manager })
    const message = `Created pod: ${podName}`
    recordEvent(environment, replicaSet, { type: 'Normal', reason: 'SuccessfulCreate', message, component })
  }
  return undefined
}

/** Pods in the order in which they go: unscheduled, pending, not ready, then the youngest (ActivePodsWithRanks). */
function expendable(alive: readonly Pod[]): Pod[] {
  const rank = (pod: Pod) => [
    pod.spec?.nodeName ? 1 : 0,
    pod.status?.phase === 'Pending' ? 0 : 1,
    isPodReady(pod) ? 1 : 0,
    -Date.parse(pod.metadata.creationTimestamp ?? ''),
  ]
  return [...alive].sort((one, other) => {
    const [ranks, others] = [rank(one), rank(other)]
    const index = ranks.findIndex((value, at) => value !== others[at])
    return index < 0 ? 0 : (ranks[index] ?? 0) - (others[index] ?? 0)
  })
}

function deletePod(environment: Environment, replicaSet: ReplicaSet, pod: Pod): void {
  environment.store.delete(pods, refOf(pod))
  const message = `Deleted pod: ${pod.metadata.name}`
  recordEvent(environment, replicaSet, { type: 'Normal', reason: 'SuccessfulDelete', message, component })
}

function updateStatus(
  environment: Environment,
  replicaSet: ReplicaSet,
  refusal: string | undefined,
  enqueueAfter: (ms: number) => void,
): void {
  const { store, timeline } = environment
  const alive = podsOf(environment, replicaSet).filter(isAlive)
  const minReadyMs = (replicaSet.spec?.minReadySeconds ?? 0) * 1000
  const waits = alive.map(pod => availableInMs(pod, minReadyMs, timeline.now()))
  const availableReplicas = waits.filter(ms => ms === 0).length
  const coming = waits.filter(ms => ms !== undefined && ms > 0) as number[]
  if (coming.length > 0) enqueueAfter(Math.min(...coming))
  const before = replicaSet.status ?? {}
  const isFailing = { type: 'ReplicaFailure', status: 'True' as const, reason: 'FailedCreate', message: refusal ?? '' }
  const conditions = refusal
    ? withCondition(before.conditions, isFailing, timestamp(environment))
    : withoutCondition(before.conditions, 'ReplicaFailure')
  const readyReplicas = alive.filter(isPodReady).length
  const status = {
    replicas: alive.length,
    ...(alive.length > 0 ? { fullyLabeledReplicas: alive.length } : {}),
    ...(readyReplicas > 0 ? { readyReplicas } : {}),
    ...(availableReplicas > 0 ? { availableReplicas } : {}),
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...(conditions.length > 0 ? { conditions } : {}),
  }
  if (isEqual(before, status)) return
  const body = { status: createMergePatch(before, status) }
  store.patch(replicaSets, refOf(replicaSet), { type: 'merge', body, subresource: 'status' }, { manager })
}
