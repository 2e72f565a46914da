import { describe, expect, it } from 'vitest'
import { imagesOf } from '../../../../src/lib/rollouts/image-reference.ts'
import type { Rollout, RolloutStatus } from '../../../../src/lib/rollouts/rollout.ts'
import { canaryWeight } from '../../../../src/lib/rollouts/wait/goal-met.ts'
import { type Goal, parseGoal } from '../../../../src/lib/rollouts/wait/goals.ts'
import { type Outlook, type OutlookOptions, outlookOf } from '../../../../src/lib/rollouts/wait/outlook.ts'
import { missingReaction } from '../../../../src/lib/rollouts/wait/reaction.ts'
import {
  aborted,
  blueGreen,
  healthy,
  manuallyPaused,
  paused,
  progressing,
  unobserved,
} from '../actions/rollout-builders.ts'

const timed = paused({ steps: [{ setWeight: 10 }, { pause: { duration: '5m' } }] })
const look = (rollout: Rollout, goals: (string | Goal)[], options?: OutlookOptions): Outlook =>
  outlookOf(
    { rollout, images: imagesOf(rollout.spec.template) },
    goals.map(goal => (typeof goal === 'string' ? parseGoal(goal) : goal)),
    options,
  )

describe('outlookOf', () => {
  it.each<{ rollout: Rollout; goals: (string | Goal)[]; kind: Outlook['kind']; at: string }>([
    { at: 'healthy', rollout: healthy(), goals: ['healthy'], kind: 'met' },
    { at: 'progressing', rollout: progressing(), goals: ['healthy'], kind: 'pending' },
    { at: 'degraded', rollout: aborted(), goals: ['healthy'], kind: 'failed' },
    { at: 'degraded, asked for', rollout: aborted(), goals: ['healthy', 'degraded'], kind: 'met' },
    { at: 'degraded, asked for as a phase', rollout: aborted(), goals: ['phase=degraded'], kind: 'met' },
    { at: 'paused for ever', rollout: paused(), goals: ['healthy'], kind: 'held' },
    { at: 'paused by hand', rollout: manuallyPaused(), goals: ['step=5'], kind: 'held' },
    { at: 'paused for a while', rollout: timed, goals: ['healthy'], kind: 'pending' },
    { at: 'paused, asked for', rollout: timed, goals: ['paused'], kind: 'met' },
    {
      at: 'a spec not seen',
      rollout: unobserved(healthy()),
      goals: ['healthy', 'step=0', 'setweight=0'],
      kind: 'pending',
    },
    { at: 'the step', rollout: progressing({ step: 3 }), goals: ['step=3'], kind: 'met' },
    { at: 'beyond the step', rollout: progressing({ step: 4 }), goals: ['step=3'], kind: 'met' },
    { at: 'before the step', rollout: progressing({ step: 2 }), goals: ['step=3'], kind: 'pending' },
    { at: 'beyond the weight asked for', rollout: progressing({ step: 4 }), goals: ['setweight=25'], kind: 'met' },
    { at: 'an abort has no step', rollout: aborted(), goals: ['step=0', 'setweight=0'], kind: 'failed' },
    { at: 'the revision', rollout: progressing(), goals: ['revision=5'], kind: 'met' },
    { at: 'an earlier revision that failed', rollout: aborted(), goals: ['revision=6'], kind: 'pending' },
    { at: 'a deletion of what is paused', rollout: paused(), goals: ['delete'], kind: 'pending' },
    { at: 'the message', rollout: aborted(), goals: ['message=/aborted update to revision 5/'], kind: 'met' },
    { at: 'a condition', rollout: aborted(), goals: ['condition=progressing=false'], kind: 'met' },
    { at: 'a path', rollout: progressing(), goals: ['jsonpath={.status.availableReplicas}=4'], kind: 'met' },
    { at: 'a path that is not there', rollout: progressing(), goals: ['jsonpath={.status.nothing}'], kind: 'pending' },
    {
      at: 'an index that is not there',
      rollout: progressing(),
      goals: ['jsonpath={.status.conditions[3].type}'],
      kind: 'pending',
    },
    { at: 'an abort that still has pods', rollout: aborted(), goals: [{ kind: 'aborted' }], kind: 'pending' },
    {
      at: 'an abort without pods',
      rollout: aborted({ status: { updatedReplicas: 0 } }),
      goals: [{ kind: 'aborted' }],
      kind: 'met',
    },
    {
      at: 'an abort that the router has heard of',
      rollout: aborted({ spec: { strategy: { canary: { trafficRouting: {} } } } }),
      goals: [{ kind: 'aborted' }],
      kind: 'met',
    },
    {
      at: 'a restart under way',
      rollout: healthy({ spec: { restartAt: '2026-11-24T12:00:00Z' } }),
      goals: [{ kind: 'restarted' }],
      kind: 'pending',
    },
    {
      at: 'a restart that is over',
      rollout: healthy({
        spec: { restartAt: '2026-11-24T12:00:00Z' },
        status: { restartedAt: '2026-11-24T12:00:00Z' },
      }),
      goals: [{ kind: 'restarted' }],
      kind: 'met',
    },
  ])('$goals at $at: $kind', ({ rollout, goals, kind }) => {
    expect(look(rollout, goals).kind).toBe(kind)
  })

  it('names the first goal that holds', () => {
    expect(look(paused(), ['healthy', 'step=1', 'paused']).met).toEqual({ kind: 'step', step: 1 })
  })

  it.each<{ at: string; rollout: Rollout; version: NonNullable<OutlookOptions['version']>; missing?: RegExp }>([
    {
      at: 'another image',
      rollout: healthy(),
      version: { image: ':3.0.0' },
      missing: /waiting for image :3.0.0, it runs .*2.0.0/,
    },
    { at: 'the image', rollout: healthy(), version: { image: ':2.0.0' } },
    {
      at: 'the image in a spec not seen',
      rollout: unobserved(healthy()),
      version: { image: ':2.0.0' },
      missing: /see the spec/,
    },
    {
      at: 'another hash',
      rollout: healthy(),
      version: { podHash: 'new' },
      missing: /waiting for pod hash new, it is at canary/,
    },
    { at: 'the hash', rollout: healthy(), version: { podHash: 'canary' } },
    { at: 'nothing wanted', rollout: healthy(), version: {} },
    {
      at: 'no change',
      rollout: healthy(),
      version: { changedSince: { resourceVersion: '100' } },
      missing: /after resourceVersion 100/,
    },
    { at: 'a change', rollout: healthy(), version: { changedSince: { resourceVersion: '99' } } },
    {
      at: 'only counts changed',
      rollout: healthy(),
      version: { changedSince: { resourceVersion: '99', base: healthy({ status: { availableReplicas: 1 } }) } },
      missing: /after resourceVersion 99/,
    },
    {
      at: 'the version changed',
      rollout: healthy(),
      version: { changedSince: { resourceVersion: '99', base: healthy({ status: { stableRS: 'stable' } }) } },
    },
    {
      at: 'written later',
      rollout: written('2026-11-24T12:00:01Z'),
      version: { changedSince: { timeMs: Date.parse('2026-11-24T12:00:00Z') } },
    },
    {
      at: 'written earlier',
      rollout: written('2026-11-24T11:59:59Z'),
      version: { changedSince: { timeMs: Date.parse('2026-11-24T12:00:00Z') } },
      missing: /a change after 2026-11-24T12:00:00.000Z/,
    },
    {
      at: 'a workload not seen',
      rollout: healthy({ status: { workloadObservedGeneration: '3' } }),
      version: { afterWorkload: 4 },
      missing: /see the new pod template/,
    },
    {
      at: 'a workload seen',
      rollout: healthy({ status: { workloadObservedGeneration: '4' } }),
      version: { afterWorkload: 4 },
    },
  ])('version: $at', ({ rollout, version, missing }) => {
    const outlook = look(rollout, ['healthy'], { version })
    if (missing)
      expect(outlook).toMatchObject({ kind: 'pending', phase: 'Pending', message: expect.stringMatching(missing) })
    else expect(outlook.kind).toBe('met')
  })

  it('answers neither healthy nor failed before the version is there', () => {
    expect(look(aborted(), ['healthy'], { version: { image: ':3.0.0' } }).kind).toBe('pending')
    expect(look(paused(), ['healthy'], { version: { image: ':3.0.0' } }).kind).toBe('pending')
  })
})

function written(time: string): Rollout {
  const rollout = healthy()
  const managedFields = [
    { manager: 'argocd', operation: 'Apply' as const, time, fieldsV1: { 'f:spec': { 'f:template': {} } } },
    {
      manager: 'rollouts-controller',
      operation: 'Update' as const,
      time: '2026-11-24T13:00:00Z',
      subresource: 'status',
      fieldsV1: { 'f:status': {} },
    },
  ]
  return { ...rollout, metadata: { ...rollout.metadata, managedFields } }
}

describe('missingReaction', () => {
  const patched = (rollout: Rollout, status: Partial<RolloutStatus>): Rollout => ({
    ...rollout,
    metadata: { ...rollout.metadata, resourceVersion: '101' },
    status: { ...rollout.status, ...status },
  })
  const now = (rollout: Rollout, resourceVersion = '102') => ({
    ...rollout,
    metadata: { ...rollout.metadata, resourceVersion },
  })

  it.each([
    { at: 'our own answer', wrote: patched(paused(), {}), sees: now(paused(), '101'), missing: /to react/ },
    { at: 'a look from before', wrote: patched(paused(), {}), sees: now(paused(), '9'), missing: /to react/ },
    { at: 'a retry', wrote: aborted(), sees: now(patched(aborted(), { abort: false })), missing: /to try again/ },
    { at: 'an abort', wrote: progressing(), sees: now(patched(progressing(), { abort: true })), missing: /to abort/ },
    {
      at: 'a promotion',
      wrote: paused(),
      sees: now(patched(paused(), { pauseConditions: [] })),
      missing: /to end the pause/,
    },
    {
      at: 'a skipped pause',
      wrote: paused(),
      sees: now(patched(paused(), { pauseConditions: [], controllerPause: false, currentStepIndex: 2 })),
      missing: /to go on/,
    },
    {
      at: 'a full promotion',
      wrote: paused(),
      sees: now(patched(paused(), { promoteFull: true })),
      missing: /to promote/,
    },
    { at: 'a spec', wrote: paused(), sees: now(unobserved(paused())), missing: /to see the spec/ },
    { at: 'nothing: the abort was heard', wrote: progressing(), sees: now(aborted()), missing: undefined },
    { at: 'nothing: it goes on', wrote: paused(), sees: now(progressing()), missing: undefined },
    { at: 'nothing: the next pause', wrote: paused(), sees: now(paused({ step: 3 })), missing: undefined },
  ])('after $at', ({ wrote, sees, missing }) => {
    const text = missingReaction({ ...wrote, metadata: { ...wrote.metadata, resourceVersion: '101' } }, sees)
    if (missing) expect(text).toMatch(missing)
    else expect(text).toBeUndefined()
  })
})

describe('canaryWeight', () => {
  it.each([
    { at: 'no router: the share of pods', rollout: progressing(), weight: 25 },
    { at: 'a canary pod that may not be ready', rollout: progressing({ status: { replicas: 5 } }), weight: 0 },
    {
      at: 'a router',
      rollout: progressing({
        spec: { strategy: { canary: { trafficRouting: {}, steps: [{ setWeight: 10 }] } } },
        status: { canary: { weights: { canary: { weight: 7 }, stable: { weight: 93 } } } },
      }),
      weight: 7,
    },
    { at: 'all', rollout: healthy(), weight: 100 },
    { at: 'an abort', rollout: aborted(), weight: 0 },
    { at: 'blue-green', rollout: blueGreen(), weight: 0 },
  ])('$at', ({ rollout, weight }) => {
    expect(canaryWeight(rollout)).toBe(weight)
  })
})
