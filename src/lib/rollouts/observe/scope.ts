import type { ResourceType } from '../../context/kube-client.ts'
import { deployments, podTemplates, replicaSets } from '../../kube/resource-types.ts'
import type { Rollout } from '../rollout.ts'
import type { Workload } from '../rollout-objects.ts'
import { podHashSelector, selectorText } from './selector-text.ts'

/** Label selectors for what stands around a rollout; undefined: there is nothing to ask for. */
export interface RolloutScope {
  /** ReplicaSets and pods, an experiment's among them unless its step overrides the labels */
  pods: string | undefined
  analysisRuns: string | undefined
}

/**
 * What narrows requests to one rollout.
 *
 * - ReplicaSets and pods carry the labels that spec.selector asks for.
 * - AnalysisRuns carry the selector's matchLabels (argo-rollouts rollout/analysis.go, newAnalysisRunFromRollout), its
 *   matchExpressions they need not satisfy.
 * - Without a readable selector the pod template hashes in the status are what is left.
 */
export function rolloutScope(rollout: Rollout, workload: Workload | undefined): RolloutScope {
  const hashes = podHashSelector(statusHashes(rollout))
  const selector = rollout.spec.selector ?? workload?.spec?.selector
  const written = rollout.spec.workloadRef ? statusSelector(rollout) : undefined
  return {
    pods: selectorText(selector) ?? written ?? hashes,
    analysisRuns: selectorText(selector?.matchLabels && { matchLabels: selector.matchLabels }) ?? hashes,
  }
}

/** Pod template hashes that the status names. */
export function statusHashes({ status }: Rollout): (string | undefined)[] {
  const { activeSelector, previewSelector } = status?.blueGreen ?? {}
  return [status?.currentPodHash, status?.stableRS, activeSelector, previewSelector]
}

/** status.selector is the rollout's selector; a blue-green one is narrowed to the active ReplicaSet, which is undone. */
function statusSelector({ status }: Rollout): string | undefined {
  const terms = status?.selector?.split(/,(?![^(]*\))/).filter(term => !term.startsWith('rollouts-pod-template-hash'))
  return terms?.join(',') || undefined
}

/** Kind of object that spec.workloadRef names; undefined without one, or for a kind that controllers do not know. */
export function workloadType({ spec }: Rollout): ResourceType | undefined {
  switch (spec.workloadRef?.kind) {
    case 'Deployment':
      return deployments
    case 'ReplicaSet':
      return replicaSets
    case 'PodTemplate':
      return podTemplates
    default:
      return undefined
  }
}
