import { parseTime } from '../../values/human-duration.ts'
import type { Stage } from '../stage.ts'
import type { Lease, ProjectObjects } from './project-objects.ts'

const controllerLabel = 'kargo.akuity.io/controller'

export interface DeadShard {
  /** empty for Stages without a shard */
  shard: string
  /** RFC 3339 time of the last heartbeat; undefined where there is no Lease: the controller was stopped or never ran */
  lastRenewed?: string
}

/**
 * The shard of a Stage when no controller lives for it. Undefined when one does, and when that cannot be told: no Lease
 * may be read, or no controller writes one (before 1.10).
 *
 * @see Kargo pkg/server/get_controller_heartbeats.go
 */
export function deadShard(stage: Stage, { leases, nowMs }: ProjectObjects): DeadShard | undefined {
  const heartbeats = leases?.filter(each => each.metadata.labels?.[controllerLabel] !== undefined) ?? []
  if (heartbeats.length === 0) return undefined
  const shard = stage.spec.shard ?? ''
  // A default controller with a shard of its own also takes Stages without one, and no Lease says which that is.
  const able = shard === '' ? heartbeats : heartbeats.filter(each => each.metadata.labels?.[controllerLabel] === shard)
  if (able.some(each => isAlive(each, nowMs))) return undefined
  const lastRenewed = able
    .map(each => each.spec?.renewTime)
    .filter(time => time !== undefined)
    .sort((one, other) => (parseTime(other) ?? 0) - (parseTime(one) ?? 0))[0]
  return { shard, ...(lastRenewed !== undefined && { lastRenewed }) }
}

function isAlive({ spec }: Lease, nowMs: number): boolean {
  const renewedMs = parseTime(spec?.renewTime)
  return renewedMs !== undefined && renewedMs + (spec?.leaseDurationSeconds ?? 120) * 1000 >= nowMs
}
