import type { KubeClient } from '../../context/kube-client.ts'
import type { Pod } from '../../kube/core-objects.ts'
import { pods } from '../../kube/resource-types.ts'
import type { ActionResult } from '../actions/apply-plan.ts'
import { readWorkload } from '../actions/rollout-actions.ts'
import { rolloutScope } from '../observe/scope.ts'
import { desiredReplicas } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import type { FollowOptions } from './engine.ts'
import { type Goal, parseGoal } from './goals.ts'

/** What a bare `--wait` after each action reaches. */
const defaultGoals: Record<string, readonly Goal[]> = {
  promote: [{ kind: 'paused' }, { kind: 'healthy' }],
  resume: [{ kind: 'paused' }, { kind: 'healthy' }],
  retry: [{ kind: 'paused' }, { kind: 'healthy' }],
  undo: [{ kind: 'paused' }, { kind: 'healthy' }],
  'set-image': [{ kind: 'paused' }, { kind: 'healthy' }],
  abort: [{ kind: 'aborted' }],
  pause: [{ kind: 'paused' }],
  restart: [{ kind: 'restarted' }],
}

/**
 * What `--wait` waits for: the action's own goal when it is bare, else what is named (`healthy`, `paused`, `step=3`, ...).
 *
 * @param text value of the flag, empty for the bare one
 * @throws Failure `usage`
 */
export function goalsAfter(verb: string, text: string): readonly Goal[] {
  if (text !== '') return [parseGoal(text, '--wait')]
  return defaultGoals[verb] ?? [{ kind: 'healthy' }]
}

/**
 * How to follow a rollout after our write, so that no phase from before it counts.
 *
 * @param goals as goalsAfter returned them
 */
export function followAfter(
  result: ActionResult<Rollout>,
  goals: readonly Goal[],
  client: KubeClient,
): Pick<FollowOptions, 'version' | 'confirm'> {
  const { object, written } = result
  const isOwn = written.some(answer => answer.metadata.uid === object.metadata.uid)
  const workload = written.find(answer => answer.metadata.uid !== object.metadata.uid)
  const generation = workload?.metadata.generation
  return {
    version: {
      ...(isOwn && { after: object }),
      ...(generation !== undefined && { afterWorkload: generation }),
    },
    ...(goals.some(goal => goal.kind === 'restarted') && {
      confirm: (rollout: Rollout) => areAllPodsNewer(client, rollout),
    }),
  }
}

/**
 * Whether every pod was made at or after spec.restartAt, and as many as wanted are ready. The controller sets
 * status.restartedAt when it has evicted the last old pod, which is before the new one is there.
 */
async function areAllPodsNewer(client: KubeClient, rollout: Rollout): Promise<boolean> {
  const labelSelector = rolloutScope(rollout, await readWorkload(client, rollout)).pods
  const restartAt = Date.parse(rollout.spec.restartAt ?? '')
  if (labelSelector === undefined || Number.isNaN(restartAt)) return true
  const { namespace } = rollout.metadata
  const page = await client.list<Pod>(pods, { ...(namespace !== undefined && { namespace }), labelSelector })
  const isNewer = (pod: Pod) => Date.parse(pod.metadata.creationTimestamp ?? '') >= restartAt
  const ready = page.items.filter(
    pod => isNewer(pod) && pod.status?.conditions?.some(each => each.type === 'Ready' && each.status === 'True'),
  )
  return page.items.every(isNewer) && ready.length >= desiredReplicas(rollout)
}
