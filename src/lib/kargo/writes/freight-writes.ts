import { type Freight, isApprovedFor, originKey } from '../freight.ts'
import { freights, keys } from '../kargo-resources.ts'
import { requestFor, type Stage } from '../stage.ts'
import { freightLabel } from '../trace/commands.ts'
import { type KargoPlan, mergePatch, refusedPlan } from './kargo-write.ts'

/**
 * Approves Freight for a Stage, which passes over verification and soak and promotes nothing by itself.
 *
 * @param at RFC 3339
 * @see Kargo pkg/server/approve_freight.go
 */
export function planApproval(stage: Stage, freight: Freight, at: string): KargoPlan {
  const [what, where] = [freightLabel(freight), stage.metadata.name]
  if (!requestFor(stage, freight.origin))
    return refusedPlan(
      'OriginNotRequested',
      `Stage ${where} does not request Freight of ${originKey(freight.origin)}: an approval of ${what} would have no effect`,
    )
  if (isApprovedFor(freight, where))
    return { kind: 'nothing', says: `Freight ${what} is approved for ${where} already` }
  return {
    kind: 'write',
    write: mergePatch(freights, freight, { status: { approvedFor: { [where]: { approvedAt: at } } } }, 'status'),
    says: `Freight ${what} is approved for ${where}`,
    notes: [`${where} now takes it without verification and soak in the Stages before it`],
  }
}

/** Takes an approval back; what was promoted because of it stays. Also for a Stage that is not there any more. */
export function planUnapproval(stage: string, freight: Freight): KargoPlan {
  const what = freightLabel(freight)
  if (!isApprovedFor(freight, stage)) return { kind: 'nothing', says: `Freight ${what} is not approved for ${stage}` }
  return {
    kind: 'write',
    write: mergePatch(freights, freight, { status: { approvedFor: { [stage]: null } } }, 'status'),
    says: `Freight ${what} is no longer approved for ${stage}`,
    notes: ['a Promotion that has not started ends Errored if the Freight is not available otherwise'],
  }
}

/**
 * Gives Freight another alias. The label goes along, since without Kargo's webhook nobody else sets it.
 *
 * @param others all Freight of the Project, among which an alias must be unique
 * @see Kargo pkg/server/update_freight_alias.go
 */
export function planAlias(freight: Freight, alias: string, others: readonly Freight[]): KargoPlan {
  const taken = others.find(each => each.metadata.name !== freight.metadata.name && freightLabel(each) === alias)
  if (taken)
    return refusedPlan('AliasTaken', `the alias ${alias} belongs to Freight ${taken.metadata.name} of the same Project`)
  if (freight.alias === alias && freight.metadata.labels?.[keys.alias] === alias)
    return { kind: 'nothing', says: `Freight ${freight.metadata.name} is called ${alias} already` }
  return {
    kind: 'write',
    write: mergePatch(freights, freight, { alias, metadata: { labels: { [keys.alias]: alias } } }),
    says: `Freight ${freight.metadata.name} is now called ${alias}`,
    notes: [],
  }
}
