import { describe, expect, it } from 'vitest'
import { calculateRolloutPhase, rolloutPhase } from '../../../src/lib/rollouts/phase.ts'
import { blueGreen, canary, degraded, healthy, paused } from './builders.ts'

/** The controller's own phase is left out, so that it has to be computed. */
const unsaid = { phase: undefined, message: undefined }
const done = {
  ...unsaid,
  currentPodHash: 'new',
  stableRS: 'new',
  updatedReplicas: 5,
  availableReplicas: 5,
  replicas: 5,
}
const condition = (type: string, reason: string, message: string) => ({
  type,
  reason,
  message,
  status: 'True' as const,
})

describe.each([
  { at: 'paused by a step', rollout: paused(), is: 'Paused', says: 'CanaryPauseStep' },
  { at: 'healthy', rollout: healthy(), is: 'Healthy', says: '' },
  { at: 'degraded', rollout: degraded(), is: 'Degraded', says: 'RolloutAborted: Rollout aborted update to revision 5' },
  {
    at: 'spec not observed',
    rollout: canary({ status: { observedGeneration: '6', phase: 'Healthy' } }),
    is: 'Progressing',
    says: 'waiting for rollout spec update to be observed',
  },
  {
    at: 'observed generation ahead',
    rollout: healthy({ status: { observedGeneration: '8' } }),
    is: 'Healthy',
    says: '',
  },
  {
    at: 'hash of controller 0.9',
    rollout: healthy({ status: { observedGeneration: '5f4b' } }),
    is: 'Healthy',
    says: '',
  },
  {
    at: 'digits beyond an int64',
    rollout: healthy({ status: { observedGeneration: '99999999999999999999' } }),
    is: 'Healthy',
    says: '',
  },
  {
    at: 'being unpaused',
    rollout: paused({ status: { pauseConditions: [] } }),
    is: 'Progressing',
    says: 'waiting for rollout to unpause',
  },
  {
    at: 'a phase of another controller',
    rollout: canary({ status: { phase: 'Unheard' as 'Healthy', message: 'of' } }),
    is: 'Unheard',
    says: 'of',
  },
])('rolloutPhase at $at', ({ rollout, is, says }) => {
  it(`is ${is}`, () => expect(rolloutPhase(rollout)).toEqual({ phase: is, message: says }))
})

describe('rolloutPhase of a workloadRef', () => {
  const spec = { workloadRef: { kind: 'Deployment', name: 'web' } }
  const waiting = 'waiting for rollout spec update to be observed for the reference workload'
  it.each([
    { observed: '3', live: 4, message: waiting },
    { observed: '4', live: 4, message: '' },
    { observed: undefined, live: 4, message: '' },
    { observed: '3', live: undefined, message: '' },
    { observed: '3000000000', live: 4, message: '' },
  ])('observed $observed, live $live', ({ observed, live, message }) => {
    const rollout = healthy({ spec, status: observed ? { workloadObservedGeneration: observed } : {} })
    expect(rolloutPhase(rollout, live).message).toBe(message)
  })

  it('does not ask about a workload that the rollout does not have', () => {
    expect(rolloutPhase(healthy({ status: { workloadObservedGeneration: '3' } }), 4).phase).toBe('Healthy')
  })
})

describe.each([
  {
    at: 'invalid spec, whatever its status',
    rollout: canary({ status: { conditions: [{ type: 'InvalidSpec', status: 'False', message: 'bad' }] } }),
    is: 'Degraded',
    says: 'InvalidSpec: bad',
  },
  {
    at: 'abort',
    rollout: canary({ status: { conditions: [condition('Progressing', 'RolloutAborted', 'by hand')] } }),
    is: 'Degraded',
    says: 'RolloutAborted: by hand',
  },
  {
    at: 'deadline',
    rollout: canary({ status: { conditions: [condition('Progressing', 'ProgressDeadlineExceeded', 'late')] } }),
    is: 'Degraded',
    says: 'ProgressDeadlineExceeded: late',
  },
  { at: 'manual pause', rollout: paused({ spec: { paused: true } }), is: 'Paused', says: 'manually paused' },
  {
    at: 'pause',
    rollout: paused({ reason: 'InconclusiveAnalysisRun' }),
    is: 'Paused',
    says: 'InconclusiveAnalysisRun',
  },
  {
    at: 'restart',
    rollout: healthy({ spec: { restartAt: '2026-01-02T03:00:00Z' } }),
    is: 'Progressing',
    says: 'rollout is restarting',
  },
  {
    at: 'restart done, written in another zone',
    rollout: healthy({
      spec: { restartAt: '2026-01-02T03:00:00Z' },
      status: { restartedAt: '2026-01-02T04:00:00+01:00' },
    }),
    is: 'Healthy',
    says: '',
  },
  {
    at: 'too few updated, default replicas',
    rollout: canary({ spec: { replicas: undefined }, status: { ...unsaid, updatedReplicas: 0 } }),
    is: 'Progressing',
    says: 'more replicas need to be updated',
  },
  {
    at: 'too few available',
    rollout: canary({ status: { ...done, availableReplicas: 4 } }),
    is: 'Progressing',
    says: 'updated replicas are still becoming available',
  },
  {
    at: 'old pods left',
    rollout: canary({ status: { ...done, replicas: 6 } }),
    is: 'Progressing',
    says: 'old replicas are pending termination',
  },
  {
    at: 'old pods left with traffic routing',
    rollout: canary({ spec: { strategy: { canary: { trafficRouting: {} } } }, status: { ...done, replicas: 10 } }),
    is: 'Healthy',
    says: '',
  },
  {
    at: 'steps left',
    rollout: canary({ status: { ...done, stableRS: 'old' } }),
    is: 'Progressing',
    says: 'waiting for all steps to complete',
  },
  {
    at: 'blue-green before the cutover',
    rollout: blueGreen({ status: { ...done, blueGreen: { activeSelector: 'old' } } }),
    is: 'Progressing',
    says: 'active service cutover pending',
  },
  {
    at: 'blue-green without a selector or a hash',
    rollout: blueGreen({ status: { ...done, currentPodHash: '', blueGreen: { activeSelector: '' } } }),
    is: 'Progressing',
    says: 'active service cutover pending',
  },
  {
    at: 'blue-green verification',
    rollout: blueGreen({ status: { ...done, stableRS: 'old', blueGreen: { activeSelector: 'new' } } }),
    is: 'Progressing',
    says: 'waiting for post-promotion verification to complete',
  },
  {
    at: 'blue-green analysis',
    rollout: blueGreen({
      strategy: { postPromotionAnalysis: {} },
      status: { ...done, stableRS: 'old', blueGreen: { activeSelector: 'new' } },
    }),
    is: 'Progressing',
    says: 'waiting for analysis to complete',
  },
  {
    at: 'blue-green with its analysis over',
    rollout: blueGreen({
      strategy: { postPromotionAnalysis: {} },
      status: {
        ...done,
        stableRS: 'old',
        blueGreen: { activeSelector: 'new', postPromotionAnalysisRunStatus: { name: 'a', status: 'Successful' } },
      },
    }),
    is: 'Progressing',
    says: 'waiting for post-promotion verification to complete',
  },
  {
    at: 'blue-green done',
    rollout: blueGreen({ status: { ...done, blueGreen: { activeSelector: 'new' } } }),
    is: 'Healthy',
    says: '',
  },
  { at: 'no strategy', rollout: canary({ spec: { strategy: {} }, status: done }), is: 'Healthy', says: '' },
])('calculateRolloutPhase at $at', ({ rollout, is, says }) => {
  it(`is ${is}`, () => expect(calculateRolloutPhase(rollout)).toEqual({ phase: is, message: says }))
})
