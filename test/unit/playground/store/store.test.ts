import { beforeEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../../src/lib/context/kube-object.ts'
import * as types from '../../../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../../../src/lib/playground/clock.ts'
import { seededRandom } from '../../../../src/lib/playground/random.ts'
import { StatusError } from '../../../../src/lib/playground/store/status-error.ts'
import { ObjectStore } from '../../../../src/lib/playground/store/store.ts'
import type { StoreEvent } from '../../../../src/lib/playground/store/watch-history.ts'
import type { Rollout } from '../../../../src/lib/rollouts/rollout.ts'

let clock: VirtualClock
let store: ObjectStore

beforeEach(() => {
  clock = new VirtualClock()
  store = new ObjectStore({ now: () => clock.now(), random: seededRandom(1), windowSize: 20 })
})

const ref = { namespace: 'shop', name: 'web' }
const rollout = (spec: object = {}): Rollout => ({
  metadata: { ...ref, labels: { app: 'web' } },
  spec: { replicas: 2, ...spec } as Rollout['spec'],
})
const pod = (name: string, labels: Record<string, string> = {}, more: object = {}): KubeObject =>
  ({ metadata: { namespace: 'shop', name, labels }, spec: { nodeName: 'node-1' }, ...more }) as KubeObject

function refusal(action: () => unknown): StatusError['status'] {
  try {
    action()
  } catch (error) {
    if (error instanceof StatusError) return error.status
    throw error
  }
  throw new Error('it was not refused')
}

describe('writing', () => {
  it('gives identity, first generation and a revision, and leaves out the status of a kind with a status subresource', () => {
    const created = store.create(types.rollouts, { ...rollout(), status: { abort: true } } as Rollout)
    expect(created).toMatchObject({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { namespace: 'shop', name: 'web', generation: 1, creationTimestamp: '2026-01-02T03:04:05Z' },
    })
    expect(created.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(created.status).toBeUndefined()
    expect(store.find(types.namespaces, { name: 'shop' })).toBeDefined()
  })

  it('keeps the status of a kind without a status subresource', () => {
    const run = { metadata: ref, spec: {}, status: { phase: 'Running' } } as KubeObject
    expect(store.create(types.analysisRuns, run)).toMatchObject({ status: { phase: 'Running' } })
    const patched = store.patch(types.analysisRuns, ref, { type: 'merge', body: { status: { phase: 'Failed' } } })
    expect(patched).toMatchObject({ status: { phase: 'Failed' }, metadata: { generation: 2 } })
  })

  it.each([
    { what: 'spec', body: { spec: { paused: true } }, generation: 2 },
    { what: 'metadata', body: { metadata: { annotations: { a: 'b' } } }, generation: 1 },
    { what: 'status through the main resource', body: { status: { abort: true } }, generation: 1 },
  ])('a change of $what leads to generation $generation', ({ body, generation }) => {
    store.create(types.rollouts, rollout())
    const patched = store.patch<Rollout>(types.rollouts, ref, { type: 'merge', body })
    expect(patched.metadata.generation).toBe(generation)
    expect(patched.status).toBeUndefined()
  })

  it('the status subresource takes the status and nothing else', () => {
    store.create(types.rollouts, rollout())
    const body = { spec: { replicas: 9 }, metadata: { labels: { app: 'x' } }, status: { abort: true } }
    const patched = store.patch<Rollout>(types.rollouts, ref, { type: 'merge', body, subresource: 'status' })
    expect(patched).toMatchObject({ spec: { replicas: 2 }, status: { abort: true }, metadata: { generation: 1 } })
    expect(patched.metadata.labels).toEqual({ app: 'web' })
  })

  it('a write that changes nothing is no change', async () => {
    const created = store.create(types.rollouts, rollout())
    await clock.advance(5000)
    const patched = store.patch(types.rollouts, ref, { type: 'merge', body: { spec: { replicas: 2 } } })
    expect(patched).toEqual(created)
  })

  it('dry run answers what would be and stores nothing', () => {
    store.create(types.rollouts, rollout())
    const before = store.revision
    const patched = store.patch<Rollout>(
      types.rollouts,
      ref,
      { type: 'merge', body: { spec: { replicas: 5 } } },
      { dryRun: true },
    )
    expect(patched.spec.replicas).toBe(5)
    expect(store.get<Rollout>(types.rollouts, ref).spec.replicas).toBe(2)
    expect(store.revision).toBe(before)
  })

  it('makes up names from generateName', () => {
    const object = { metadata: { namespace: 'shop', generateName: 'run-' }, spec: {} } as unknown as KubeObject
    expect(store.create(types.analysisRuns, object).metadata.name).toMatch(/^run-[a-z0-9]{5}$/)
  })
})

describe('refusals are worded as the API server words them', () => {
  beforeEach(() => {
    store.create(types.rollouts, rollout())
  })

  it.each([
    {
      what: 'not found',
      action: () => store.get(types.rollouts, { namespace: 'shop', name: 'x' }),
      code: 404,
      reason: 'NotFound',
      message: 'rollouts.argoproj.io "x" not found',
    },
    {
      what: 'a pod that is not there',
      action: () => store.get(types.pods, { namespace: 'shop', name: 'x' }),
      code: 404,
      reason: 'NotFound',
      message: 'pods "x" not found',
    },
    {
      what: 'exists already',
      action: () => store.create(types.rollouts, rollout()),
      code: 409,
      reason: 'AlreadyExists',
      message: 'rollouts.argoproj.io "web" already exists',
    },
    {
      what: 'stale resourceVersion',
      action: () =>
        store.patch(types.rollouts, ref, {
          type: 'merge',
          body: { metadata: { resourceVersion: '1' }, spec: { paused: true } },
        }),
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on rollouts.argoproj.io "web": the object has been modified; please apply your changes to the latest version and try again',
    },
    {
      what: 'a JSON patch that does not apply',
      action: () =>
        store.patch(types.rollouts, ref, { type: 'json', body: [{ op: 'test', path: '/spec/replicas', value: 3 }] }),
      code: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    },
    {
      what: 'a kind that is not installed',
      action: () => store.get({ ...types.rollouts, version: 'v9' }, ref),
      code: 404,
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
    },
    {
      what: 'a field that cannot be selected by',
      action: () => store.list(types.rollouts, { namespace: 'shop', fieldSelector: 'spec.paused=true' }),
      code: 400,
      reason: 'BadRequest',
      message: 'field label not supported: spec.paused',
    },
  ])('$what', ({ action, code, reason, message }) => {
    expect(refusal(action)).toMatchObject({ kind: 'Status', status: 'Failure', code, reason, message })
  })
})

describe('who wrote what', () => {
  it('an update owns what it changed and takes that from the others', async () => {
    store.create(types.rollouts, rollout({ paused: false }), { manager: 'kubectl-create' })
    await clock.advance(60_000)
    store.patch(types.rollouts, ref, { type: 'merge', body: { spec: { paused: true } } }, { manager: 'kubectl-canary' })
    store.patch(
      types.rollouts,
      ref,
      { type: 'merge', body: { status: { abort: true } } },
      { manager: 'rollouts', subresource: 'status' },
    )
    const entries = store.get(types.rollouts, ref).metadata.managedFields
    expect(entries).toEqual([
      {
        manager: 'kubectl-create',
        operation: 'Update',
        apiVersion: 'argoproj.io/v1alpha1',
        time: '2026-01-02T03:04:05Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': { '.': {}, 'f:replicas': {} },
        },
      },
      expect.objectContaining({
        manager: 'kubectl-canary',
        time: '2026-01-02T03:05:05Z',
        fieldsV1: { 'f:spec': { 'f:paused': {} } },
      }),
      expect.objectContaining({
        manager: 'rollouts',
        subresource: 'status',
        fieldsV1: { 'f:status': { '.': {}, 'f:abort': {} } },
      }),
    ])
  })

  it("elements of keyed lists of Kubernetes' own kinds are fields of their own", () => {
    const containers = [{ name: 'app', image: 'a:1' }]
    store.create(types.pods, pod('p', { app: 'p' }, { spec: { containers } }), { manager: 'one' })
    store.patch(
      types.pods,
      { namespace: 'shop', name: 'p' },
      { type: 'strategic', body: { spec: { containers: [{ name: 'app', image: 'a:2' }] } } },
      { manager: 'two' },
    )
    const entries = store.get(types.pods, { namespace: 'shop', name: 'p' }).metadata.managedFields ?? []
    expect(entries.map(each => each.fieldsV1)).toEqual([
      {
        'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
        'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:name': {} } } },
      },
      { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { 'f:image': {} } } } },
    ])
  })
})

describe('deletion', () => {
  const owned = (name: string, ...uids: string[]) =>
    pod(
      name,
      {},
      {
        metadata: {
          namespace: 'shop',
          name,
          ownerReferences: uids.map(uid => ({ apiVersion: 'v1', kind: 'X', name: 'x', uid })),
        },
      },
    )

  it('takes along what belonged to the object alone', () => {
    const one = store.create(types.rollouts, rollout()).metadata.uid ?? ''
    const two = store.create(types.services, pod('other')).metadata.uid ?? ''
    store.create(types.pods, owned('alone', one))
    store.create(types.pods, owned('shared', one, two))
    store.delete(types.rollouts, ref)
    expect(store.all(types.pods).map(each => each.metadata.name)).toEqual(['shared'])
  })

  it('leaves orphans when asked', () => {
    const uid = store.create(types.rollouts, rollout()).metadata.uid ?? ''
    store.create(types.pods, owned('alone', uid))
    store.delete(types.rollouts, ref, { propagationPolicy: 'Orphan' })
    expect(store.all(types.pods)[0]?.metadata.ownerReferences).toBeUndefined()
  })

  it('waits for finalizers', () => {
    store.create(types.rollouts, { ...rollout(), metadata: { ...rollout().metadata, finalizers: ['a/b'] } })
    store.delete(types.rollouts, ref)
    expect(store.get(types.rollouts, ref).metadata.deletionTimestamp).toBe('2026-01-02T03:04:05Z')
    store.patch(types.rollouts, ref, { type: 'merge', body: { metadata: { finalizers: null } } })
    expect(store.find(types.rollouts, ref)).toBeUndefined()
  })

  it('a running pod stays, marked, until it has been ended', () => {
    store.endsPodsGracefully = true
    store.create(types.pods, pod('p'))
    store.delete(types.pods, { namespace: 'shop', name: 'p' })
    expect(store.all(types.pods)[0]?.metadata.deletionTimestamp).toBe('2026-01-02T03:04:35Z')
    store.delete(types.pods, { namespace: 'shop', name: 'p' }, { gracePeriodSeconds: 0 })
    expect(store.all(types.pods)).toEqual([])
  })

  it('a namespace takes its objects along', () => {
    store.create(types.pods, pod('p'))
    store.delete(types.namespaces, { name: 'shop' })
    expect(store.all(types.pods)).toEqual([])
  })
})

describe('lists', () => {
  beforeEach(() => {
    for (const each of ['a', 'b', 'c', 'd', 'e']) store.create(types.pods, pod(each, { app: each, tier: 'x' }))
    store.create(types.pods, { metadata: { namespace: 'other', name: 'z' } })
  })

  it.each([
    { options: { namespace: 'shop' }, names: ['a', 'b', 'c', 'd', 'e'] },
    { options: { allNamespaces: true }, names: ['z', 'a', 'b', 'c', 'd', 'e'] },
    { options: { namespace: 'shop', labelSelector: 'app in (a, c),tier=x' }, names: ['a', 'c'] },
    { options: { namespace: 'shop', labelSelector: 'app notin (a),app!=b' }, names: ['c', 'd', 'e'] },
    { options: { namespace: 'shop', labelSelector: '!tier' }, names: [] },
    {
      options: { namespace: 'shop', fieldSelector: 'metadata.name!=a,spec.nodeName=node-1' },
      names: ['b', 'c', 'd', 'e'],
    },
  ])('$options gives $names', ({ options, names }) => {
    expect(store.list(types.pods, options).items.map(each => each.metadata.name)).toEqual(names)
  })

  it('come in chunks of one moment', () => {
    const first = store.list(types.pods, { namespace: 'shop', limit: 2 })
    store.create(types.pods, pod('bb'))
    store.delete(types.pods, { namespace: 'shop', name: 'd' })
    const second = store.list(types.pods, { namespace: 'shop', limit: 2, continueToken: first.continueToken ?? '' })
    const third = store.list(types.pods, { namespace: 'shop', limit: 2, continueToken: second.continueToken ?? '' })
    const names = [first, second, third].flatMap(page => page.items.map(each => each.metadata.name))
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect([first, second, third].map(page => page.remainingItemCount)).toEqual([3, 1, undefined])
    expect(new Set([first, second, third].map(page => page.resourceVersion)).size).toBe(1)
    expect(third.continueToken).toBeUndefined()
  })

  it('a chunk of a compacted moment is 410', () => {
    const { continueToken = '' } = store.list(types.pods, { namespace: 'shop', limit: 2 })
    store.create(types.pods, pod('f'))
    store.history.compact(store.revision)
    expect(refusal(() => store.list(types.pods, { continueToken, limit: 2 }))).toMatchObject({
      code: 410,
      reason: 'Expired',
    })
  })
})

describe('watches', () => {
  const watch = (resourceVersion: string, labelSelector = '') => {
    const seen: string[] = []
    const next = (event: StoreEvent) => {
      seen.push(
        event.type === 'ERROR' ? `ERROR ${event.object.code}` : `${event.type} ${event.object.metadata.name ?? ''}`,
      )
    }
    const stop = store.watch(
      types.pods,
      { namespace: 'shop', resourceVersion, labelSelector },
      { next, end: () => seen.push('end') },
    )
    return { seen, stop }
  }

  it('begin after the given revision and tell who enters and leaves the selection', () => {
    store.create(types.pods, pod('a', { app: 'x' }))
    const { seen, stop } = watch(String(store.revision), 'app=x')
    store.create(types.pods, pod('b', { app: 'y' }))
    store.patch(
      types.pods,
      { namespace: 'shop', name: 'b' },
      { type: 'merge', body: { metadata: { labels: { app: 'x' } } } },
    )
    store.patch(
      types.pods,
      { namespace: 'shop', name: 'a' },
      { type: 'merge', body: { metadata: { labels: { c: 'd' } } } },
    )
    store.patch(
      types.pods,
      { namespace: 'shop', name: 'a' },
      { type: 'merge', body: { metadata: { labels: { app: 'y' } } } },
    )
    store.delete(types.pods, { namespace: 'shop', name: 'b' })
    stop()
    store.create(types.pods, pod('c', { app: 'x' }))
    expect(seen).toEqual(['ADDED b', 'MODIFIED a', 'DELETED a', 'DELETED b'])
  })

  it('from revision 0 begin with what is there', () => {
    store.create(types.pods, pod('a'))
    expect(watch('0').seen).toEqual(['ADDED a'])
  })

  it('from before the window are told to list again', () => {
    const { resourceVersion } = store.list(types.pods)
    for (let count = 0; count < 25; count++) store.create(types.pods, pod(`p${count}`))
    expect(watch(resourceVersion).seen).toEqual(['ERROR 410', 'end'])
  })

  it('get bookmarks and can be dropped', () => {
    const { seen } = watch(String(store.revision))
    store.history.bookmark(store.revision)
    store.history.drop()
    expect(seen).toEqual(['BOOKMARK ', 'end'])
  })
})
