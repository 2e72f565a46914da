import type { Condition, KubeObject, LabelSelector } from '../../context/kube-object.ts'
import type { Pod } from '../../kube/core-objects.ts'
import { podDisruptionBudgets, pods } from '../../kube/resource-types.ts'
import { isEqual } from '../store/json.ts'
import { createMergePatch } from '../store/patches.ts'
import { labelSelector, selectorText } from '../store/selectors.ts'
import { withCondition } from './conditions.ts'
import { type Environment, timestamp } from './environment.ts'
import { isPodReady } from './pod-state.ts'

interface Budget extends KubeObject {
  spec?: { minAvailable?: number | string; maxUnavailable?: number | string; selector?: LabelSelector }
  status?: { disruptionsAllowed?: number; conditions?: Condition[] }
}

/** Says how many of a budget's pods may be evicted (kubernetes pkg/controller/disruption). */
export function reconcileBudget(environment: Environment, ref: { namespace: string; name: string }): void {
  const { store } = environment
  const budget = store.find<Budget>(podDisruptionBudgets, ref)
  if (!budget) return
  const isMeant = labelSelector(selectorText(budget.spec?.selector))
  const meant = store.all<Pod>(pods, ref.namespace).filter(each => isMeant(each.metadata.labels))
  const alive = meant.filter(each => !each.metadata.deletionTimestamp)
  const expectedPods = alive.length
  const currentHealthy = alive.filter(isPodReady).length
  const desiredHealthy = healthyWanted(budget.spec ?? {}, expectedPods)
  const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0
  const facts = {
    type: 'DisruptionAllowed',
    status: disruptionsAllowed > 0 ? ('True' as const) : ('False' as const),
    reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  }
  const before = budget.status ?? {}
  const conditions = withCondition(before.conditions, facts, timestamp(environment)).map(
    ({ lastUpdateTime: _, ...each }) => each,
  )
  const observedGeneration = budget.metadata.generation ?? 0
  const status = { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods, observedGeneration, conditions }
  if (isEqual(before, status)) return
  const body = { status: createMergePatch(before, status) }
  const manager = 'kube-controller-manager'
  store.patch(podDisruptionBudgets, ref, { type: 'merge', body, subresource: 'status' }, { manager })
}

function healthyWanted({ minAvailable, maxUnavailable }: NonNullable<Budget['spec']>, expected: number): number {
  if (maxUnavailable !== undefined) return Math.max(0, expected - share(maxUnavailable, expected))
  return share(minAvailable ?? 1, expected)
}

/** Percentages are rounded up, in favour of the pods that stay as of those that may go. */
function share(value: number | string, expected: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * expected) / 100)
}
