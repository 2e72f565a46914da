import { isFreightAvailable } from '../admission.ts'
import { type Freight, isCurrentlyIn, isVerifiedIn } from '../freight.ts'
import { durationNanos, hasSoakedIn, soakEndsAtMs } from '../soak-time.ts'
import { isControlFlow, requestFor, type Stage } from '../stage.ts'
import type { ProjectView } from './project-objects.ts'

/**
 * The earliest moment at which the Freight can become available to the Stage if everything else is done at once, so that
 * only soak times are waited for. Milliseconds since the epoch, not before now; undefined where it never will be without
 * an approval or another Stage.
 */
export function availableNotBeforeMs(view: ProjectView, stage: Stage, freight: Freight): number | undefined {
  const at = enterMs(view, stage, freight, new Map())
  return Number.isFinite(at) ? at : undefined
}

/** @param known of the Stages looked at; of one that is being looked at, in a circle, it is never */
function enterMs(view: ProjectView, stage: Stage, freight: Freight, known: Map<string, number>): number {
  const found = known.get(stage.metadata.name)
  if (found !== undefined) return found
  if (isFreightAvailable(stage, freight, view.nowMs, view.version)) return view.nowMs
  const {
    stages: upstreams = [],
    requiredSoakTime,
    availabilityStrategy,
  } = requestFor(stage, freight.origin)?.sources ?? {}
  known.set(stage.metadata.name, Number.POSITIVE_INFINITY)
  const times = upstreams.map(upstream => passMs(view, upstream, requiredSoakTime, freight, known))
  const atMs = times.length > 0 && availabilityStrategy === 'All' ? Math.max(...times) : Math.min(...times)
  known.set(stage.metadata.name, atMs)
  return atMs
}

function passMs(
  view: ProjectView,
  name: string,
  required: string | undefined,
  freight: Freight,
  known: Map<string, number>,
) {
  const soakMs = Number((durationNanos(required) ?? 0n) / 1_000_000n)
  const stage = view.stage(name)
  const isVerified = isVerifiedIn(freight, name)
  if (isVerified && hasSoakedIn(freight, name, required, view.nowMs)) return view.nowMs
  // Nothing soaks in a Stage that has no steps, or that is not there.
  if (!stage || (isControlFlow(stage) && soakMs > 0)) return Number.POSITIVE_INFINITY
  if (isCurrentlyIn(freight, name)) return Math.max(view.nowMs, soakEndsAtMs(freight, name, required) ?? view.nowMs)
  return enterMs(view, stage, freight, known) + soakMs
}
