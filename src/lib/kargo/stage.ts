import type { Condition, KubeObject } from '../context/kube-object.ts'
import { type FreightReference, isSameOrigin, type Origin, originKey } from './freight.ts'
import type { PromotionStatus, PromotionStep, Variable } from './promotion.ts'

/** kargo.akuity.io/v1alpha1 Stage as we read it (Kargo 1.9 to 1.11). */
export interface Stage extends KubeObject {
  spec: StageSpec
  status?: StageStatus
}

export interface StageSpec {
  shard?: string
  vars?: Variable[]
  requestedFreight?: FreightRequest[]
  promotionTemplate?: { spec?: { vars?: Variable[]; steps?: PromotionStep[] } } | null
  verification?: {
    analysisTemplates?: { name: string; kind?: string }[]
    analysisRunMetadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
    args?: { name: string; value?: string }[]
  }
}

export interface FreightRequest {
  origin: Origin
  sources?: FreightSources
}

export interface FreightSources {
  /** Any Freight of the Warehouse, verified or not; everything else here is then ignored. */
  direct?: boolean
  /** Stages in which it must have been verified */
  stages?: string[]
  /** Go duration */
  requiredSoakTime?: string
  /** `All` or `OneOf`, which is also what an empty one means */
  availabilityStrategy?: string
  autoPromotionOptions?: { selectionPolicy?: string }
}

export interface StageStatus {
  conditions?: Condition[]
  observedGeneration?: number
  lastHandledRefresh?: string
  freightSummary?: string
  /** newest first, at most ten */
  freightHistory?: FreightCollection[]
  health?: { status?: string; issues?: string[] }
  currentPromotion?: PromotionReference
  lastPromotion?: PromotionReference
  autoPromotionEnabled?: boolean
  /** by origin; since 1.11. Those of Promotions that ended */
  autoPromotionHolds?: Record<string, AutoPromotionHold>
  /** by origin; since 1.11. Those in force, the ones of running Promotions included */
  effectiveAutoPromotionHolds?: Record<string, AutoPromotionHold>
  promotionWindowStatus?: { closed?: boolean; reason?: string; nextOpen?: string; nextClose?: string }
}

export interface FreightCollection {
  id?: string
  /** by origin, `Warehouse/web` */
  items?: Record<string, FreightReference>
  /** newest first */
  verificationHistory?: Verification[]
}

export interface Verification {
  id?: string
  actor?: string
  startTime?: string
  /** set from the start while Pending, so it means the end only in a terminal phase */
  finishTime?: string
  phase?: string
  message?: string
  analysisRun?: { namespace?: string; name?: string; phase?: string }
}

export interface PromotionReference {
  name: string
  freight?: FreightReference
  status?: PromotionStatus
  finishedAt?: string
}

export interface AutoPromotionHold {
  freightName?: string
  origin?: Origin
  promotionName?: string
  actor?: string
  createdAt?: string
}

/** A Stage without promotion steps: it passes Freight on as soon as it is available, and cannot be promoted to. */
export function isControlFlow(stage: Stage): boolean {
  return (stage.spec.promotionTemplate?.spec?.steps?.length ?? 0) === 0
}

export function requestsOf(stage: Stage): FreightRequest[] {
  return stage.spec.requestedFreight ?? []
}

/** The Stage's request for Freight of an origin; the first one where an old object asks for it twice. */
export function requestFor(stage: Stage, origin: Origin | undefined): FreightRequest | undefined {
  return requestsOf(stage).find(request => isSameOrigin(request.origin, origin))
}

/** The Freight of that origin that the Stage holds now. */
export function currentFreight(stage: Stage, origin: Origin | undefined): FreightReference | undefined {
  return stage.status?.freightHistory?.[0]?.items?.[originKey(origin)]
}

export function holdsNow(stage: Stage, freightName: string): boolean {
  return Object.values(stage.status?.freightHistory?.[0]?.items ?? {}).some(item => item.name === freightName)
}
