import { isFreightAvailable } from '../admission.ts'
import { autoPromotionCandidates } from '../auto-promotion.ts'
import type { Freight, Origin } from '../freight.ts'
import { originKey } from '../freight.ts'
import { keys, promotions } from '../kargo-resources.ts'
import { isTerminal, type Promotion } from '../promotion.ts'
import { isControlFlow, type Stage } from '../stage.ts'
import { isAutoPromoted } from '../trace/auto-promotion-gate.ts'
import { blocksTo } from '../trace/blocks.ts'
import { freightLabel } from '../trace/commands.ts'
import type { ProjectView } from '../trace/project-objects.ts'
import { type KargoPlan, mergePatch, refusedPlan } from './kargo-write.ts'
import { type PromotionObjectOptions, promotionObject } from './promotion-object.ts'

/**
 * Promotes Freight to a Stage, or says which gate is shut. Notes tell when that sets or lifts a hold of auto-promotion
 * (since 1.11): Freight that auto-promotion would not choose holds it, what it would choose resumes it.
 */
export function planPromotion(
  view: ProjectView,
  stage: Stage,
  freight: Freight,
  options: PromotionObjectOptions,
): KargoPlan {
  const [what, where] = [freightLabel(freight), stage.metadata.name]
  if (isControlFlow(stage))
    return refusedPlan('ControlFlowStage', `Stage ${where} has no promotion steps: it passes Freight on by itself`)
  if (!isFreightAvailable(stage, freight, view.nowMs, view.version)) {
    const [gate] = blocksTo(view, stage, freight)
    const isThere = gate?.reason === 'already-in-stage'
    const why = gate && !isThere ? `: ${gate.reason} at ${gate.stage}` : isThere ? ', although it is in it now' : ''
    return refusedPlan('FreightNotAvailable', `Freight ${what} is not available to Stage ${where}${why}`, [
      `kubectl canary freight trace ${what} --to ${where} -n ${view.project}`,
    ])
  }
  const object = promotionObject(stage, freight, options)
  const write = { verb: 'create' as const, type: promotions, namespace: view.project, object }
  return {
    kind: 'write',
    write,
    says: `Freight ${what} is promoted to ${where}`,
    notes: holdNotes(view, stage, freight),
  }
}

function holdNotes(view: ProjectView, stage: Stage, freight: Freight): string[] {
  if (view.version !== '1.11' || !isAutoPromoted(view, stage)) return []
  const key = originKey(freight.origin)
  const list = view.available(stage)
  const candidate = 'error' in list ? undefined : autoPromotionCandidates(stage, list.freight).get(key)
  const isHeld = stage.status?.effectiveAutoPromotionHolds?.[key] !== undefined
  const where = stage.metadata.name
  if (candidate?.metadata.name !== freight.metadata.name)
    return [`this holds auto-promotion of ${key} in ${where} until its newest Freight is promoted by hand`]
  return isHeld ? [`this lifts the hold on auto-promotion of ${key} in ${where}`] : []
}

/** Promotes what auto-promotion would choose of a Warehouse; Kargo 1.11 and its webhook choose. */
export function planPromotionOfOrigin(stage: Stage, origin: Origin): KargoPlan {
  const { name, namespace = '' } = stage.metadata
  if (isControlFlow(stage))
    return refusedPlan('ControlFlowStage', `Stage ${name} has no promotion steps: it passes Freight on by itself`)
  const object = {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Promotion',
    metadata: { namespace, generateName: 'promo-' },
    spec: { stage: name, origin: { kind: origin.kind, name: origin.name } },
  }
  const write = { verb: 'create' as const, type: promotions, namespace, object }
  return { kind: 'write', write, says: `the newest Freight of ${originKey(origin)} is promoted to ${name}`, notes: [] }
}

/** @see Kargo pkg/server/abort_promotion.go */
export function planPromotionAbort(promotion: Promotion): KargoPlan {
  const { name } = promotion.metadata
  if (isTerminal(promotion))
    return refusedPlan(
      'PromotionEnded',
      `Promotion ${name} has ended (${promotion.status?.phase}): there is nothing to abort`,
    )
  const annotations = { [keys.abort]: JSON.stringify({ action: 'terminate' }) }
  const write = mergePatch(promotions, promotion, { metadata: { annotations } })
  return { kind: 'write', write, says: `Promotion ${name} is to be aborted`, notes: [] }
}

export function planPromotionDelete(promotion: Promotion): KargoPlan {
  const { name, namespace = '' } = promotion.metadata
  const write = { verb: 'delete' as const, type: promotions, ref: { namespace, name } }
  const notes = isTerminal(promotion) ? [] : ['it had not ended: what it has done so far stays done']
  return { kind: 'write', write, says: `Promotion ${name} is deleted`, notes }
}
