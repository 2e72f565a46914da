import { describe, expect, it } from 'vitest'
import { planAbort, planRetry } from '../../../../src/lib/rollouts/actions/abort.ts'
import { planExperimentRetry, planExperimentTermination } from '../../../../src/lib/rollouts/actions/experiment.ts'
import { planPause, planResume } from '../../../../src/lib/rollouts/actions/pause.ts'
import type { Plan } from '../../../../src/lib/rollouts/actions/plan.ts'
import { planRestart } from '../../../../src/lib/rollouts/actions/restart.ts'
import type { AnalysisPhase, Experiment } from '../../../../src/lib/rollouts/rollout.ts'
import { aborted, blueGreen, healthy, manuallyPaused, paused, progressing, unobserved } from './rollout-builders.ts'

const now = Date.parse('2026-11-24T12:00:00.750Z')
const experiment = (phase: AnalysisPhase | undefined, terminate = false): Experiment => ({
  metadata: { name: 'try', namespace: 'loans', uid: 'uid-e' },
  spec: { terminate },
  ...(phase && { status: { phase } }),
})

interface Row {
  at: string
  plan: Plan
  sends?: object
  says?: RegExp
  refuses?: RegExp
}

const rows: Row[] = [
  {
    at: 'pause an update',
    plan: planPause(progressing()),
    sends: { spec: { paused: true } },
    says: /paused at step 2\/7/,
  },
  {
    at: 'pause within a pause of its own',
    plan: planPause(paused()),
    sends: { spec: { paused: true } },
    says: /its own pause \(CanaryPauseStep\) holds as well/,
  },
  {
    at: 'pause twice',
    plan: planPause(manuallyPaused()),
    refuses: /paused by hand already.*rollout resume loans-api -n loans/,
  },
  { at: 'pause elsewhere than expected', plan: planPause(progressing(), { step: 4 }), refuses: /expected step 4/ },

  {
    at: 'resume',
    plan: planResume(manuallyPaused()),
    sends: { spec: { paused: false } },
    says: /was paused by hand at step 2\/7/,
  },
  {
    at: 'resume with a pause of its own',
    plan: planResume(paused({ spec: { paused: true } })),
    sends: { spec: { paused: false } },
    says: /still waits in its own pause \(CanaryPauseStep\).*rollout promote/,
  },
  {
    at: 'resume a step pause',
    plan: planResume(paused()),
    refuses: /not paused by hand.*To end its CanaryPauseStep: .*promote/,
  },
  { at: 'resume nothing', plan: planResume(progressing()), refuses: /not paused by hand \(step 2\/7, setWeight 25\)/ },

  {
    at: 'abort an update',
    plan: planAbort(progressing()),
    sends: { status: { abort: true } },
    says: /aborted: was Progressing at step 2\/7, setWeight 25, revision 5.*the spec still holds the aborted version \(registry.example.com\/loans-api:2.0.0\).*rollout undo/s,
  },
  {
    at: 'abort a blue-green update',
    plan: planAbort(blueGreen()),
    sends: { status: { abort: true } },
    says: /aborted: was Progressing, revision 5/,
  },
  { at: 'abort a healthy rollout', plan: planAbort(healthy()), refuses: /has nothing to abort.*rollout undo/ },
  { at: 'abort twice', plan: planAbort(aborted()), refuses: /is aborted already.*rollout retry/ },
  {
    at: 'abort a first version',
    plan: planAbort(progressing({ status: { stableRS: '' } })),
    refuses: /no stable version/,
  },
  {
    at: 'abort what the controller has not seen',
    plan: planAbort(unobserved(healthy())),
    refuses: /has not seen its newest spec/,
  },

  {
    at: 'retry',
    plan: planRetry(aborted()),
    sends: { status: { abort: false } },
    says: /retried, revision 5: was aborted/,
  },
  { at: 'retry what is not aborted', plan: planRetry(progressing()), refuses: /is not aborted.*rollout explain/ },
  {
    at: 'retry while paused by hand',
    plan: planRetry(aborted({ spec: { paused: true } })),
    sends: { status: { abort: false } },
    says: /still paused by hand/,
  },

  {
    at: 'restart now, in whole seconds',
    plan: planRestart(healthy(), now),
    sends: { spec: { restartAt: '2026-11-24T12:00:00Z' } },
    says: /restarts now/,
  },
  {
    at: 'restart later',
    plan: planRestart(healthy(), now, 90_000),
    sends: { spec: { restartAt: '2026-11-24T12:01:30Z' } },
    says: /restarts in 1m30s, at 2026-11-24T12:01:30Z/,
  },
  {
    at: 'restart during a restart',
    plan: planRestart(healthy({ spec: { restartAt: '2026-11-24T11:59:00Z' } }), now),
    sends: { spec: { restartAt: '2026-11-24T12:00:00Z' } },
    says: /the restart of 2026-11-24T11:59:00Z was not over/,
  },

  {
    at: 'retry a failed experiment',
    plan: planExperimentRetry(experiment('Failed')),
    sends: { status: null },
    says: /was Failed/,
  },
  {
    at: 'retry a running experiment',
    plan: planExperimentRetry(experiment('Running')),
    refuses: /is not over \(Running\).*terminate/,
  },
  {
    at: 'retry a terminated experiment',
    plan: planExperimentRetry(experiment('Successful', true)),
    refuses: /would end again/,
  },
  {
    at: 'terminate an experiment',
    plan: planExperimentTermination(experiment('Running')),
    sends: { spec: { terminate: true } },
    says: /^experiment loans\/try terminated/,
  },
  {
    at: 'terminate a new experiment',
    plan: planExperimentTermination(experiment(undefined)),
    sends: { spec: { terminate: true } },
    says: /Pending/,
  },
  {
    at: 'terminate what is over',
    plan: planExperimentTermination(experiment('Failed')),
    refuses: /over already \(Failed\)/,
  },
  {
    at: 'terminate twice',
    plan: planExperimentTermination(experiment('Running', true)),
    refuses: /being terminated already/,
  },
]

describe('plans', () => {
  it.each(rows)('$at', ({ plan, sends, says, refuses }) => {
    if (plan.kind === 'refused') {
      expect([plan.refusal.message, ...plan.refusal.hints].join(' ')).toMatch(refuses ?? /^(expected writes)$/)
      expect(plan.refusal.message).toMatch(/nothing was changed$/)
      return
    }
    expect(refuses).toBeUndefined()
    expect(plan.writes.map(write => write.patch.body)).toEqual([sends])
    expect(plan.writes.map(write => write.patch.subresource)).toEqual([
      'status' in (sends ?? {}) && plan.writes[0]?.type.resource === 'rollouts' ? 'status' : undefined,
    ])
    expect([plan.says, ...plan.notes].join('\n')).toMatch(says ?? /$^/)
  })
})
