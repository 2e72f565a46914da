import { describe, expect, it } from 'vitest'
import type { Expectation } from '../../../../src/lib/rollouts/actions/expectation.ts'
import { type PromotionKind, planPromotion } from '../../../../src/lib/rollouts/actions/promote.ts'
import type { CanaryStep, Rollout } from '../../../../src/lib/rollouts/rollout.ts'
import { aborted, blueGreen, healthy, manuallyPaused, paused, progressing, unobserved } from './rollout-builders.ts'

interface Row {
  at: string
  rollout: Rollout
  how?: PromotionKind
  expect?: Expectation
  sends?: object[]
  notes?: RegExp
  refuses?: RegExp
  mayPass?: boolean
}

const skip: PromotionKind = { kind: 'skip-current-step' }
const skipAll: PromotionKind = { kind: 'skip-all-steps' }
const full: PromotionKind = { kind: 'full' }
const to = (step: number): PromotionKind => ({ kind: 'to-step', step })
const status = (fields: object) => ({ subresource: 'status', body: { status: fields } })
const spec = (fields: object) => ({ subresource: undefined, body: { spec: fields } })

const judged: CanaryStep[] = [
  { setWeight: 10 },
  { analysis: { templates: [{ templateName: 'success-rate' }] } },
  { pause: {} },
  { experiment: { templates: [{ name: 'baseline' }] } },
  { setWeight: 50 },
]
const inconclusive = paused({
  steps: judged,
  step: 1,
  reason: 'InconclusiveAnalysisRun',
  status: { canary: { currentStepAnalysisRunStatus: { name: 'run', status: 'Inconclusive' } } },
})

const rows: Row[] = [
  { at: 'a canary pause', rollout: paused(), sends: [status({ pauseConditions: null })] },
  { at: 'a manual pause', rollout: manuallyPaused(), sends: [spec({ paused: false })] },
  {
    at: 'both pauses: the manual one first, else the controller forgets that the other was ended',
    rollout: paused({ spec: { paused: true } }),
    sends: [spec({ paused: false }), status({ pauseConditions: null })],
  },
  {
    at: 'a blue-green pause',
    rollout: blueGreen({
      pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-11-24T12:00:00Z' }],
      controllerPause: true,
    }),
    sends: [status({ pauseConditions: null })],
  },
  {
    at: 'an inconclusive step analysis',
    rollout: inconclusive,
    sends: [status({ pauseConditions: null, controllerPause: false, currentStepIndex: 2 })],
    notes: /skips step 1, analysis: success-rate/,
  },
  {
    at: 'an inconclusive experiment',
    rollout: paused({ steps: judged, step: 3, reason: 'InconclusiveExperiment' }),
    sends: [status({ pauseConditions: null, controllerPause: false, currentStepIndex: 4 })],
    notes: /skips step 3, experiment: baseline/,
  },
  {
    at: 'an inconclusive background analysis, which the controller runs again',
    rollout: paused({ step: 0, reason: 'InconclusiveAnalysisRun' }),
    sends: [status({ pauseConditions: null })],
  },
  {
    at: 'no pause',
    rollout: progressing({ step: 2 }),
    refuses: /not paused \(step 2\/7, setWeight 25.*--skip-current/,
  },
  { at: 'a pause just ended', rollout: progressing({ status: { controllerPause: true } }), refuses: /a moment ago/ },
  { at: 'a healthy rollout', rollout: healthy(), refuses: /not paused \(step 7\/7, setWeight 100, Healthy\)/ },
  { at: 'an aborted rollout', rollout: aborted(), refuses: /is aborted.*rollout retry loans-api -n loans/ },
  {
    at: 'a spec that the controller has not seen',
    rollout: unobserved(paused()),
    refuses: /generation 8, observed 7/,
    mayPass: true,
  },

  { at: 'step as expected', rollout: paused(), expect: { step: 1 }, sends: [status({ pauseConditions: null })] },
  {
    at: 'another step',
    rollout: paused({ step: 3 }),
    expect: { step: 1 },
    refuses: /expected step 1, it is at step 3\/7/,
  },
  {
    at: 'another weight',
    rollout: paused({ step: 3 }),
    expect: { weight: 10 },
    refuses: /expected weight 10.*setWeight 25/,
  },
  {
    at: 'weight as expected',
    rollout: paused({ step: 3 }),
    expect: { weight: 25 },
    sends: [status({ pauseConditions: null })],
  },
  { at: 'another revision', rollout: paused(), expect: { revision: 6 }, refuses: /expected revision 6, it is at 5/ },
  {
    at: 'another image',
    rollout: paused(),
    expect: { image: 'registry.example.com/loans-api:2.0.1' },
    refuses: /expected image registry.example.com\/loans-api:2.0.1, it runs registry.example.com\/loans-api:2.0.0/,
  },
  { at: 'tag as expected', rollout: paused(), expect: { image: ':2.0.0' }, sends: [status({ pauseConditions: null })] },

  { at: 'a setWeight', rollout: progressing({ step: 2 }), how: skip, sends: [status({ currentStepIndex: 3 })] },
  {
    at: 'a pause: its condition must not count for the next one',
    rollout: paused({ step: 1 }),
    how: skip,
    sends: [status({ pauseConditions: null, controllerPause: false, currentStepIndex: 2 })],
  },
  {
    at: 'a pause just ended: the next pause must not be taken for it',
    rollout: progressing({ step: 1, status: { controllerPause: true } }),
    how: skip,
    sends: [status({ pauseConditions: null, controllerPause: false, currentStepIndex: 2 })],
  },
  {
    at: 'an analysis, which is named',
    rollout: progressing({ steps: judged, step: 1 }),
    how: skip,
    sends: [status({ currentStepIndex: 2 })],
    notes: /skips step 1, analysis: success-rate: this version is not judged by it/,
  },
  {
    at: 'a manual pause, which stays',
    rollout: manuallyPaused({ step: 2 }),
    how: skip,
    sends: [status({ currentStepIndex: 3 })],
    notes: /still paused by hand.*rollout resume loans-api -n loans/,
  },
  { at: 'a healthy rollout', rollout: healthy(), how: skip, refuses: /no step left/ },
  { at: 'a blue-green rollout', rollout: blueGreen(), how: skip, refuses: /is a blue-green rollout.*--full/ },
  { at: 'a canary without steps', rollout: progressing({ steps: [] }), how: skipAll, refuses: /has no steps/ },
  { at: 'an aborted rollout', rollout: aborted(), how: skip, refuses: /is aborted/ },

  {
    at: 'two judging steps left',
    rollout: progressing({ steps: judged, step: 0 }),
    how: skipAll,
    sends: [status({ currentStepIndex: 5 })],
    notes: /success-rate.*\n?.*baseline/,
  },

  { at: 'a step ahead', rollout: progressing({ step: 2 }), how: to(5), sends: [status({ currentStepIndex: 5 })] },
  { at: 'past the last step', rollout: progressing({ step: 2 }), how: to(7), sends: [status({ currentStepIndex: 7 })] },
  { at: 'a step that does not exist', rollout: progressing(), how: to(8), refuses: /has 7 steps \(0 to 6; 7 is past/ },
  { at: 'the step itself', rollout: progressing({ step: 2 }), how: to(2), refuses: /at step 2\/7 already/ },
  { at: 'a step behind', rollout: progressing({ step: 2 }), how: to(1), refuses: /cannot go back to 1.*rollout abort/ },

  { at: 'an update', rollout: progressing(), how: full, sends: [status({ promoteFull: true })] },
  {
    at: 'a manual pause',
    rollout: manuallyPaused(),
    how: full,
    sends: [status({ promoteFull: true }), spec({ paused: false })],
  },
  { at: 'an aborted update', rollout: aborted(), how: full, sends: [status({ promoteFull: true })] },
  { at: 'a blue-green update', rollout: blueGreen(), how: full, sends: [status({ promoteFull: true })] },
  {
    at: 'background analysis, which is named',
    rollout: progressing({
      spec: { strategy: { canary: { steps: judged, analysis: { templates: [{ templateName: 'error-rate' }] } } } },
      step: 2,
    }),
    how: full,
    sends: [status({ promoteFull: true })],
    notes: /^skips step 3, experiment.*\n?.*skips the background analysis: error-rate$/,
  },
  { at: 'a healthy rollout', rollout: healthy(), how: full, refuses: /newest version everywhere already/ },
  { at: 'a full promotion', rollout: progressing({ status: { promoteFull: true } }), how: full, refuses: /already/ },
  { at: 'a spec not seen', rollout: unobserved(healthy()), how: full, refuses: /has not seen/, mayPass: true },
]

describe('planPromotion', () => {
  it.each(rows)('$how.kind at $at', ({ rollout, how = { kind: 'current-pause' }, expect: wishes, ...row }) => {
    const plan = planPromotion(rollout, how, wishes)
    if (plan.kind === 'refused') {
      expect([plan.refusal.message, ...plan.refusal.hints].join(' ')).toMatch(
        row.refuses ?? /^(it should have been sent)$/,
      )
      expect(plan.refusal.message).toMatch(/nothing was changed$/)
      expect(plan.refusal.mayPass ?? false).toBe(row.mayPass ?? false)
      return
    }
    expect(row.refuses).toBeUndefined()
    expect(plan.writes.map(({ patch }) => ({ subresource: patch.subresource, body: patch.body }))).toEqual(row.sends)
    expect(plan.notes.join('\n')).toMatch(row.notes ?? /^$/)
    expect(plan.says).toMatch(/^rollout loans\/loans-api/)
  })

  it('is reached when the controller moved on by itself after the manual pause was ended', () => {
    const plan = planPromotion(paused({ spec: { paused: true } }), { kind: 'current-pause' })
    if (plan.kind !== 'writes') throw new Error('not planned')
    expect(plan.isReached?.(paused())).toBe(false)
    expect(plan.isReached?.(progressing({ step: 2 }))).toBe(true)
    expect(plan.isReached?.(manuallyPaused({ step: 2 }))).toBe(false)
  })
})
