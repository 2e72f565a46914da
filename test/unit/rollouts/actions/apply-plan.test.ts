import { describe, expect, it } from 'vitest'
import { rollouts } from '../../../../src/lib/kube/resource-types.ts'
import { internalError, notFound } from '../../../../src/lib/playground/store/status-error.ts'
import { applyPlan } from '../../../../src/lib/rollouts/actions/apply-plan.ts'
import type { ApplyOptions } from '../../../../src/lib/rollouts/actions/plan-run.ts'
import {
  abortion,
  promotion,
  type RolloutAction,
  restarting,
  undoing,
} from '../../../../src/lib/rollouts/actions/rollout-actions.ts'
import type { Rollout } from '../../../../src/lib/rollouts/rollout.ts'
import type { Failure } from '../../../../src/lib/values/failure.ts'
import { fakeClient, fakeContext } from '../../../fakes/context.ts'
import { healthy, paused, progressing, replicaSet, unobserved } from './rollout-builders.ts'

const ref = { namespace: 'loans', name: 'loans-api' }
const promote = promotion({ kind: 'current-pause' })
const bothPauses = () => paused({ spec: { paused: true } })

/** @param onPatch called before the server sees the n-th patch, from 1 */
function setUp(
  rollout: Rollout,
  onPatch: (n: number, store: ReturnType<typeof fakeClient>['store']) => void = () => {},
) {
  const { client, store } = fakeClient({ objects: [rollout] })
  const patch = client.patch.bind(client)
  let count = 0
  client.patch = (...args) => {
    onPatch(++count, store)
    return patch(...args)
  }
  const context = fakeContext({ client })
  return {
    client,
    store,
    context,
    rollout: () => store.get<Rollout>(rollouts, ref),
    paths: () => client.requests.map(request => `${request.method} ${request.path.split('/loans/').at(-1)}`),
    async apply(action: RolloutAction, options: ApplyOptions = {}) {
      let answer: { result: Awaited<ReturnType<typeof applyPlan>> } | { failure: Failure } | undefined
      const run = applyPlan(action, ref, options, context).then(
        result => {
          answer = { result }
        },
        failure => {
          answer = { failure }
        },
      )
      await context.clock.advanceUntil(() => answer !== undefined)
      await run
      return answer as { result?: Awaited<ReturnType<typeof applyPlan>>; failure?: Failure }
    },
  }
}

const write = (store: ReturnType<typeof fakeClient>['store'], body: object, subresource?: 'status') =>
  store.patch(rollouts, ref, { type: 'merge', body, ...(subresource && { subresource }) }, { manager: 'somebody' })

describe('applyPlan', () => {
  it('sends the resourceVersion that was read, then the one that was answered', async () => {
    const { apply, rollout } = setUp(bothPauses())
    const before = rollout().metadata.resourceVersion
    const { result } = await apply(promote)
    const versions = result?.requests.map(
      request => (request.body as { metadata: { resourceVersion: string } }).metadata.resourceVersion,
    )
    expect(versions?.[0]).toBe(before)
    expect(versions?.[1]).not.toBe(before)
    expect(result?.object.metadata.resourceVersion).toBe(rollout().metadata.resourceVersion)
    expect(result?.written).toHaveLength(2)
  })

  it('tries again when the object was written and the situation is the same', async () => {
    const { apply, rollout, paths } = setUp(paused(), (n, store) => {
      if (n < 4) write(store, { status: { availableReplicas: n } }, 'status')
    })
    const { result } = await apply(promote)
    expect(result?.outcome).toBe('done')
    expect(rollout().status?.pauseConditions).toBeUndefined()
    expect(paths().filter(path => path.startsWith('PATCH'))).toHaveLength(4)
  })

  it('does not take a changed number of replicas for another situation', async () => {
    const scale = (n: number, store: ReturnType<typeof fakeClient>['store']) => {
      if (n === 1) write(store, { spec: { replicas: 9 } })
    }
    const { apply, rollout, context, store } = setUp(paused(), scale)
    context.clock.schedule(200, () => write(store, { status: { observedGeneration: '8' } }, 'status'))
    expect((await apply(promote)).result?.outcome).toBe('done')
    expect(rollout().status?.pauseConditions).toBeUndefined()

    const unseen = setUp(paused(), scale)
    expect((await unseen.apply(promote)).failure?.reason).toBe('SpecNotObserved')
  })

  it.each([
    {
      what: 'the step',
      body: { status: { currentStepIndex: 3 } },
      says: /step was 1\/7, is 3\/7, written by somebody at /,
    },
    {
      what: 'the pause',
      body: { status: { pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T13:00:00Z' }] } },
      says: /pause was CanaryPauseStep since 2026-11-24T12:00:00Z, is CanaryPauseStep since 2026-11-24T13:00:00Z/,
    },
    { what: 'an abort', body: { status: { abort: true } }, says: /abort was false, is true/ },
    {
      what: 'the version',
      body: { status: { currentPodHash: 'newer' } },
      says: /version was canary over stable, is newer/,
    },
    { what: 'the spec', body: { spec: { minReadySeconds: 5 } }, says: /spec was generation 7, is generation 8/ },
  ])('refuses when $what changed meanwhile', async ({ body, says }) => {
    const { apply, paths } = setUp(paused(), (n, store) => {
      if (n === 1) write(store, body, 'status' in body ? 'status' : undefined)
    })
    const { failure } = await apply(promote)
    expect(failure).toMatchObject({ outcome: 'refused', reason: 'ChangedMeanwhile' })
    expect(failure?.message).toMatch(says)
    expect(failure?.message).toMatch(/nothing was changed$/)
    expect(paths().filter(path => path.startsWith('PATCH'))).toHaveLength(1)
  })

  it('aborts although the step moved meanwhile', async () => {
    const { apply, rollout } = setUp(progressing(), (n, store) => {
      if (n === 1) write(store, { status: { currentStepIndex: 3 } }, 'status')
    })
    const { result } = await apply(abortion())
    expect(result?.outcome).toBe('done')
    expect(rollout().status?.abort).toBe(true)
  })

  it('checks what is expected before every write', async () => {
    const { apply, rollout } = setUp(progressing({ step: 2 }), (n, store) => {
      if (n === 1) write(store, { status: { currentStepIndex: 3 } }, 'status')
    })
    const { failure } = await apply(abortion({ step: 2 }))
    expect(failure?.message).toMatch(/expected step 2, it is at step 3\/7: nothing was changed/)
    expect(rollout().status?.abort).toBeUndefined()
  })

  it('says what was done and what was not', async () => {
    const { apply, client } = setUp(bothPauses())
    client.faults.failNext(
      1,
      () => internalError('the database is away'),
      (_method, path) => path.endsWith('/status'),
    )
    const { failure } = await apply(promote)
    expect(failure).toMatchObject({ outcome: 'error', reason: 'Unfinished' })
    expect(failure?.message).toMatch(/is only half done: .*the database is away/)
    expect(failure?.message).toMatch(/Done: end the manual pause\. Not done: clear the pause conditions\./)
  })

  it('says so too when the object changed in between', async () => {
    const { apply } = setUp(bothPauses(), (n, store) => {
      if (n === 2) write(store, { status: { abort: true } }, 'status')
    })
    const { failure } = await apply(promote)
    expect(failure).toMatchObject({ outcome: 'error', reason: 'Unfinished' })
    expect(failure?.message).toMatch(/it changed meanwhile \(abort was false, is true/)
  })

  it('is done when the controller left the pause by itself in between', async () => {
    const { apply, rollout } = setUp(bothPauses(), (n, store) => {
      if (n === 2) {
        const status = { currentStepIndex: 2, pauseConditions: null, controllerPause: null }
        write(store, { status }, 'status')
      }
    })
    const { result } = await apply(promote)
    expect(result?.outcome).toBe('done')
    expect(rollout().status?.currentStepIndex).toBe(2)
  })

  it('writes the status to the object where there is no subresource', async () => {
    const { apply, client, paths } = setUp(paused())
    const missing = () => notFound(rollouts, 'loans-api')
    client.faults.failNext(1, missing, (method, path) => method === 'PATCH' && path.endsWith('/status'))
    const { result } = await apply(promote)
    expect(paths()).toEqual(['GET rollouts/loans-api', 'PATCH rollouts/loans-api/status', 'PATCH rollouts/loans-api'])
    expect(result?.requests.map(request => request.path)).toEqual([
      '/apis/argoproj.io/v1alpha1/namespaces/loans/rollouts/loans-api?fieldManager=kubectl-canary',
    ])
  })

  it('waits for the controller to see the spec, and refuses when it does not', async () => {
    const late = setUp(unobserved(paused()))
    late.context.clock.schedule(1000, () => write(late.store, { status: { observedGeneration: '8' } }, 'status'))
    expect((await late.apply(promote)).result?.outcome).toBe('done')

    const never = setUp(unobserved(paused()))
    const before = never.context.clock.now()
    expect((await never.apply(promote)).failure).toMatchObject({ outcome: 'refused', reason: 'SpecNotObserved' })
    expect(never.context.clock.now() - before).toBeGreaterThanOrEqual(5000)
  })

  it('promotes fully what the controller makes of a new spec, but passes no other pause', async () => {
    const observed = { observedGeneration: '8', currentPodHash: 'newest', currentStepIndex: 0, phase: 'Progressing' }
    const full = setUp(unobserved(healthy()))
    full.context.clock.schedule(100, () => write(full.store, { status: observed }, 'status'))
    expect((await full.apply(promotion({ kind: 'full' }))).result?.outcome).toBe('done')
    expect(full.rollout().status?.promoteFull).toBe(true)

    const pause = [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T13:00:00Z' }]
    const other = setUp(unobserved(paused()))
    other.context.clock.schedule(100, () =>
      write(other.store, { status: { ...observed, currentStepIndex: 3, pauseConditions: pause } }, 'status'),
    )
    expect((await other.apply(promote)).failure?.reason).toBe('ChangedMeanwhile')
  })

  it('gives up on an object that is never quiet', async () => {
    const { apply } = setUp(paused(), (n, store) => {
      write(store, { status: { availableReplicas: n } }, 'status')
    })
    const { failure } = await apply(promote)
    expect(failure).toMatchObject({ outcome: 'error', reason: 'Conflict' })
    expect(failure?.message).toMatch(/20 times in a row while we tried, nothing was changed/)
  })

  it('says that the rollout is not there', async () => {
    const { apply, store } = setUp(paused())
    store.delete(rollouts, ref, {})
    expect((await apply(promote)).failure).toMatchObject({ outcome: 'error', reason: 'NotFound' })
  })

  it('sends nothing with --dry-run=client', async () => {
    const { apply, paths } = setUp(bothPauses())
    const { result } = await apply(promote, { dryRun: 'client', fieldManager: 'ci' })
    expect(paths()).toEqual(['GET rollouts/loans-api'])
    expect(result?.requests.map(request => request.path)).toEqual([
      '/apis/argoproj.io/v1alpha1/namespaces/loans/rollouts/loans-api?fieldManager=ci',
      '/apis/argoproj.io/v1alpha1/namespaces/loans/rollouts/loans-api/status?fieldManager=ci',
    ])
  })

  it('stores nothing with --dry-run=server', async () => {
    const { apply, rollout } = setUp(bothPauses())
    const before = rollout()
    const { result } = await apply(promote, { dryRun: 'server' })
    expect(result?.requests).toHaveLength(2)
    expect(result?.requests[0]?.path).toMatch(/dryRun=All/)
    expect(rollout()).toEqual(before)
  })

  it('adds the connection flags to the commands that it suggests', async () => {
    const { client } = fakeClient({ objects: [progressing()], connectionFlags: ['--context', 'prod'] })
    const failure = await applyPlan(promote, ref, {}, fakeContext({ client })).catch((error: Failure) => error)
    expect((failure as Failure).hints[0]).toBe(
      'To skip this step: kubectl canary rollout promote loans-api -n loans --context prod --skip-current-step',
    )
  })

  it('restarts whatever else changes', async () => {
    const { apply, rollout } = setUp(progressing(), (n, store) => {
      if (n === 1) write(store, { status: { currentStepIndex: 3 }, spec: { minReadySeconds: 9 } })
    })
    await apply(restarting(Date.parse('2026-11-24T12:00:00Z')))
    expect(rollout().spec.restartAt).toBe('2026-11-24T12:00:00Z')
  })
})

describe('applyPlan of undo', () => {
  const sets = [
    replicaSet(4, 'stable', 'loans:1'),
    replicaSet(5, 'canary', 'registry.example.com/loans-api:2.0.0'),
  ].map(each => ({ ...each, apiVersion: 'apps/v1', kind: 'ReplicaSet' }))

  it('binds the write to the workload where there is one', async () => {
    const rollout = progressing({ spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'loans' } } })
    delete rollout.spec.template
    const template = structuredClone(sets[1]?.spec?.template)
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'loans', namespace: 'loans' },
      spec: { template },
    }
    const { client, store } = fakeClient({ objects: [rollout, deployment, ...sets] })
    const result = await applyPlan(undoing(), ref, {}, fakeContext({ client }))
    const deployments = { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment', namespaced: true }
    const after = store.get<typeof deployment>(deployments, { namespace: 'loans', name: 'loans' })
    expect(after.spec.template?.spec?.containers?.[0]?.image).toBe('loans:1')
    expect(after.spec.template?.metadata?.labels).toEqual({ app: 'loans-api' })
    expect(result.object.kind).toBe('Rollout')
    expect(result.written.map(each => each.kind)).toEqual(['Deployment'])
    expect(client.requests.map(request => request.method)).toEqual(['GET', 'GET', 'LIST', 'PATCH'])
  })

  it('tries again after a conflict, and needs three requests without one', async () => {
    const { client, store } = fakeClient({ objects: [progressing(), ...sets] })
    const context = fakeContext({ client })
    const patch = client.patch.bind(client)
    let count = 0
    client.patch = (...args) => {
      if (++count === 1) write(store, { status: { availableReplicas: 3 } }, 'status')
      return patch(...args)
    }
    const run = applyPlan(undoing(), ref, {}, context)
    await context.clock.advanceUntil(() => count === 2)
    await run
    expect(store.get<Rollout>(rollouts, ref).spec.template?.spec?.containers?.[0]?.image).toBe('loans:1')
  })
})
