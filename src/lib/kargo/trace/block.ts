/** Why a piece of Freight is not in a Stage. The words are the product's contract, for scripts as well. */
export type BlockReason =
  | 'upstream-not-reached'
  | 'origin-not-requested'
  | 'no-sources'
  | 'promotion-pending'
  | 'promotion-running'
  | 'promotion-failed'
  | 'promotion-errored'
  | 'promotion-aborted'
  | 'health-not-healthy'
  | 'verification-pending'
  | 'verification-running'
  | 'verification-failed'
  | 'verification-error'
  | 'verification-inconclusive'
  | 'verification-aborted'
  | 'superseded-before-verification'
  | 'soaking'
  | 'superseded-while-soaking'
  | 'all-needs-more-upstreams'
  | 'control-flow-upstream'
  | 'soak-all-list-bug'
  | 'stage-not-reconciled'
  | 'stage-not-found'
  | 'shard-dead'
  | 'warehouse-missing'
  | 'auto-promotion-off'
  | 'auto-promotion-held'
  | 'auto-promotion-not-newest'
  | 'auto-promotion-last-promotion-not-successful'
  | 'auto-promotion-match-upstream'
  | 'already-in-stage'

/** One observation, said of one object. */
export interface BlockEvidence {
  object: { kind: string; name: string }
  text: string
  /** RFC 3339; null where the object does not say */
  time: string | null
}

/** What would end the block: a command, or, where `command` is null, something to be done elsewhere. */
export interface Opening {
  /** arguments of `kubectl canary`, without it */
  command: readonly string[] | null
  text: string
}

/** One gate that holds the Freight back, at one Stage. */
export interface Block {
  reason: BlockReason
  stage: string
  /** RFC 3339, the start of this state; null where no object says it */
  since: string | null
  evidence: BlockEvidence[]
  opensWith: Opening[]
  /** RFC 3339: when time alone opens it */
  opensAt?: string
}

/** A command that names the Freight and the Stage in the Project. */
export function opening(command: readonly string[] | null, text: string): Opening {
  return { command, text }
}

/** The first block is the gate to open first; the same reason at the same Stage is said once. */
export function withoutRepeats(blocks: readonly Block[]): Block[] {
  const seen = new Set<string>()
  return blocks.filter(({ reason, stage }) => {
    const key = `${reason} ${stage}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
