import { discoveredAt, type Freight, isApprovedFor } from '../freight.ts'
import { durationNanos, hasSoakedIn, soakEndsAtMs, timeNanos } from '../soak-time.ts'
import { requestFor, type Stage } from '../stage.ts'

/**
 * Since when the Freight has been available to the Stage: approved, discovered where the Stage takes it directly, else
 * verified in what the Stage asks for, and soaked there. RFC 3339; null where no object says it or it is not available.
 */
export function availableSince(stage: Stage, freight: Freight, nowMs: number): string | null {
  const sources = requestFor(stage, freight.origin)?.sources ?? {}
  const { approvedFor = {} } = freight.status ?? {}
  const routes: string[] = []
  if (isApprovedFor(freight, stage.metadata.name)) routes.push(approvedFor[stage.metadata.name]?.approvedAt ?? '')
  const upstreams = sources.stages ?? []
  const isAll = sources.availabilityStrategy === 'All'
  if (sources.direct || (isAll && upstreams.length === 0)) routes.push(discoveredAt(freight) ?? '')
  else {
    const times = upstreams.map(upstream => passedSince(freight, upstream, sources.requiredSoakTime, nowMs))
    if (!isAll) routes.push(...times.filter(time => time !== undefined))
    else if (times.every(time => time !== undefined)) routes.push(latest(times))
  }
  return earliest(routes.filter(time => time !== ''))
}

/** When the gate of one upstream Stage opened for the Freight; undefined while it is shut, empty where unknown. */
function passedSince(freight: Freight, upstream: string, required: string | undefined, nowMs: number) {
  const verified = freight.status?.verifiedIn
  if (!verified || !Object.hasOwn(verified, upstream)) return undefined
  if (!hasSoakedIn(freight, upstream, required, nowMs)) return undefined
  const verifiedAt = verified[upstream]?.verifiedAt ?? ''
  const soakedMs = durationNanos(required) ? soakEndsAtMs(freight, upstream, required) : undefined
  // A stay that ended earlier may have been long enough already; when it began is not recorded.
  if (soakedMs === undefined || soakedMs > nowMs) return verifiedAt
  return latest([verifiedAt, new Date(soakedMs).toISOString()])
}

function latest(times: readonly string[]): string {
  return [...times].sort(compare).at(-1) ?? ''
}

function earliest(times: readonly string[]): string | null {
  return [...times].sort(compare)[0] ?? null
}

function compare(one: string, other: string): number {
  const [a, b] = [timeNanos(one) ?? 0n, timeNanos(other) ?? 0n]
  return a < b ? -1 : a > b ? 1 : 0
}
