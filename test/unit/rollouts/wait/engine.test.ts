import { describe, expect, it } from 'vitest'
import type { CanaryEvent } from '../../../../src/lib/events/event.ts'
import { rollouts } from '../../../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../../../src/lib/playground/clock.ts'
import { internalError } from '../../../../src/lib/playground/store/status-error.ts'
import { applyPlan } from '../../../../src/lib/rollouts/actions/apply-plan.ts'
import { promotion, retrying } from '../../../../src/lib/rollouts/actions/rollout-actions.ts'
import type { Rollout, RolloutStatus } from '../../../../src/lib/rollouts/rollout.ts'
import { type FollowOptions, followRollout, type WaitResult } from '../../../../src/lib/rollouts/wait/engine.ts'
import { parseGoal } from '../../../../src/lib/rollouts/wait/goals.ts'
import { fakeClient, fakeContext } from '../../../fakes/context.ts'
import { aborted, healthy, paused, progressing } from '../actions/rollout-builders.ts'

const ref = { namespace: 'loans', name: 'loans-api' }

function start(rollout: Rollout | undefined, goals: string[], options: FollowOptions = {}) {
  const clock = new VirtualClock()
  const { client, store } = fakeClient({ clock, objects: rollout ? [rollout] : [] })
  const context = fakeContext({ client, clock })
  const events: CanaryEvent[] = []
  let result: WaitResult | undefined
  let failure: unknown
  const run = (async () => {
    const follow = followRollout(
      ref,
      goals.map(goal => parseGoal(goal)),
      options,
      context,
    )
    for (;;) {
      const next = await follow.next()
      if (next.done) {
        result = next.value
        return
      }
      events.push(next.value)
    }
  })().catch(error => {
    failure = error
  })
  return {
    client,
    store,
    clock,
    context,
    events,
    run,
    get result() {
      return result
    },
    get failure() {
      return failure as Error & { outcome?: string; reason?: string }
    },
    isOver: () => result !== undefined || failure !== undefined,
    status: async (status: Partial<Record<keyof RolloutStatus, unknown>>) => {
      store.patch(rollouts, ref, { type: 'merge', body: { status }, subresource: 'status' }, {})
      await clock.advance(0)
    },
  }
}

describe('followRollout', () => {
  it('ends when the goal holds at once', async () => {
    const wait = start(healthy(), ['healthy'])
    await wait.run
    expect(wait.result).toMatchObject({ outcome: 'done', met: { kind: 'healthy' }, phase: 'Healthy' })
    expect(wait.client.requests.map(each => each.method)).toEqual(['LIST'])
  })

  it('follows changes until one of several goals holds, and names it', async () => {
    const wait = start(progressing({ step: 0 }), ['step=6', 'paused'])
    await wait.clock.advance(1000)
    await wait.status({ currentStepIndex: 1, phase: 'Progressing' })
    expect(wait.isOver()).toBe(false)
    await wait.status({
      phase: 'Paused',
      message: 'CanaryPauseStep',
      controllerPause: true,
      pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T12:00:00Z' }],
    })
    await wait.run
    expect(wait.result?.sentence).toBe('rollout loans/loans-api is Paused - CanaryPauseStep (met: paused)')
    expect(wait.events.map(event => event.type)).toEqual([
      'rollout.phase',
      'rollout.step',
      'rollout.weight',
      'rollout.step',
      'rollout.phase',
    ])
    expect(wait.clock.pending).toBe(0)
  })

  it.each([
    { rollout: aborted(), goals: ['healthy'], outcome: 'negative', sentence: /Degraded - RolloutAborted/ },
    { rollout: aborted(), goals: ['degraded'], outcome: 'done', sentence: /Degraded/ },
    { rollout: paused(), goals: ['healthy'], outcome: 'not-yet', sentence: /does not go on by itself/ },
    { rollout: paused(), goals: ['step=3'], outcome: 'not-yet', sentence: /does not go on by itself/ },
  ])('$goals of a rollout that is $rollout.status.phase: $outcome', async ({ rollout, goals, outcome, sentence }) => {
    const wait = start(rollout, goals)
    await wait.run
    expect(wait.result?.outcome).toBe(outcome)
    expect(wait.result?.sentence).toMatch(sentence)
  })

  it('goes through pauses where asked', async () => {
    const wait = start(paused(), ['healthy'], { throughPauses: true })
    await wait.clock.advance(60_000)
    expect(wait.isOver()).toBe(false)
    await wait.status({ ...healthy().status, pauseConditions: null, controllerPause: null })
    await wait.run
    expect(wait.result?.outcome).toBe('done')
  })

  it('times out, with what it last saw', async () => {
    const wait = start(progressing({ step: 2 }), ['healthy'], { timeoutMs: 90_000 })
    await wait.clock.advance(89_999)
    expect(wait.isOver()).toBe(false)
    await wait.clock.advance(1)
    await wait.run
    expect(wait.result?.outcome).toBe('timed-out')
    expect(wait.result?.sentence).toMatch(
      /waiting for healthy: rollout loans\/loans-api is Progressing - more replicas/,
    )
    expect(wait.clock.pending).toBe(0)
  })

  it('looks once', async () => {
    const wait = start(progressing({ step: 2 }), ['healthy'], { once: true })
    await wait.run
    expect(wait.result?.outcome).toBe('not-yet')
  })

  it('says that the rollout does not exist', async () => {
    const wait = start(undefined, ['healthy'])
    await wait.run
    expect(wait.failure).toMatchObject({ outcome: 'error', reason: 'NotFound' })
  })

  it('waits for a deletion', async () => {
    const wait = start(aborted(), ['delete'])
    await wait.clock.advance(1000)
    expect(wait.isOver()).toBe(false)
    wait.store.delete(rollouts, ref, {})
    await wait.clock.advance(0)
    await wait.run
    expect(wait.result).toMatchObject({ outcome: 'done', sentence: 'rollout loans/loans-api is deleted' })
  })

  it('counts a deletion that was not asked for as an error', async () => {
    const wait = start(progressing(), ['healthy'])
    await wait.clock.advance(1000)
    wait.store.delete(rollouts, ref, {})
    await wait.clock.advance(0)
    await wait.run
    expect(wait.failure).toMatchObject({ outcome: 'error', reason: 'Deleted' })
    expect(wait.failure.message).toBe('rollout loans/loans-api was deleted while waiting for healthy')
  })

  it('is Pending until the wanted image is there, although the old version is healthy', async () => {
    const image = 'registry.example.com/loans-api:2.1.0'
    const wait = start(healthy(), ['healthy'], { version: { image } })
    await wait.clock.advance(10_000)
    expect(wait.isOver()).toBe(false)
    expect(wait.events[0]).toMatchObject({ type: 'rollout.phase', phase: 'Pending' })
    const container = { name: 'loans-api', image }
    wait.store.patch(
      rollouts,
      ref,
      { type: 'merge', body: { spec: { template: { spec: { containers: [container] } } } } },
      {},
    )
    await wait.clock.advance(0)
    expect(wait.isOver()).toBe(false)
    await wait.status({ observedGeneration: '8', currentPodHash: 'new', phase: 'Progressing', currentStepIndex: 0 })
    expect(wait.events.at(-3)).toMatchObject({ type: 'rollout.phase', phase: 'Progressing' })
    await wait.status({ stableRS: 'new', phase: 'Healthy', message: '' })
    await wait.run
    expect(wait.result?.outcome).toBe('done')
  })

  it('does not take the Degraded of before for the answer to a retry', async () => {
    const wait = start(undefined, [])
    const { client, store, context } = wait
    store.restore(aborted())
    const action = await applyPlan(retrying(), ref, {}, context)
    const follow = followRollout(ref, [{ kind: 'healthy' }], { version: { after: action.object as Rollout } }, context)
    const first = await follow.next()
    expect(first.value).toMatchObject({ type: 'rollout.phase', phase: 'Pending' })
    const next = (async () => {
      let each = await follow.next()
      while (!each.done) each = await follow.next()
      return each.value
    })()
    // another writer touches it: no reaction yet
    await client.patch(rollouts, ref, { type: 'merge', body: { metadata: { labels: { touched: 'yes' } } } })
    await context.clock.advance(0)
    await wait.status({ ...progressing().status, abort: false, abortedAt: null, conditions: [], phase: 'Progressing' })
    await wait.status({ ...healthy().status })
    expect(await next).toMatchObject({ outcome: 'done' })
  })

  it('reminds a controller that has overlooked our write, and leaves no trace', async () => {
    const { client, context, clock, store, ...wait } = start(paused({ step: 1 }), ['degraded'])
    context.abort()
    await wait.run
    const fresh = fakeContext({ client, clock })
    const action = await applyPlan(promotion({ kind: 'current-pause' }), ref, {}, fresh)
    const follow = followRollout(ref, [{ kind: 'healthy' }], { version: { after: action.object as Rollout } }, fresh)
    const events: CanaryEvent[] = []
    const run = (async () => {
      for (;;) {
        const next = await follow.next()
        if (next.done) return next.value
        events.push(next.value)
      }
    })()
    const writes = () => client.requests.filter(each => each.method === 'PATCH').length
    await clock.advance(9_000)
    expect(writes()).toBe(1)
    await clock.advance(2_000)
    expect(writes()).toBe(3)
    expect(events.filter(each => each.type === 'warning')).toHaveLength(1)
    expect(store.get(rollouts, ref).metadata.annotations ?? {}).not.toHaveProperty('kubectl-canary/look-again')
    await clock.advance(15_000)
    expect(writes()).toBe(3)
    await clock.advance(10_000)
    expect(writes()).toBe(5)
    await wait.status({ ...healthy().status, controllerPause: null })
    expect(await run).toMatchObject({ outcome: 'done' })
    await clock.advance(600_000)
    expect(writes()).toBe(5)
  })

  it('goes on through an outage, and gives up after five minutes without a timeout', async () => {
    const wait = start(progressing(), ['healthy'])
    await wait.clock.advance(1000)
    wait.client.faults.failNext(1000, () => internalError('the database is away'))
    wait.store.history.drop()
    await wait.clock.advanceUntil(wait.isOver, 20 * 60_000)
    await wait.run
    expect(wait.failure).toMatchObject({ outcome: 'error' })
    expect(wait.clock.pending).toBe(0)
  })

  it('ends with the reason of the signal', async () => {
    const wait = start(progressing(), ['healthy'])
    await wait.clock.advance(1000)
    wait.context.abort(new Error('Ctrl-C'))
    await wait.clock.advance(0)
    await wait.run
    expect(wait.failure.message).toBe('Ctrl-C')
    expect(wait.clock.pending).toBe(0)
  })
})
