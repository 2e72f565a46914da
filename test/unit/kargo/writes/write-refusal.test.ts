import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { writeFailure } from '../../../../src/lib/kargo/writes/write-refusal.ts'

interface Answer {
  id: string
  status: number | null
  reason?: string | null
  message?: string | null
  request?: { method?: string }
}
const answers: Answer[] = JSON.parse(readFileSync('test/conformance/cases/kargo-scenarios/answers.json', 'utf8'))
const refusals = answers.filter(each => (each.status ?? 0) >= 400 && each.message)

describe('what Kargo and the API server refuse', () => {
  it('is recorded', () => expect(refusals.length).toBeGreaterThan(40))

  it.each(refusals.map(each => [each.id, each] as const))('%s is said without its wrapping', (_id, answer) => {
    const failure = writeFailure({
      code: answer.status ?? 0,
      reason: answer.reason ?? undefined,
      message: answer.message ?? '',
    })
    expect(failure.message).not.toMatch(/denied the request|Internal error occurred/)
    expect(failure.message).not.toBe('')
  })

  it.each([
    ['rbac-without-promote-verb', 'Forbidden', 'error'],
    ['rbac-abort-without-promote-verb', 'Forbidden', 'error'],
    ['rbac-delete-without-promote-verb', 'Forbidden', 'error'],
    ['rbac-viewer', 'Forbidden', 'error'],
    ['promote-dry-run-unavailable', 'FreightNotAvailable', 'refused'],
    ['promote-by-alias', 'FreightNotAvailable', 'refused'],
    ['promote-unknown-stage', 'NotFound', 'error'],
    ['promote-control-flow', 'ControlFlowStage', 'refused'],
    ['promote-by-origin-no-candidate', 'NoCandidate', 'refused'],
    ['promote-missing-task', 'TaskUnusable', 'refused'],
    ['promote-task-missing-var', 'TaskUnusable', 'refused'],
    ['freight-alias-taken-update', 'AliasTaken', 'refused'],
    ['freight-delete-used', 'FreightInUse', 'refused'],
    ['freight-immutable', 'Immutable', 'refused'],
    ['promotion-spec-immutable', 'Immutable', 'refused'],
    ['webhook-down-promote', 'WebhookUnreachable', 'error'],
    ['webhook-down-refresh', 'WebhookUnreachable', 'error'],
    ['no-webhook-promote-no-steps', 'NoWebhooks', 'error'],
    ['no-webhook-promote-task-step', 'NoWebhooks', 'error'],
    ['promotions-field-selector', 'BadRequest', 'error'],
  ])('%s is %s', (id, reason, outcome) => {
    const answer = answers.find(each => each.id === id)
    expect(answer, id).toBeDefined()
    const { status, message } = answer ?? {}
    expect(
      writeFailure({ code: status ?? 0, reason: answer?.reason ?? undefined, message: message ?? '' }),
    ).toMatchObject({
      reason,
      outcome,
    })
  })
})
