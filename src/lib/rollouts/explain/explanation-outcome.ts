import type { Outcome } from '../../values/failure.ts'
import type { Explanation } from './explanation.ts'

/** What an explanation amounts to for `--exit-status`: Degraded is negative, anything else that is not Healthy not yet. */
export function explanationOutcome({ phase }: Explanation): Outcome {
  if (phase === 'Healthy') return 'done'
  return phase === 'Degraded' ? 'negative' : 'not-yet'
}
