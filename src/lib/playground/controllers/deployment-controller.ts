import type { Condition } from '../../context/kube-object.ts'
import type { Deployment, ReplicaSet } from '../../kube/core-objects.ts'
import { deployments, replicaSets } from '../../kube/resource-types.ts'
import { refOf } from '../store/garbage.ts'
import { copy, isEqual } from '../store/json.ts'
import { createMergePatch } from '../store/patches.ts'
import { withCondition } from './conditions.ts'
import { type Environment, recordEvent, timestamp } from './environment.ts'
import { controlledBy, ownedBy } from './ownership.ts'
import { deploymentHash } from './rollout/pod-template-hash.ts'
import { actual, available, ready, total, wanted } from './rollout/replica-sets.ts'

const manager = 'kube-controller-manager'
const hashKey = 'pod-template-hash'
const revisionKey = 'deployment.kubernetes.io/revision'

type Full = Deployment & { status?: { conditions?: Condition[] } }

/**
 * One look at a Deployment: one ReplicaSet per template, the newest scaled up and the others down once it is available.
 * Enough for the workloads that Rollouts reference; surge, pause and rollback are not simulated.
 */
export function reconcileDeployment(environment: Environment, ref: { namespace: string; name: string }): void {
  const { store } = environment
  const deployment = store.find<Full>(deployments, ref)
  if (!deployment || deployment.metadata.deletionTimestamp) return
  const sets = controlledBy<ReplicaSet>(environment, replicaSets, deployment)
  const hash = deploymentHash(deployment.spec?.template)
  const replicas = deployment.spec?.replicas ?? 1
  const current =
    sets.find(each => each.metadata.labels?.[hashKey] === hash) ??
    create(environment, deployment, hash, sets.length + 1)
  scale(environment, deployment, current, replicas)
  const others = sets.filter(each => each.metadata.uid !== current.metadata.uid)
  if (available(current) >= replicas) for (const each of others) scale(environment, deployment, each, 0)
  updateStatus(environment, deployment, current, sets)
}

function create(environment: Environment, deployment: Full, hash: string, revision: number): ReplicaSet {
  const { name, namespace = 'default' } = deployment.metadata
  const labels = { ...deployment.spec?.template?.metadata?.labels, [hashKey]: hash }
  const selector = deployment.spec?.selector
  return environment.store.create<ReplicaSet>(
    replicaSets,
    {
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels,
        annotations: { [revisionKey]: String(revision), ...replicasAnnotations(0) },
        ownerReferences: ownedBy(deployment),
      },
      spec: {
        replicas: 0,
        selector: { ...selector, matchLabels: { ...selector?.matchLabels, [hashKey]: hash } },
        template: { ...copy(deployment.spec?.template), metadata: { ...deployment.spec?.template?.metadata, labels } },
      },
    },
    { manager },
  )
}

/** What the Deployment wants, and with its default surge of a quarter at most. */
function replicasAnnotations(desired: number): Record<string, string> {
  const prefix = 'deployment.kubernetes.io'
  const most = desired + Math.ceil(desired / 4)
  return { [`${prefix}/desired-replicas`]: String(desired), [`${prefix}/max-replicas`]: String(most) }
}

function scale(environment: Environment, deployment: Full, set: ReplicaSet, replicas: number): void {
  if (wanted(set) === replicas) return
  const annotations = replicasAnnotations(deployment.spec?.replicas ?? 1)
  const body = { metadata: { annotations }, spec: { replicas } }
  environment.store.patch(replicaSets, refOf(set), { type: 'merge', body }, { manager })
  const way = wanted(set) < replicas ? 'up' : 'down'
  const message = `Scaled ${way} replica set ${set.metadata.name} from ${wanted(set)} to ${replicas}`
  const component = 'deployment-controller'
  recordEvent(environment, deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message, component })
}

function updateStatus(
  { store, ...environment }: Environment,
  deployment: Full,
  current: ReplicaSet,
  sets: ReplicaSet[],
): void {
  const all = [current, ...sets.filter(each => each.metadata.uid !== current.metadata.uid)]
  const isAvailable = total(all, available) >= (deployment.spec?.replicas ?? 1)
  const facts = {
    type: 'Available',
    status: isAvailable ? ('True' as const) : ('False' as const),
    reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: isAvailable ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  }
  const counts = {
    replicas: total(all, actual),
    updatedReplicas: actual(current),
    readyReplicas: total(all, ready),
    availableReplicas: total(all, available),
  }
  const status = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    conditions: withCondition(deployment.status?.conditions, facts, timestamp({ store, ...environment })),
  }
  if (isEqual(deployment.status, status)) return
  const body = { status: createMergePatch(deployment.status ?? {}, status) }
  store.patch(deployments, refOf(deployment), { type: 'merge', body, subresource: 'status' }, { manager })
}
