/**
 * How a command ended. Exit codes are computed from this alone, in cli/exit-codes.ts.
 *
 * - `done`: the goal was reached, or the question answered
 * - `error`: API, network, not found, forbidden, unusable kubeconfig, deleted while waited for, a bug
 * - `usage`: bad flag, selector, duration, ambiguous name, invalid file
 * - `negative`: Degraded, aborted, failed analysis, Unhealthy, failed promotion, lint findings
 * - `no-verdict`: inconclusive, not enough data
 * - `not-yet`: a one-shot look at something progressing, or a wait that met an indefinite pause
 * - `refused`: objects were read, a precondition does not hold, nothing was changed
 */
export type Outcome =
  | 'done'
  | 'error'
  | 'usage'
  | 'negative'
  | 'no-verdict'
  | 'not-yet'
  | 'timed-out'
  | 'refused'
  | 'interrupted'

export interface FailureDetails {
  /** What to do next, one sentence or command each, shown below the message. */
  hints?: readonly string[]
  /** What the message is headed with, `error` by default: `Error from server (NotFound)`. */
  label?: string
  /** Stable word for programs, in Kubernetes' manner: `NotFound`, `Forbidden`, `UnknownFlag`. */
  reason?: string
  cause?: unknown
}

/**
 * Everything that ends a command early. The message says what failed, to what and why; it never carries a stack
 * trace to the user, and text taken from a cluster must already be safe for a terminal (values/safe-text.ts).
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly outcome: Exclude<Outcome, 'done'>
  readonly hints: readonly string[]
  readonly reason: string | undefined
  readonly label: string

  constructor(outcome: Exclude<Outcome, 'done'>, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.outcome = outcome
    this.hints = details.hints ?? []
    this.reason = details.reason
    this.label = details.label ?? 'error'
  }
}

/** A usage error (exit code 2): the command line or a file says something that cannot be meant. */
export function usage(message: string, details: FailureDetails = {}): Failure {
  return new Failure('usage', message, details)
}
