import { type Freight, isApprovedFor, isSameOrigin, isVerifiedIn } from './freight.ts'
import type { KargoVersion } from './kargo-version.ts'
import { hasSoakedIn } from './soak-time.ts'
import { isControlFlow, requestsOf, type Stage } from './stage.ts'

/**
 * Whether the Freight may be promoted to the Stage: what the admission webhook answers, and the controller again when
 * the Promotion starts. The list of available Freight (available-freight.ts) is another algorithm with other answers.
 *
 * @param version up to 1.10 an approval counts even for an origin that the Stage does not request
 * @see Kargo api/v1alpha1/stage_types.go IsFreightAvailable
 */
export function isFreightAvailable(
  stage: Stage,
  freight: Freight,
  nowMs: number,
  version: KargoVersion = '1.11',
): boolean {
  const name = stage.metadata.name
  if (stage.metadata.namespace !== freight.metadata.namespace) return false
  const isApproved = isApprovedFor(freight, name)
  if (version !== '1.11' && isApproved) return true
  for (const { origin, sources = {} } of requestsOf(stage)) {
    if (!isSameOrigin(origin, freight.origin)) continue
    if (isApproved || sources.direct) return true
    const passed = (upstream: string) =>
      isVerifiedIn(freight, upstream) && hasSoakedIn(freight, upstream, sources.requiredSoakTime, nowMs)
    const upstreams = sources.stages ?? []
    // A later request for the same origin is not looked at after this one.
    if (sources.availabilityStrategy === 'All') return upstreams.every(passed)
    // Any other word counts as OneOf here, while the list answers with an error.
    if (upstreams.some(passed)) return true
  }
  return false
}

/**
 * Whether a Promotion of the Freight to the Stage would be admitted, as far as the objects decide: available, and a
 * Stage that has steps. Permissions are asked for elsewhere.
 *
 * @see Kargo pkg/webhook/kubernetes/promotion/webhook.go
 */
export function isPromotionAccepted(
  stage: Stage,
  freight: Freight,
  nowMs: number,
  version: KargoVersion = '1.11',
): boolean {
  return !isControlFlow(stage) && isFreightAvailable(stage, freight, nowMs, version)
}
