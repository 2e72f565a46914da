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
  const at = enterMs(view, stage, freight, new Set())
  return Number.isFinite(at) ? at : undefined
}

function enterMs(view: ProjectView, stage: Stage, freight: Freight, above: ReadonlySet<string>): number {
  if (isFreightAvailable(stage, freight, view.nowMs, view.version)) return view.nowMs
  const {
    stages: upstreams = [],
    requiredSoakTime,
    availabilityStrategy,
  } = requestFor(stage, freight.origin)?.sources ?? {}
  if (upstreams.length === 0 || above.has(stage.metadata.name)) return Number.POSITIVE_INFINITY
  const way = new Set([...above, stage.metadata.name])
  const times = upstreams.map(upstream => passMs(view, upstream, requiredSoakTime, freight, way))
  return availabilityStrategy === 'All' ? Math.max(...times) : Math.min(...times)
}

function passMs(
  view: ProjectView,
  name: string,
  required: string | undefined,
  freight: Freight,
  way: ReadonlySet<string>,
) {
  const soakMs = Number((durationNanos(required) ?? 0n) / 1_000_000n)
  const stage = view.stage(name)
  const isVerified = isVerifiedIn(freight, name)
  if (isVerified && hasSoakedIn(freight, name, required, view.nowMs)) return view.nowMs
  // Nothing soaks in a Stage that has no steps, or that is not there.
  if (!stage || (isControlFlow(stage) && soakMs > 0)) return Number.POSITIVE_INFINITY
  if (isCurrentlyIn(freight, name)) return Math.max(view.nowMs, soakEndsAtMs(freight, name, required) ?? view.nowMs)
  return enterMs(view, stage, freight, way) + soakMs
}
