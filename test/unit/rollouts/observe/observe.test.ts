import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../../src/lib/context/kube-object.ts'
import { pods, replicaSets, rollouts } from '../../../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../../../src/lib/playground/clock.ts'
import { StatusError } from '../../../../src/lib/playground/store/status-error.ts'
import { observeRollout, type RolloutObservation } from '../../../../src/lib/rollouts/observe/observe.ts'
import { fakeClient, fakeContext } from '../../../fakes/context.ts'
import { analysisRun, canary, experiment, paused, pod, replicaSet } from '../builders.ts'

const ref = { namespace: 'shop', name: 'web' }
const newSet = replicaSet('new', { revision: 5 })

/** An observation in the background, driven by virtual time. */
function observing(...objects: KubeObject[]) {
  const clock = new VirtualClock()
  const { client, store } = fakeClient({ clock, objects })
  const context = fakeContext({ client, clock })
  const seen: RolloutObservation[] = []
  let outcome: unknown
  const start = () => {
    void (async () => {
      try {
        for await (const observation of observeRollout(client, ref, context)) seen.push(observation)
        outcome = 'end'
      } catch (error) {
        outcome = error
      }
    })()
  }
  return {
    client,
    store,
    context,
    clock,
    seen,
    start,
    get outcome() {
      return outcome
    },
    get last() {
      return seen.at(-1)
    },
    settle: () => clock.advance(1_000),
  }
}
const forbid = (client: ReturnType<typeof observing>['client'], matches: (method: string, path: string) => boolean) =>
  client.faults.failNext(99, () => new StatusError(403, 'Forbidden', 'is forbidden'), matches)
const names = (objects: readonly KubeObject[] | undefined) => objects?.map(each => each.metadata.name).sort()

describe('observeRollout', () => {
  it('begins with one complete observation, each request narrowed', async () => {
    const at = observing(canary(), newSet, pod('p1', newSet), analysisRun('run'), canary({ name: 'other' }))
    at.start()
    await at.settle()
    expect(at.seen).toHaveLength(1)
    expect(names(at.last?.objects.pods)).toEqual(['p1'])
    expect(names(at.last?.objects.analysisRuns)).toEqual(['run'])
    for (const { options } of at.client.requests) {
      expect(options).toMatchObject({ namespace: 'shop' })
      expect(JSON.stringify(options)).toMatch(/(label|field)Selector":"[^"]/)
    }
    at.context.abort(new Error('enough'))
    await at.settle()
    expect(at.outcome).toMatchObject({ message: 'enough' })
  })

  it('makes one observation of what changes together, and another of what changes later', async () => {
    const at = observing(canary(), newSet)
    at.start()
    await at.settle()
    for (const name of ['p1', 'p2', 'p3']) at.store.create(pods, pod(name, newSet))
    at.store.restore(paused())
    await at.settle()
    expect(at.seen).toHaveLength(2)
    expect(names(at.last?.objects.pods)).toEqual(['p1', 'p2', 'p3'])
    expect(at.last?.objects.rollout.status?.phase).toBe('Paused')
    at.store.delete(pods, { namespace: 'shop', name: 'p2' })
    await at.settle()
    expect(at.seen).toHaveLength(3)
    expect(names(at.last?.objects.pods)).toEqual(['p1', 'p3'])
  })

  it('follows an experiment of a new version, and its run', async () => {
    const at = observing(canary(), newSet)
    at.start()
    await at.settle()
    at.store.create(replicaSets, replicaSet('newer', { revision: 6 }))
    const running = experiment('exp', {
      labels: { 'rollouts-pod-template-hash': 'newer' },
      status: { phase: 'Running', analysisRuns: [{ name: 'a', analysisRun: 'exp-a' }] },
    })
    const run = analysisRun('exp-a', { owner: running })
    run.metadata.labels = {}
    await at.settle()
    at.store.restore(running)
    at.store.restore(run)
    await at.settle()
    expect(names(at.last?.objects.experiments)).toEqual(['exp'])
    expect(names(at.last?.objects.analysisRuns)).toEqual(['exp-a'])
  })

  it('ends when the rollout is deleted, with what was seen last', async () => {
    const at = observing(canary(), newSet)
    at.start()
    await at.settle()
    at.store.delete(rollouts, ref)
    await at.settle()
    expect(at.last).toMatchObject({ isDeleted: true, objects: { rollout: { metadata: { name: 'web' } } } })
    expect(at.outcome).toBe('end')
  })

  it('fails for a rollout that does not exist', async () => {
    const at = observing()
    at.start()
    await at.settle()
    expect(at.outcome).toMatchObject({ reason: 'NotFound', outcome: 'error' })
  })

  it('fails for a rollout that may not be read at all', async () => {
    const at = observing(canary())
    forbid(at.client, (_method, path) => path.includes('/rollouts'))
    at.start()
    await at.settle()
    expect(at.outcome).toMatchObject({ reason: 'Forbidden' })
  })

  it('goes on without pods that may not be listed', async () => {
    const at = observing(canary(), newSet, pod('p1', newSet))
    forbid(at.client, (_method, path) => path.includes('/pods'))
    at.start()
    await at.settle()
    expect(at.last?.objects.notVisible).toEqual(['pods'])
  })

  it.each([
    ['pods', '/pods'],
    ['the rollout', '/rollouts'],
  ])('reads %s every few seconds where watching is forbidden', async (_what, part) => {
    const at = observing(canary(), newSet, pod('p1', newSet))
    forbid(
      at.client,
      (method, path) => method !== 'GET' && method !== (part === '/pods' ? 'LIST' : 'GET') && path.includes(part),
    )
    at.start()
    await at.settle()
    expect(at.last?.objects.notVisible).toBeUndefined()
    at.store.restore(paused())
    at.store.create(pods, pod('p2', newSet))
    await at.clock.advance(6_000)
    expect(names(at.last?.objects.pods)).toEqual(['p1', 'p2'])
    expect(at.last?.objects.rollout.status?.phase).toBe('Paused')
  })

  it('says since when the server does not answer, and that it does again', async () => {
    const at = observing(canary(), newSet)
    at.start()
    await at.settle()
    at.client.faults.failNext(200, () => new StatusError(503, 'ServiceUnavailable', 'restarting'))
    at.store.history.drop()
    await at.clock.advance(10_000)
    expect(at.last?.lost).toMatchObject({ message: expect.stringContaining('restarting') })
    at.store.restore(paused())
    at.client.faults.clear()
    await at.clock.advance(30_000)
    expect(at.last?.lost).toBeUndefined()
    expect(at.last?.objects.rollout.status?.phase).toBe('Paused')
  })
})
