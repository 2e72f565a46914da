import type { KubeObject } from '../../../context/kube-object.ts'
import type { Pod } from '../../../kube/core-objects.ts'
import { podDisruptionBudgets, pods } from '../../../kube/resource-types.ts'
import { desiredReplicas, isRestarting } from '../../../rollouts/phase.ts'
import { refOf } from '../../store/garbage.ts'
import { labelSelector, selectorText } from '../../store/selectors.ts'
import { controllerOf } from '../ownership.ts'
import { isPodAvailable } from '../pod-state.ts'
import { total, wanted } from './replica-sets.ts'
import { maxUnavailable } from './strategy.ts'
import type { Sync } from './sync.ts'

const checkAgainMs = 30_000

/**
 * Evicts pods older than spec.restartAt, as many at a time as maxUnavailable allows but at least one. Returns how many
 * (argo-rollouts rollout/restart.go).
 */
export function restartPods(sync: Sync): number {
  const { rollout, environment } = sync
  const { restartAt } = rollout.spec
  if (!restartAt) return 0
  const nowMs = environment.timeline.now()
  const dueInMs = Date.parse(restartAt) - nowMs
  if (dueInMs >= 0) sync.enqueueAfter(dueInMs + 1)
  if (dueInMs >= 0 || !isRestarting(rollout)) return 0

  const all = podsOf(sync)
  const minReadyMs = (rollout.spec.minReadySeconds ?? 0) * 1000
  const serving = all.filter(each => !each.metadata.deletionTimestamp && isPodAvailable(each, minReadyMs, nowMs)).length
  const replicas = Math.max(desiredReplicas(rollout), total(sync.allRSs, wanted))
  let free = serving - (replicas - Math.max(1, maxUnavailable(rollout)))
  const old = all.filter(each => Date.parse(each.metadata.creationTimestamp ?? '') < Date.parse(restartAt))
  let restarted = 0
  for (const pod of old) {
    if (free <= 0 || pod.metadata.deletionTimestamp || isProtected(sync, pod)) continue
    environment.store.delete(pods, refOf(pod))
    free -= 1
    restarted += 1
  }
  if (old.length > restarted) sync.enqueueAfter(checkAgainMs)
  else sync.newStatus.restartedAt = restartAt
  return restarted
}

/** Stable ones first, then new ones. */
function podsOf({ environment, rollout, allRSs, stableRS, newRS }: Sync): Pod[] {
  const rank = (uid: string | undefined) => (uid === stableRS?.metadata.uid ? 0 : uid === newRS?.metadata.uid ? 1 : 2)
  const uids = new Set(allRSs.map(each => each.metadata.uid))
  return environment.store
    .all<Pod>(pods, rollout.metadata.namespace)
    .filter(each => uids.has(controllerOf(each)?.uid))
    .sort((one, other) => rank(controllerOf(one)?.uid) - rank(controllerOf(other)?.uid))
}

/** Whether a PodDisruptionBudget without room refuses the eviction. */
function isProtected({ environment, rollout }: Sync, pod: Pod): boolean {
  type Budget = KubeObject & { spec?: { selector?: object }; status?: { disruptionsAllowed?: number } }
  return environment.store
    .all<Budget>(podDisruptionBudgets, rollout.metadata.namespace)
    .filter(each => labelSelector(selectorText(each.spec?.selector))(pod.metadata.labels))
    .some(each => each.status?.disruptionsAllowed === 0)
}
