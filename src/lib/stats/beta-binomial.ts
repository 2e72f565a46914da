import { logBeta } from './gamma.ts'
import { logUpperBeta } from './incomplete-beta.ts'

/** Events of the canary and of the stable version, of which `share` would be the canary's under no difference. */
export interface ArmCounts {
  canary: number
  stable: number
  share: number
}

/**
 * log e-value of "the events split as the exposures do", by a Beta(a, b) mixture over the canary's share (Lindon & Malek,
 * NeurIPS 2022): the closed form for a constant split, which the grid of effects is tested against.
 *
 * @param oneSided mixes over shares above `share` only
 */
export function logBetaBinomialEvidence(
  { canary, stable, share }: ArmCounts,
  { a, b, oneSided = false }: { a: number; b: number; oneSided?: boolean },
): number {
  const upper = oneSided ? logUpperBeta(share, a + canary, b + stable) - logUpperBeta(share, a, b) : 0
  return (
    logBeta(a + canary, b + stable) - logBeta(a, b) + upper - canary * Math.log(share) - stable * Math.log1p(-share)
  )
}
