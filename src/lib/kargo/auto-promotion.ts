import { type AvailableFreight, followsUpstream } from './available-freight.ts'
import { compareNewestFirst, type Freight, isSameOrigin, originKey } from './freight.ts'
import { compareNewestCreatedFirst, isTerminal, type Promotion } from './promotion.ts'
import { currentFreight, type FreightRequest, requestsOf, type Stage } from './stage.ts'

/** Why the Stage controller's next pass promotes nothing of an origin, in the order in which it asks. */
export type AutoPromotionBlock =
  | 'hold'
  | 'no-candidate'
  | 'match-upstream-ambiguous'
  | 'already-current'
  | 'already-awaited'
  | 'unprocessed-promotion'
  | 'last-promotion-not-successful'

export type AutoPromotionStep = { promotes: string } | { blockedBy: AutoPromotionBlock }

/**
 * The Freight of each origin that auto-promotion would choose from what is listed: the newest, and with MatchUpstream
 * the only one. It knows nothing of policies, holds and Promotions. Keys are `Warehouse/web`.
 *
 * @see Kargo pkg/api/auto_promotion.go SelectAutoPromotionCandidates
 */
export function autoPromotionCandidates(stage: Stage, available: readonly Freight[]): Map<string, Freight> {
  const candidates = new Map<string, Freight>()
  for (const request of requestsOf(stage)) {
    const ofOrigin = available.filter(each => isSameOrigin(each.origin, request.origin))
    const newest = [...ofOrigin].sort(compareNewestFirst)[0]
    if (newest && !isAmbiguous(request, ofOrigin)) candidates.set(originKey(request.origin), newest)
  }
  return candidates
}

function isAmbiguous(request: FreightRequest, ofOrigin: readonly Freight[]): boolean {
  return followsUpstream(request) && ofOrigin.length > 1
}

/**
 * What the next pass of the Stage controller does for every origin, if auto-promotion is on. Admission is not asked:
 * where it refuses what is promoted here, the whole pass ends with that error.
 *
 * @param promotions those of the Project, in any order
 * @see Kargo 1.11.2 pkg/controller/stages/regular_stages.go autoPromoteFreight
 */
export function autoPromotionSteps(
  stage: Stage,
  available: AvailableFreight,
  promotions: readonly Promotion[],
): Map<string, AutoPromotionStep> {
  const steps = new Map<string, AutoPromotionStep>()
  if ('error' in available) return steps
  const candidates = autoPromotionCandidates(stage, available.freight)
  for (const request of requestsOf(stage)) {
    const key = originKey(request.origin)
    const candidate = candidates.get(key)
    const ofOrigin = available.freight.filter(each => isSameOrigin(each.origin, request.origin))
    if (stage.status?.effectiveAutoPromotionHolds?.[key]) steps.set(key, { blockedBy: 'hold' })
    else if (!candidate)
      steps.set(key, { blockedBy: isAmbiguous(request, ofOrigin) ? 'match-upstream-ambiguous' : 'no-candidate' })
    else steps.set(key, stepOf(stage, candidate, promotions))
  }
  return steps
}

function stepOf(stage: Stage, candidate: Freight, promotions: readonly Promotion[]): AutoPromotionStep {
  const { name } = candidate.metadata
  if (currentFreight(stage, candidate.origin)?.name === name) return { blockedBy: 'already-current' }
  if (stage.status?.currentPromotion?.freight?.name === name) return { blockedBy: 'already-awaited' }
  const ours = promotionsOf(stage, name, promotions)
  if (ours.some(each => isUnprocessed(stage, each))) return { blockedBy: 'unprocessed-promotion' }
  const newest = newestTerminal(ours)
  // Kargo never repeats by itself what did not succeed.
  if (newest && newest.status?.phase !== 'Succeeded') return { blockedBy: 'last-promotion-not-successful' }
  return { promotes: name }
}

export function promotionsOf(stage: Stage, freightName: string, promotions: readonly Promotion[]): Promotion[] {
  return promotions.filter(
    ({ metadata, spec }) =>
      metadata.namespace === stage.metadata.namespace &&
      spec.stage === stage.metadata.name &&
      spec.freight === freightName,
  )
}

export function newestTerminal(promotions: readonly Promotion[]): Promotion | undefined {
  return promotions.filter(isTerminal).sort(compareNewestCreatedFirst)[0]
}

/** Not ended, or ended well and not yet seen by the Stage. */
function isUnprocessed(stage: Stage, promotion: Promotion): boolean {
  if (!isTerminal(promotion)) return true
  const last = stage.status?.lastPromotion?.name
  return promotion.status?.phase === 'Succeeded' && (last === undefined || promotion.metadata.name > last)
}
