import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'

/** What an API server answered instead of doing what it was asked. */
export interface RefusedAnswer {
  /** HTTP status */
  code: number
  reason?: string | undefined
  message: string
}

interface Rule {
  matches: RegExp
  reason: string
  outcome: 'refused' | 'error'
  hint: string
}

/**
 * Kargo's webhooks wrap what they mean: a missing permission comes as 500, a rule that is broken as 422 with the name of
 * the webhook in front. In this order the first that matches says what it is.
 */
const rules: readonly Rule[] = [
  {
    matches: /is not permitted to (?:create|update|delete) Promotions for Stage/,
    reason: 'Forbidden',
    outcome: 'error',
    hint: 'it takes the verb "promote" on stages.kargo.akuity.io, which Kargo\'s roles kargo-admin and kargo-promoter have',
  },
  {
    matches: /failed calling webhook/,
    reason: 'WebhookUnreachable',
    outcome: 'error',
    hint: "Kargo's webhooks server does not answer: until it does, nothing of Kargo can be changed",
  },
  {
    matches: /Freight is not available to this Stage/,
    reason: 'FreightNotAvailable',
    outcome: 'refused',
    hint: 'kubectl canary freight trace says which gate is shut',
  },
  {
    matches: /no auto-promotion candidate found/,
    reason: 'NoCandidate',
    outcome: 'refused',
    hint: 'kubectl canary freight list --available-to says what is available',
  },
  {
    matches: /could not find Stage/,
    reason: 'NotFound',
    outcome: 'error',
    hint: 'kubectl canary stage list shows the Stages; -n is the Project',
  },
  {
    matches: /defines no promotion steps/,
    reason: 'ControlFlowStage',
    outcome: 'refused',
    hint: 'a Stage without steps passes Freight on by itself',
  },
  {
    matches: /missing value for variable|PromotionTask\.kargo\.akuity\.io "[^"]*" not found/,
    reason: 'TaskUnusable',
    outcome: 'refused',
    hint: "a task of the Stage's promotion template is missing or lacks a variable",
  },
  {
    matches: /alias .*already used by another piece of Freight/,
    reason: 'AliasTaken',
    outcome: 'refused',
    hint: 'an alias is unique within a Project',
  },
  {
    matches: /freight is in-use by stages/,
    reason: 'FreightInUse',
    outcome: 'refused',
    hint: "Freight can be deleted when no Stage's history holds it any more",
  },
  {
    matches: /Freight is immutable|spec: Invalid value: .*immutable/,
    reason: 'Immutable',
    outcome: 'refused',
    hint: 'its contents cannot be changed; make new Freight or a new Promotion',
  },
  {
    matches: /spec\.steps: Required value|must not reference a task/,
    reason: 'NoWebhooks',
    outcome: 'error',
    hint: "Kargo's webhooks are not registered here, which fill in steps and tasks",
  },
]

const wrapper = /^(?:admission webhook "[^"]*" denied the request: )?(?:Internal error occurred: )?/

/** The failure that an answer means, with the wrapping taken off and what to do about it. */
export function writeFailure(answer: RefusedAnswer): Failure {
  const rule = rules.find(each => each.matches.test(answer.message))
  const message = safeText(answer.message.replace(wrapper, ''))
  if (rule) return new Failure(rule.outcome, message, { reason: rule.reason, hints: [rule.hint] })
  // Any other rule of Kargo's or the API server's that the object does not meet: nothing was changed.
  const isRule = answer.code === 422 || answer.code === 409
  const reason = answer.reason ?? (isRule ? 'Invalid' : 'InternalError')
  return new Failure(isRule ? 'refused' : 'error', message, { reason })
}
