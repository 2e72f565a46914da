import { type Freight, isApprovedFor, isCurrentlyIn, isSameOrigin, isVerifiedIn } from './freight.ts'
import { hasSoakedIn } from './soak-time.ts'
import { type FreightRequest, requestsOf, type Stage } from './stage.ts'
import type { Warehouse } from './warehouse.ts'

/** What Kargo's API lists, or the error that it answers instead of a list. */
export type AvailableFreight = { freight: Freight[] } | { error: string }

/**
 * The Freight that Kargo lists as available to a Stage, by name: what its UI and CLI show, what auto-promotion chooses
 * from, and what a control-flow Stage passes on. Admission (admission.ts) asks differently; where both disagree, both
 * are right about themselves.
 *
 * @param freight all of the Project; those of other namespaces are left out
 * @see Kargo 1.11.2 pkg/api/stage.go ListFreightAvailableToStage, pkg/api/warehouse.go ListFreightFromWarehouse
 */
export function listAvailableFreight(
  stage: Stage,
  warehouses: readonly Warehouse[],
  freight: readonly Freight[],
  nowMs: number,
): AvailableFreight {
  const { namespace } = stage.metadata
  const ofProject = freight.filter(each => each.metadata.namespace === namespace)
  const byName = new Map<string, Freight>()
  for (const request of requestsOf(stage)) {
    const { name } = request.origin
    const isThere = warehouses.some(each => each.metadata.name === name && each.metadata.namespace === namespace)
    // One missing Warehouse fails the whole Stage, also where its other requests are fine.
    if (!isThere) return { error: `Warehouse "${name}" not found in namespace "${namespace ?? ''}"` }
    const strategy = request.sources?.availabilityStrategy ?? ''
    if (!request.sources?.direct && !['All', 'OneOf', ''].includes(strategy))
      return { error: `unsupported AvailabilityStrategy: ${strategy}` }
    for (const each of ofProject) if (isListed(each, request, stage, nowMs)) byName.set(each.metadata.name, each)
  }
  const sorted = [...byName].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each)
  return { freight: sorted }
}

/** Whether one request of the Stage lists the Freight; its Warehouse and strategy are known to exist. */
export function isListed(freight: Freight, request: FreightRequest, stage: Stage, nowMs: number): boolean {
  if (!isSameOrigin(freight.origin, request.origin)) return false
  const { sources = {} } = request
  if (sources.direct) return true
  const isApproved = isApprovedFor(freight, stage.metadata.name)
  const upstreams = sources.stages ?? []
  if (followsUpstream(request) && upstreams[0] !== undefined && !isCurrentlyIn(freight, upstreams[0])) return false
  if (isApproved) return true
  const isAll = sources.availabilityStrategy === 'All'
  const verified = (upstream: string) => isVerifiedIn(freight, upstream)
  if (!(isAll ? upstreams.every(verified) : upstreams.some(verified))) return false
  if (upstreams.length === 0 || sources.requiredSoakTime === undefined) return true
  return isAll ? hasSoakedInExactly(freight, request, nowMs) : hasSoakedAnywhere(freight, request, nowMs)
}

export function followsUpstream(request: FreightRequest): boolean {
  return request.sources?.autoPromotionOptions?.selectionPolicy === 'MatchUpstream'
}

/** Every Stage in which the Freight is verified and has soaked, listed by the request or not. */
export function soakedStages(freight: Freight, required: string | undefined, nowMs: number): string[] {
  return Object.keys(freight.status?.verifiedIn ?? {}).filter(stage => hasSoakedIn(freight, stage, required, nowMs))
}

/** Kargo compares two sets for equality, so that a further Stage, even this one, shuts the Freight out (kargo #4586). */
function hasSoakedInExactly(freight: Freight, { sources = {} }: FreightRequest, nowMs: number): boolean {
  const soaked = new Set(soakedStages(freight, sources.requiredSoakTime, nowMs))
  const wanted = new Set(sources.stages)
  return soaked.size === wanted.size && [...wanted].every(stage => soaked.has(stage))
}

/** The soak may come from any Stage, not only from one that the request lists. */
function hasSoakedAnywhere(freight: Freight, { sources = {} }: FreightRequest, nowMs: number): boolean {
  return soakedStages(freight, sources.requiredSoakTime, nowMs).length > 0
}
