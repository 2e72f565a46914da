import type { Rollout } from '../rollout.ts'

export type ReplicaSetTag = 'canary' | 'stable' | 'active' | 'preview' | 'ping' | 'pong'

/** Order in which the tags of one image are shown (argo-rollouts info/info.go). */
export const tagOrder: readonly ReplicaSetTag[] = ['canary', 'stable', 'active', 'preview', 'ping', 'pong']

/**
 * Roles that the ReplicaSet with this pod template hash plays in the rollout. A canary one is never stable and canary
 * at once; a blue-green one may be stable and active. Follows argo-rollouts info/replicaset_info.go.
 */
export function replicaSetTags(rollout: Rollout, podHash: string): ReplicaSetTag[] {
  const { spec, status } = rollout
  if (podHash === '') return []
  const tags: ReplicaSetTag[] = []
  const isStable = podHash === status?.stableRS
  if (spec.strategy?.canary) {
    const isCanary = !isStable && podHash === status?.currentPodHash
    if (isStable) tags.push('stable')
    if (isCanary) tags.push('canary')
    if (spec.strategy.canary.pingPong && (isStable || isCanary)) {
      const stableIsPing = status?.canary?.stablePingPong === 'ping'
      tags.push(isStable === stableIsPing ? 'ping' : 'pong')
    }
  } else if (spec.strategy?.blueGreen) {
    if (isStable) tags.push('stable')
    if (podHash === status?.blueGreen?.activeSelector) tags.push('active')
    else if (podHash === status?.blueGreen?.previewSelector) tags.push('preview')
  }
  return tags
}
