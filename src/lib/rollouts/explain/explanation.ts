import type { apiVersion } from '../../events/event.ts'
import type { NotVisible, ObjectName } from './evidence.ts'

/** `now`: the rollout stands still for it; `next`: it will, after what holds now; null: worth knowing. */
export type Blocks = 'now' | 'next' | null

/** One observation, said of one object. */
export interface EvidenceItem {
  object: ObjectName
  text: string
  /** RFC 3339; null where the object does not say */
  time: string | null
  /** last lines of a log, oldest first */
  lines?: readonly string[]
}

/** What would end a block: a command, or, where `command` is null, something to be done elsewhere. */
export interface Opening {
  command: string | null
  /** of a command: what it does; else the advice, as a sentence without its full stop */
  text: string
  /** whether the user may run it; null: not known, or nothing that a permission decides */
  allowed: boolean | null
  /** the permissions that the command needs, `patch rollouts/status` */
  needs?: readonly string[]
}

export interface Finding {
  /** stable id, kebab-case */
  rule: string
  blocks: Blocks
  title: string
  /** RFC 3339; null where no object says it */
  since: string | null
  evidence: EvidenceItem[]
  opensWith: Opening[]
  /** whether the user may run one of the commands that open it; null: not known, or no command opens it */
  allowed: boolean | null
}

/** The document of `rollout explain -o info|json|yaml`. Findings come in the order in which they are shown. */
export interface Explanation {
  apiVersion: typeof apiVersion
  kind: 'Explanation'
  metadata: { name: string; namespace: string; uid?: string; resourceVersion?: string }
  /** RFC 3339: when the question was asked */
  time: string
  phase: string
  message: string
  /** `2/7`; null without canary steps */
  step: string | null
  /** one sentence */
  summary: string
  findings: Finding[]
  goOn: Opening[]
  goBack: Opening[]
  notVisible: NotVisible[]
}
