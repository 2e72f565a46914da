import { revisionOf } from '../../rollouts/ownership.ts'
import type { AnalysisRun } from '../../rollouts/rollout.ts'

/** What an AnalysisRun was made for, as far as the run itself says it. */
export interface RunOwner {
  /** `Rollout`, `Experiment`, `Freight`, ... */
  kind: string
  name: string
  uid: string
  /** of the Rollout */
  revision?: number
  /** `Step | Background | PrePromotion | PostPromotion` */
  type?: string
  stepIndex?: number
  /** Kargo's Stage whose verification it is */
  stage?: string
}

const stageLabel = 'kargo.akuity.io/stage'

/** Undefined for a run that nobody owns, such as one that was made by hand. */
export function runOwner(run: AnalysisRun): RunOwner | undefined {
  const { ownerReferences = [], labels = {} } = run.metadata
  const owner = ownerReferences.find(each => each.controller) ?? ownerReferences[0]
  const stage = labels[stageLabel]
  if (!owner) return stage ? { kind: 'Stage', name: stage, uid: '', stage } : undefined
  const revision = revisionOf(run)
  const { 'rollout-type': type, 'step-index': stepIndex } = labels
  const isRollout = owner.kind === 'Rollout'
  return {
    kind: owner.kind,
    name: owner.name,
    uid: owner.uid,
    ...(isRollout && revision > 0 ? { revision } : {}),
    ...(isRollout && type ? { type } : {}),
    ...(isRollout && stepIndex !== undefined && /^\d+$/.test(stepIndex) ? { stepIndex: Number(stepIndex) } : {}),
    ...(stage ? { stage } : {}),
  }
}
