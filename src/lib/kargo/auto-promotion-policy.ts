import type { LabelSelector } from '../context/kube-object.ts'
import { matchesSelector, requirementsOf } from '../kube/selectors.ts'
import { matchesNamePattern, PatternError } from './name-pattern.ts'
import type { ProjectConfig, PromotionPolicy } from './project-config.ts'
import type { Stage } from './stage.ts'

/** Whether auto-promotion is on for a Stage, and by which policy (index in the ProjectConfig), or why it cannot be told. */
export type AutoPromotionPolicy = { enabled: boolean; policy?: number } | { error: string }

/**
 * What the policies of the Project say about a Stage: in their order the first match decides, none is off.
 *
 * @param config any ProjectConfig; only the one that has the Project's name and lies in it counts
 * @see Kargo pkg/api/auto_promotion.go IsAutoPromotionEnabled
 */
export function autoPromotionPolicy(stage: Stage, config: ProjectConfig | null | undefined): AutoPromotionPolicy {
  const project = stage.metadata.namespace
  if (!config || config.metadata.name !== project || config.metadata.namespace !== project) return { enabled: false }
  for (const [index, policy] of (config.spec?.promotionPolicies ?? []).entries()) {
    try {
      if (matchesStage(policy, stage)) return { enabled: policy.autoPromotionEnabled ?? false, policy: index }
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      return { error: error.message }
    }
  }
  return { enabled: false }
}

/** A policy that names nothing is for every Stage; name and labels must both match, the name is asked first. */
function matchesStage(policy: PromotionPolicy, { metadata }: Stage): boolean {
  const { stageSelector } = policy
  const name = stageSelector ? stageSelector.name : policy.stage
  if (name) {
    try {
      if (!matchesNamePattern(name, metadata.name)) return false
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      throw new PatternError(`error parsing PromotionPolicy name pattern ${JSON.stringify(name)}: ${error.message}`)
    }
  }
  if (!stageSelector) return true
  checkSelector(stageSelector)
  return matchesSelector(metadata.labels, requirementsOf(stageSelector))
}

const labelKey = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/
const labelValue = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/

/** @throws PatternError for what apimachinery's LabelSelectorAsSelector refuses */
function checkSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): void {
  const equal = Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'In', values: [value] }))
  for (const { key, operator, values = [] } of [...equal, ...matchExpressions]) {
    const wantsValues = operator === 'In' || operator === 'NotIn'
    if (!wantsValues && operator !== 'Exists' && operator !== 'DoesNotExist')
      throw new PatternError(`${JSON.stringify(operator)} is not a valid label selector operator`)
    if (wantsValues !== values.length > 0)
      throw new PatternError(`label selector operator ${operator} ${wantsValues ? 'needs values' : 'takes no values'}`)
    if (!labelKey.test(key)) throw new PatternError(`${JSON.stringify(key)} is not a valid label key`)
    const wrong = values.find(value => !labelValue.test(value))
    if (wrong !== undefined) throw new PatternError(`${JSON.stringify(wrong)} is not a valid label value`)
  }
}
