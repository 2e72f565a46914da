import { describe, expect, it, vi } from 'vitest'
import type { CanaryEvent } from '../../../../src/lib/events/event.ts'
import { rollouts } from '../../../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../../../src/lib/playground/clock.ts'
import type { RolloutInfo } from '../../../../src/lib/rollouts/info/info.ts'
import { rolloutStatus, type StatusOptions } from '../../../../src/lib/rollouts/observe/status.ts'
import { type WatchStep, watchRollout } from '../../../../src/lib/rollouts/observe/watch.ts'
import type { Rollout } from '../../../../src/lib/rollouts/rollout.ts'
import { fakeClient, fakeContext } from '../../../fakes/context.ts'
import { canary, degraded, healthy, minutes, paused, pod, replicaSet } from '../builders.ts'

const ref = { namespace: 'shop', name: 'web' }

async function asking(rollout: Rollout, options: StatusOptions) {
  const clock = new VirtualClock()
  const { client, store } = fakeClient({ clock, objects: [rollout] })
  const context = fakeContext({ client, clock })
  const events: CanaryEvent[] = []
  const state: { result?: unknown } = {}
  void (async () => {
    const answers = rolloutStatus(ref, options, context)
    for (;;) {
      const next = await answers.next()
      if (next.done) {
        state.result = next.value
        return
      }
      events.push(next.value)
    }
  })().catch(error => {
    state.result = error
  })
  // What is not on the fast path is loaded on demand, which no virtual clock can hurry.
  await vi.waitUntil(() => client.requests.length > 0)
  return { clock, client, store, context, events, state }
}

describe.each([
  { at: 'healthy', rollout: healthy(), outcome: 'done' },
  { at: 'degraded', rollout: degraded(), outcome: 'negative' },
  { at: 'progressing', rollout: canary(), outcome: 'not-yet' },
  { at: 'paused', rollout: paused(), outcome: 'not-yet' },
])('one look at a rollout that is $at', ({ rollout, outcome }) => {
  it(`is ${outcome}, in one request`, async () => {
    const { clock, client, state } = await asking(rollout, { watch: false })
    await clock.advance(0)
    expect(state.result).toMatchObject({ outcome, phase: rollout.status?.phase })
    expect(client.requests.map(each => each.method)).toEqual(['GET'])
  })
})

it('takes two requests with a workloadRef, and sees that its template is not observed', async () => {
  const clock = new VirtualClock()
  const rollout = healthy({
    spec: { workloadRef: { kind: 'Deployment', name: 'app' } },
    status: { workloadObservedGeneration: '3' },
  })
  const metadata = { name: 'app', namespace: 'shop', generation: 4 }
  const { client } = fakeClient({ clock, objects: [rollout, { apiVersion: 'apps/v1', kind: 'Deployment', metadata }] })
  const answers = rolloutStatus(ref, { watch: false }, fakeContext({ client, clock }))
  await answers.next()
  expect(await answers.next()).toMatchObject({ value: { outcome: 'not-yet', phase: 'Progressing' } })
  expect(client.requests).toHaveLength(2)
})

it('says of an image that is not there yet that it is pending, and not that the old version is healthy', async () => {
  const { clock, state } = await asking(healthy(), { watch: false, version: { image: ':9.9' } })
  await clock.advance(0)
  expect(state.result).toMatchObject({ outcome: 'not-yet', phase: 'Pending' })
})

it('watches until it is healthy, and goes on at a pause only when told to', async () => {
  const stops = await asking(canary(), { watch: true })
  const goesOn = await asking(canary(), { watch: true, throughPauses: true })
  for (const { clock, store } of [stops, goesOn]) {
    await clock.advance(1000)
    store.restore(paused())
    await clock.advance(1000)
  }
  expect(stops.state.result).toMatchObject({ outcome: 'not-yet', phase: 'Paused' })
  expect(goesOn.state.result).toBeUndefined()
  goesOn.store.restore(healthy())
  await goesOn.clock.advance(1000)
  expect(goesOn.state.result).toMatchObject({ outcome: 'done' })
  expect(
    goesOn.events.filter(event => event.type === 'rollout.phase').map(event => 'phase' in event && event.phase),
  ).toEqual(['Progressing', 'Paused', 'Healthy'])
})

it('times out', async () => {
  const { clock, state } = await asking(canary(), { watch: true, timeoutMs: 5000 })
  await clock.advance(4000)
  expect(state.result).toBeUndefined()
  await clock.advance(2000)
  expect(state.result).toMatchObject({ outcome: 'timed-out' })
})

describe('watchRollout', () => {
  const newSet = replicaSet('new', { revision: 5 })
  function watching(options: Parameters<typeof watchRollout>[1], rollout = canary()) {
    const clock = new VirtualClock()
    const { client, store } = fakeClient({ clock, objects: [rollout, newSet, pod('p1', newSet)] })
    const context = fakeContext({ client, clock })
    const steps: WatchStep<RolloutInfo>[] = []
    const state: { error?: unknown; isDone?: boolean } = {}
    void (async () => {
      for await (const step of watchRollout(ref, options, context)) steps.push(step)
      state.isDone = true
    })().catch(error => {
      state.error = error
    })
    return { clock, store, context, steps, state }
  }
  const types = (step: WatchStep<RolloutInfo> | undefined) => step?.events.map(event => event.type)

  it('tells everything first, then what changes, and ends when it is healthy', async () => {
    const at = watching({})
    await at.clock.advance(1000)
    expect(types(at.steps[0])).toEqual(['rollout.phase', 'rollout.step', 'rollout.weight', 'pod.phase'])
    at.store.restore(pod('p1', newSet, { phase: 'Failed', reason: 'Evicted', containerStatuses: [] }))
    await at.clock.advance(1000)
    expect(types(at.steps[1])).toEqual(['pod.phase'])
    at.store.restore(healthy())
    await at.clock.advance(1000)
    expect(at.steps[2]?.end).toMatchObject({ outcome: 'done' })
    expect(at.state.isDone).toBe(true)
  })

  it.each([
    {
      at: 'degraded',
      change: (store: ReturnType<typeof watching>['store']) => store.restore(degraded()),
      outcome: 'negative',
    },
    {
      at: 'deleted',
      change: (store: ReturnType<typeof watching>['store']) => store.delete(rollouts, ref),
      outcome: 'error',
    },
  ])('ends when it is $at', async ({ change, outcome }) => {
    const at = watching({})
    await at.clock.advance(1000)
    change(at.store)
    await at.clock.advance(1000)
    expect(at.steps.at(-1)?.end).toMatchObject({ outcome })
    expect(at.state.isDone).toBe(true)
  })

  it('goes on at a pause, and ends when the time is up', async () => {
    const at = watching({ timeoutMs: minutes(2) }, paused())
    await at.clock.advance(minutes(1))
    expect(at.state.isDone).toBeUndefined()
    await at.clock.advance(minutes(1))
    expect(at.steps.at(-1)?.end).toMatchObject({ outcome: 'timed-out' })
    expect(at.state.isDone).toBe(true)
  })

  it('does not take the old version for the one that is meant', async () => {
    const at = watching({ version: { image: ':3.0' } }, healthy())
    await at.clock.advance(1000)
    expect(at.steps[0]?.info.phase).toBe('Pending')
    at.store.restore(healthy({ image: 'shop/web:3.0' }))
    await at.clock.advance(1000)
    expect(at.steps.at(-1)?.end).toMatchObject({ outcome: 'done' })
  })
})
