import { describe, expect, it } from 'vitest'
import { coreEvents } from '../../../../src/lib/kube/resource-types.ts'
import { forbidden } from '../../../../src/lib/playground/store/status-error.ts'
import { applyPlan } from '../../../../src/lib/rollouts/actions/apply-plan.ts'
import { leaveEvent } from '../../../../src/lib/rollouts/actions/leave-event.ts'
import { promotion } from '../../../../src/lib/rollouts/actions/rollout-actions.ts'
import { fakeClient, fakeContext } from '../../../fakes/context.ts'
import { paused } from './rollout-builders.ts'

const ref = { namespace: 'loans', name: 'loans-api' }

async function promoted() {
  const { client, store } = fakeClient({ objects: [paused()] })
  const context = fakeContext({ client })
  return { client, store, context, result: await applyPlan(promotion({ kind: 'current-pause' }), ref, {}, context) }
}

describe('leaveEvent', () => {
  it('says who, where and why', async () => {
    const { store, context, result } = await promoted()
    expect(await leaveEvent(result, 'looks\u001b[2J good', context)).toBeUndefined()
    const [event] = store.all<Record<string, unknown> & { metadata: { name: string } }>(coreEvents, 'loans')
    expect(event?.metadata.name).toMatch(/^loans-api\.[0-9a-f]+$/)
    expect(event).toMatchObject({
      involvedObject: {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        namespace: 'loans',
        name: 'loans-api',
        uid: 'uid-1',
      },
      reason: 'Promoted',
      type: 'Normal',
      message: expect.stringMatching(
        /^rollout loans\/loans-api promoted: was paused \(CanaryPauseStep\) at step 1\/7, setWeight 10, by .+; reason: looks good$/,
      ),
      firstTimestamp: '2026-01-02T03:04:05Z',
      reportingComponent: 'kubectl-canary',
    })
  })

  it('warns when it may not', async () => {
    const { client, context, result } = await promoted()
    const refuse = () => forbidden({ type: coreEvents, user: 'ann', verb: 'create', namespace: 'loans' })
    client.faults.failNext(5, refuse, method => method === 'POST')
    expect(await leaveEvent(result, undefined, context)).toMatch(
      /^no Event was left: .*cannot create resource "events"/,
    )
  })
})
