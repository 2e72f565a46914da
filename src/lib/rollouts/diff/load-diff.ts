import type { KubeClient, ObjectRef } from '../../context/kube-client.ts'
import { rollouts } from '../../kube/resource-types.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import { readReplicaSets, readWorkload } from '../actions/rollout-actions.ts'
import { rolloutName } from '../actions/rollout-words.ts'
import { restoredTemplate } from '../actions/template-target.ts'
import { podHashOf, revisionOf } from '../ownership.ts'
import type { Rollout } from '../rollout.ts'
import { diffTemplates, type TemplateChange } from './template-diff.ts'

export interface RolloutDiff {
  changes: readonly TemplateChange[]
  /** one line for people: what is compared, or that there is nothing to compare */
  summary: string
  /** the same for programs */
  document: object
}

/**
 * The canary's pod template against the stable one, from their ReplicaSets. Two requests, one more for a workloadRef.
 *
 * @throws Failure `error` when there is no such rollout, or one of the two ReplicaSets is not there (yet)
 */
export async function loadDiff(client: KubeClient, ref: ObjectRef): Promise<RolloutDiff> {
  const rollout = await client.get<Rollout>(rollouts, ref)
  const { currentPodHash = '', stableRS = '' } = rollout.status ?? {}
  const name = rolloutName(rollout)
  const { namespace } = rollout.metadata
  const head = { apiVersion: 'kubectl-canary/v1', kind: 'RolloutDiff', rollout: rollout.metadata.name, namespace }
  if (stableRS === '' || currentPodHash === stableRS) {
    const why = stableRS === '' ? 'has no stable version yet' : 'runs one version only'
    return {
      changes: [],
      summary: `${name} ${why}: there is nothing to compare`,
      document: { ...head, stable: stableRS, canary: currentPodHash, changes: [] },
    }
  }
  const replicaSets = await readReplicaSets(client, rollout, await readWorkload(client, rollout))
  const find = (hash: string, arm: string) => {
    const found = replicaSets.find(each => podHashOf(each) === hash)
    if (found) return found
    throw new Failure('error', `${name}: the ReplicaSet of its ${arm} version (${safeText(hash)}) is not there`, {
      reason: 'NoSuchRevision',
    })
  }
  const stable = find(stableRS, 'stable')
  const canary = find(currentPodHash, 'canary')
  const changes = diffTemplates(restoredTemplate(stable), restoredTemplate(canary))
  const versionOf = (replicaSet: typeof stable) => ({
    revision: revisionOf(replicaSet),
    podHash: podHashOf(replicaSet),
  })
  return {
    changes,
    summary:
      `${name}: ${changes.length === 0 ? 'no difference from' : 'changes from'} stable (revision ${revisionOf(stable)}) ` +
      `to canary (revision ${revisionOf(canary)})`,
    document: { ...head, stable: versionOf(stable), canary: versionOf(canary), changes },
  }
}
