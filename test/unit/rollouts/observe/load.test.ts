import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../../src/lib/context/kube-object.ts'
import { StatusError } from '../../../../src/lib/playground/store/status-error.ts'
import { loadHistory } from '../../../../src/lib/rollouts/history.ts'
import { rolloutInfo } from '../../../../src/lib/rollouts/info/info.ts'
import { loadRolloutObjects } from '../../../../src/lib/rollouts/observe/load.ts'
import { loadExperimentObjects } from '../../../../src/lib/rollouts/observe/load-experiment.ts'
import { fakeClient } from '../../../fakes/context.ts'
import { analysisRun, canary, experiment, healthy, now, pod, replicaSet } from '../builders.ts'

const newSet = replicaSet('new', { revision: 5 })
const oldSet = replicaSet('old', { revision: 4, replicas: 4 })
const ref = { namespace: 'shop', name: 'web' }
const neighbour = [
  canary({ name: 'other' }),
  replicaSet('new', { rollout: 'other' }),
  replicaSet('o', { rollout: 'other' }),
]

function serverWith(...objects: KubeObject[]) {
  return fakeClient({ objects: [...objects, ...neighbour] }).client
}
const forbid = (client: ReturnType<typeof serverWith>, resource: string) =>
  client.faults.failNext(
    9,
    () => new StatusError(403, 'Forbidden', `${resource} is forbidden`),
    (_method, path) => path.includes(`/${resource}`),
  )
const names = (objects: readonly KubeObject[]) => objects.map(each => each.metadata.name).sort()

describe('loadRolloutObjects', () => {
  it('takes five requests, each list with a selector', async () => {
    const client = serverWith(
      canary(),
      newSet,
      oldSet,
      pod('web-new-1', newSet),
      analysisRun('run'),
      experiment('exp', { status: { phase: 'Successful' } }),
    )
    const objects = await loadRolloutObjects(client, ref)
    expect(client.requests.map(each => each.method).sort()).toEqual(['GET', 'LIST', 'LIST', 'LIST', 'LIST'])
    for (const { options } of client.requests.filter(each => each.method === 'LIST')) {
      expect(options).toMatchObject({ namespace: 'shop', labelSelector: expect.stringMatching(/./) })
    }
    expect(names(objects.replicaSets)).toEqual(['web-new', 'web-old'])
    expect(names(objects.pods)).toEqual(['web-new-1'])
    expect(names(objects.analysisRuns)).toEqual(['run'])
    expect(names(objects.experiments)).toEqual(['exp'])
    expect(objects.notVisible).toBeUndefined()
  })

  it('takes one more for a workloadRef, whose selector it uses', async () => {
    const rollout = canary({
      spec: { selector: undefined, template: undefined, workloadRef: { kind: 'Deployment', name: 'app' } },
    })
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'app', namespace: 'shop', uid: 'd', generation: 4 },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { spec: { containers: [{ name: 'app', image: 'i' }] } },
      },
    }
    const client = serverWith(rollout, deployment, newSet)
    const objects = await loadRolloutObjects(client, ref)
    expect(client.requests).toHaveLength(6)
    expect(names(objects.replicaSets)).toEqual(['web-new'])
    expect(objects.workloadGeneration).toBe(4)
    expect(rolloutInfo(objects, now).containers).toEqual([{ name: 'app', image: 'i' }])
  })

  it('says that the workload does not exist, and goes by the hashes then', async () => {
    const rollout = canary({ spec: { selector: undefined, workloadRef: { kind: 'Deployment', name: 'app' } } })
    const objects = await loadRolloutObjects(serverWith(rollout, newSet, oldSet), ref)
    expect(objects.notVisible).toBeUndefined()
    expect(names(objects.replicaSets)).toContain('web-new')
    expect(rolloutInfo(objects, now).replicaSets.map(each => each.name)).toEqual(['web-new', 'web-old'])
    expect(rolloutInfo(objects, now).missingWorkload).toBe('Deployment shop/app')
  })

  it.each([
    { at: 'one run is read by name', runs: ['exp-a'] },
    { at: 'several runs in one list', runs: ['exp-a', 'exp-b'] },
  ])('takes at most two more for a running experiment: $at', async ({ runs }) => {
    const running = experiment('exp', {
      spec: { templates: [{ name: 'base', template: { metadata: { labels: { app: 'overridden' } } } }] },
      status: {
        phase: 'Running',
        analysisRuns: runs.map(name => ({ name, analysisRun: name, phase: 'Running' })),
      },
    })
    const hidden = replicaSet('exphash', { labels: { app: 'overridden' } })
    hidden.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'Experiment', name: 'exp', uid: 'uid-exp' }]
    const children = runs.map(name => {
      const run = analysisRun(name, { owner: running })
      run.metadata.labels = {}
      return run
    })
    const client = serverWith(canary(), newSet, running, hidden, ...children)
    const info = rolloutInfo(await loadRolloutObjects(client, ref), now)
    expect(client.requests).toHaveLength(7)
    expect(info.experiments[0]?.replicaSets.map(each => each.name)).toEqual(['web-exphash'])
    expect(info.experiments[0]?.analysisRuns.map(each => each.name).sort()).toEqual(runs)
  })

  it('knows the runs of an experiment that is over from its status', async () => {
    const over = experiment('exp', {
      status: { phase: 'Failed', analysisRuns: [{ name: 'a', analysisRun: 'exp-a', phase: 'Failed', message: 'no' }] },
    })
    const info = rolloutInfo(await loadRolloutObjects(serverWith(canary(), newSet, over), ref), now)
    expect(info.experiments[0]?.analysisRuns).toMatchObject([
      { name: 'exp-a', status: 'Failed', message: 'no', notLoaded: true },
    ])
  })

  it.each([
    ['replicasets', 'replicaSets'],
    ['pods', 'pods'],
    ['analysisruns', 'analysisRuns'],
    ['experiments', 'experiments'],
  ])('goes on without %s and says so', async (resource, part) => {
    const client = serverWith(canary(), newSet, oldSet)
    forbid(client, resource)
    expect((await loadRolloutObjects(client, ref)).notVisible).toEqual([part])
  })

  it('fails for a rollout that does not exist, and for one that may not be read', async () => {
    await expect(loadRolloutObjects(serverWith(), ref)).rejects.toMatchObject({ reason: 'NotFound', outcome: 'error' })
    const client = serverWith(canary())
    forbid(client, 'rollouts')
    await expect(loadRolloutObjects(client, ref)).rejects.toMatchObject({ reason: 'Forbidden' })
  })

  it('does not swallow other trouble', async () => {
    const client = serverWith(canary())
    client.faults.failNext(
      1,
      () => new StatusError(500, 'InternalError', 'etcd'),
      (method, path) => method === 'LIST' && path.endsWith('/pods'),
    )
    await expect(loadRolloutObjects(client, ref)).rejects.toThrow(/etcd/)
  })
})

describe('loadExperimentObjects', () => {
  it('finds ReplicaSets and pods by the labels of its templates', async () => {
    const run = experiment('exp', {
      spec: { templates: [{ name: 'base', template: { metadata: { labels: { app: 'web' } } } }] },
      status: {
        phase: 'Running',
        analysisRuns: [{ name: 'a', analysisRun: 'exp-a' }],
      },
    })
    const set = replicaSet('h1')
    const client = serverWith(run, set, pod('p', set), analysisRun('exp-a', { owner: run }))
    const found = await loadExperimentObjects(client, { namespace: 'shop', name: 'exp' })
    expect(client.requests).toHaveLength(4)
    expect([names(found.replicaSets), names(found.pods), names(found.analysisRuns)]).toEqual([
      ['web-h1'],
      ['p'],
      ['exp-a'],
    ])
  })
})

describe('loadHistory', () => {
  it('lists revisions, newest first, with their roles and former numbers', async () => {
    const back = replicaSet('new', {
      revision: 5,
      annotations: { 'rollout.argoproj.io/revision-history': '1,3', 'kubernetes.io/change-cause': 'rollback' },
    })
    const client = serverWith(healthy({ status: { stableRS: 'old' } }), replicaSet('old', { revision: 4 }), back)
    const { revisions } = await loadHistory(client, ref)
    expect(client.requests).toHaveLength(2)
    expect(revisions).toMatchObject([
      {
        revision: 5,
        formerRevisions: [1, 3],
        podHash: 'new',
        isCurrent: true,
        isStable: false,
        changeCause: 'rollback',
      },
      { revision: 4, podHash: 'old', isCurrent: false, isStable: true },
    ])
  })
})
