import type { Condition } from '../../context/kube-object.ts'

export type ConditionFacts = Pick<Condition, 'type' | 'status'> & { reason: string; message: string }

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find(each => each.type === type)
}

/**
 * The conditions with this one set. One of the same status and reason stays as it is, message included; the transition
 * time moves with the status only (argo-rollouts utils/conditions/conditions.go, SetRolloutCondition).
 */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  facts: ConditionFacts,
  now: string,
): Condition[] {
  const current = findCondition(conditions, facts.type)
  if (current && current.status === facts.status && current.reason === facts.reason) return [...(conditions ?? [])]
  const lastTransitionTime = (current?.status === facts.status && current.lastTransitionTime) || now
  return [...withoutCondition(conditions, facts.type), { ...facts, lastTransitionTime, lastUpdateTime: now }]
}

export function withoutCondition(conditions: readonly Condition[] | undefined, type: string): Condition[] {
  return (conditions ?? []).filter(each => each.type !== type)
}
