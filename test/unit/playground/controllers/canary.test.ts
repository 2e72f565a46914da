import { beforeEach, describe, expect, it } from 'vitest'
import { analysisRuns, experiments, services } from '../../../../src/lib/kube/resource-types.ts'
import type { AnalysisRun, Experiment } from '../../../../src/lib/rollouts/rollout.ts'
import {
  aCanary,
  aService,
  aTemplate,
  ref,
  type SimulatedCluster,
  simulatedCluster,
} from '../../../fakes/simulated-cluster.ts'

let cluster: SimulatedCluster

beforeEach(() => {
  cluster = simulatedCluster()
})

async function deployed(steps: Parameters<typeof aCanary>[0], more: object = {}): Promise<void> {
  cluster.create(aCanary(steps, more))
  await cluster.settle()
  expect(cluster.state()).toBe(`Healthy at ${steps?.length}`)
}

const pause = { pause: {} }
const promote = async () => {
  cluster.patchStatus({ pauseConditions: null })
  await cluster.settle()
}

describe('a canary without a traffic router', () => {
  it('goes from pause to pause with the pods that the weights ask for, and becomes stable', async () => {
    await deployed([{ setWeight: 25 }, pause, { setWeight: 50 }, pause])
    cluster.setImage('web:2')
    await cluster.settle()
    expect([cluster.state(), cluster.versions()]).toEqual(['Paused - CanaryPauseStep at 1', '2:1/1 1:3/3'])
    await promote()
    expect([cluster.state(), cluster.versions()]).toEqual(['Paused - CanaryPauseStep at 3', '2:2/2 1:2/2'])
    await promote()
    expect([cluster.state(), cluster.versions()]).toEqual(['Healthy at 4', '2:4/4 1:0/0'])
    expect(cluster.events('Rollout')).toContain(
      `Normal RolloutCompleted Rollout completed update to revision 2 (${cluster.rollout().status?.stableRS}): Completed all 4 canary steps`,
    )
  })

  it('writes the pause with its start, and the conditions of a paused rollout', async () => {
    await deployed([{ setWeight: 25 }, pause])
    cluster.setImage('web:2')
    await cluster.settle()
    const { status } = cluster.rollout()
    expect(status).toMatchObject({
      controllerPause: true,
      pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-01-02T03:05:06Z' }],
    })
    const conditions = (status?.conditions ?? []).map(each => `${each.type}=${each.status} ${each.reason}`).sort()
    expect(conditions).toEqual([
      'Available=True AvailableReason',
      'Completed=False RolloutCompleted',
      'Healthy=False RolloutHealthy',
      'Paused=True RolloutPaused',
      'Progressing=Unknown RolloutPaused',
    ])
  })

  it('ends a pause with a duration by itself', async () => {
    await deployed([{ setWeight: 25 }, { pause: { duration: '5m' } }])
    cluster.setImage('web:2')
    await cluster.settle()
    expect(cluster.state()).toBe('Paused - CanaryPauseStep at 1')
    await cluster.settle(230)
    expect(cluster.state()).toBe('Paused - CanaryPauseStep at 1')
    await cluster.settle(60)
    expect(cluster.state()).toBe('Healthy at 2')
  })

  it('aborts to the stable version, and begins again on retry', async () => {
    await deployed([{ setWeight: 50 }, pause])
    cluster.setImage('web:2')
    await cluster.settle()
    cluster.patchStatus({ abort: true })
    await cluster.settle()
    expect(cluster.state()).toBe('Degraded - RolloutAborted: Rollout aborted update to revision 2 at 0')
    expect(cluster.versions()).toBe('2:0/0 1:4/4')
    expect(cluster.rollout().status).toMatchObject({ abort: true, abortedAt: '2026-01-02T03:06:05Z' })
    expect(cluster.rollout().status?.pauseConditions).toBeUndefined()
    cluster.patchStatus({ abort: false })
    await cluster.settle()
    expect([cluster.state(), cluster.versions()]).toEqual(['Paused - CanaryPauseStep at 1', '2:2/2 1:2/2'])
    expect(cluster.rollout().status?.abortedAt).toBeUndefined()
  })

  it('promotes fully through pauses', async () => {
    await deployed([{ setWeight: 25 }, pause, pause])
    cluster.setImage('web:2')
    await cluster.settle()
    cluster.patchStatus({ promoteFull: true })
    await cluster.settle()
    expect([cluster.state(), cluster.versions()]).toEqual(['Healthy at 3', '2:4/4 1:0/0'])
    expect(cluster.rollout().status?.promoteFull).toBeUndefined()
  })

  it('gives an old version the newest revision when its template comes back', async () => {
    await deployed([{ setWeight: 25 }, pause])
    cluster.setImage('web:2')
    await cluster.settle()
    cluster.setImage('web:1')
    await cluster.settle()
    expect([cluster.state(), cluster.versions()]).toEqual(['Healthy at 2', '3:4/4 2:0/0'])
    expect(cluster.rollout().metadata.annotations?.['rollout.argoproj.io/revision']).toBe('3')
    expect(cluster.events('Rollout')).toContain('Normal SkipSteps Rollback to stable ReplicaSets')
  })

  it('does nothing while a person has paused it, and says so', async () => {
    await deployed([{ setWeight: 50 }, pause])
    cluster.patchSpec({ paused: true })
    cluster.setImage('web:2')
    await cluster.settle()
    expect([cluster.state(), cluster.versions()]).toEqual(['Paused - manually paused at 0', '2:0/0 1:4/4'])
    cluster.patchSpec({ paused: false })
    await cluster.settle()
    expect([cluster.state(), cluster.versions()]).toEqual(['Paused - CanaryPauseStep at 1', '2:2/2 1:2/2'])
  })

  it('scales in the middle of an update', async () => {
    await deployed([{ setWeight: 50 }, pause])
    cluster.setImage('web:2')
    await cluster.settle()
    cluster.patchSpec({ replicas: 8 })
    await cluster.settle()
    expect([cluster.state(), cluster.versions()]).toEqual(['Paused - CanaryPauseStep at 1', '2:4/4 1:4/4'])
    expect(cluster.rollout().status).toMatchObject({ replicas: 8, HPAReplicas: 8, availableReplicas: 8 })
  })

  it('starts from the first step when a third version comes in between', async () => {
    await deployed([{ setWeight: 25 }, pause])
    cluster.setImage('web:2')
    await cluster.settle()
    cluster.setImage('web:3')
    await cluster.settle()
    expect([cluster.state(), cluster.versions()]).toEqual(['Paused - CanaryPauseStep at 1', '3:1/1 2:0/0 1:3/3'])
  })

  it('times out without progress, and aborts if it is told to', async () => {
    await deployed([{ setWeight: 25 }, pause])
    cluster.patchSpec({ progressDeadlineSeconds: 120 })
    cluster.setImage('web:2-crash')
    await cluster.settle(300)
    const name = `web-${cluster.rollout().status?.currentPodHash}`
    const message = `ReplicaSet "${name}" has timed out progressing.`
    expect(cluster.state()).toBe(`Degraded - ProgressDeadlineExceeded: ${message} at 0`)
    cluster.patchSpec({ progressDeadlineAbort: true })
    await cluster.settle()
    expect(cluster.state()).toContain('Degraded - ')
    expect(cluster.rollout().status?.abort).toBe(true)
    expect(cluster.versions()).toBe('2:0/0 1:4/4')
  })

  it('counts a pod as available after minReadySeconds only', async () => {
    const rollout = aCanary([{ setWeight: 25 }, pause])
    cluster.create({ ...rollout, spec: { ...rollout.spec, minReadySeconds: 30 } } as never)
    await cluster.settle(20)
    expect(cluster.state()).toBe('Progressing - updated replicas are still becoming available at 2')
    await cluster.settle(20)
    expect(cluster.state()).toBe('Healthy at 2')
  })

  it('keeps as many old versions as revisionHistoryLimit says', async () => {
    const rollout = aCanary([])
    cluster.create({ ...rollout, spec: { ...rollout.spec, revisionHistoryLimit: 1 } } as never)
    for (const tag of ['2', '3', '4']) {
      await cluster.settle()
      cluster.setImage(`web:${tag}`)
    }
    await cluster.settle(120)
    expect(cluster.versions()).toBe('4:4/4 3:0/0')
  })
})

describe('a canary with a traffic router', () => {
  const routed = { trafficRouting: { smi: {} }, canaryService: 'canary', stableService: 'stable' }
  const weights = () => {
    const { canary, stable } = cluster.rollout().status?.canary?.weights ?? {}
    return [canary?.weight, stable?.weight]
  }
  const selected = (name: string) =>
    cluster.store.get<{ metadata: { name: string }; spec: { selector: Record<string, string> } }>(services, {
      ...ref,
      name,
    }).spec.selector['rollouts-pod-template-hash']

  beforeEach(() => {
    cluster.create(aService('canary'))
    cluster.create(aService('stable'))
  })

  it('keeps all stable pods, records the weights and points the services at the versions', async () => {
    await deployed([{ setWeight: 25 }, pause], routed)
    cluster.setImage('web:2')
    await cluster.settle()
    const { status } = cluster.rollout()
    expect([cluster.state(), cluster.versions(), weights()]).toEqual([
      'Paused - CanaryPauseStep at 1',
      '2:1/1 1:4/4',
      [25, 75],
    ])
    expect([selected('canary'), selected('stable')]).toEqual([status?.currentPodHash, status?.stableRS])
    expect(cluster.events('Rollout')).toContain('Normal TrafficWeightUpdated Traffic weight updated from 0 to 25')
  })

  it('leaves the previous version up until its deadline', async () => {
    await deployed([{ setWeight: 25 }, pause], routed)
    cluster.setImage('web:2')
    await cluster.settle()
    cluster.patchStatus({ pauseConditions: null })
    await cluster.settle(10)
    expect(cluster.versions()).toBe('2:4/4 1:4/4')
    await cluster.settle(60)
    expect([cluster.state(), cluster.versions(), weights()]).toEqual(['Healthy at 2', '2:4/4 1:0/0', [0, 100]])
  })

  it('takes the traffic back at once on abort, and the pods thirty seconds later', async () => {
    await deployed([{ setWeight: 50 }, pause], routed)
    cluster.setImage('web:2')
    await cluster.settle()
    cluster.patchStatus({ abort: true })
    await cluster.settle(10)
    expect([cluster.versions(), weights()]).toEqual(['2:2/2 1:4/4', [0, 100]])
    expect(selected('canary')).toBe(cluster.rollout().status?.stableRS)
    await cluster.settle(30)
    expect(cluster.versions()).toBe('2:0/0 1:4/4')
  })

  it('scales the canary apart from the weight', async () => {
    await deployed([{ setCanaryScale: { replicas: 3 } }, { setWeight: 10 }, pause], routed)
    cluster.setImage('web:2')
    await cluster.settle()
    expect([cluster.versions(), weights()]).toEqual(['2:3/3 1:4/4', [10, 90]])
  })

  it('lets stable pods leave with their traffic', async () => {
    await deployed([{ setWeight: 50 }, pause], { ...routed, dynamicStableScale: true })
    cluster.setImage('web:2')
    await cluster.settle()
    expect([cluster.versions(), weights()]).toEqual(['2:2/2 1:2/2', [50, 50]])
    cluster.patchStatus({ abort: true })
    await cluster.settle()
    expect([cluster.versions(), weights()]).toEqual(['2:0/0 1:4/4', [0, 100]])
  })
})

describe('analysis', () => {
  const run = () => cluster.store.all<AnalysisRun>(analysisRuns, ref.namespace)
  const step = (outcome: string, message?: string) => ({
    analysis: {
      templates: [{ templateName: 'success-rate' }],
      args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
      analysisRunMetadata: {
        annotations: {
          'playground.kubectl-canary/outcome': outcome,
          'playground.kubectl-canary/value': '[0.5]',
          ...(message ? { 'playground.kubectl-canary/message': message } : {}),
        },
      },
    },
  })

  beforeEach(() => {
    const template = aTemplate('success-rate') as { spec?: object } & ReturnType<typeof aTemplate>
    cluster.create({
      ...template,
      spec: { ...template.spec, args: [{ name: 'hash' }, { name: 'limit', value: '0.9' }] },
    } as never)
  })

  it('lets the step pass when it is successful', async () => {
    await deployed([{ setWeight: 25 }, step('Successful'), pause] as never)
    expect(run()).toEqual([])
    cluster.setImage('web:2')
    await cluster.settle()
    const hash = cluster.rollout().status?.currentPodHash
    expect(cluster.state()).toBe('Paused - CanaryPauseStep at 2')
    expect(run()[0]).toMatchObject({
      metadata: {
        name: `web-${hash}-2-1`,
        labels: { app: 'web', 'rollout-type': 'Step', 'step-index': '1', 'rollouts-pod-template-hash': hash },
        annotations: { 'rollout.argoproj.io/revision': '2' },
      },
      spec: {
        args: [
          { name: 'hash', value: hash },
          { name: 'limit', value: '0.9' },
        ],
      },
      status: {
        phase: 'Successful',
        metricResults: [{ name: 'success', phase: 'Successful', successful: 1, count: 1 }],
      },
    })
  })

  it.each([
    {
      outcome: 'Failed',
      state:
        'Degraded - RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed: Metric "success" assessed Failed due to failed (1) > failureLimit (0) at 0',
    },
    {
      outcome: 'Error',
      state:
        'Degraded - RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed: Metric "success" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: no route" at 0',
    },
    { outcome: 'Inconclusive', state: 'Paused - InconclusiveAnalysisRun at 1' },
  ])('$outcome: $state', async ({ outcome, state }) => {
    await deployed([{ setWeight: 25 }, step(outcome, outcome === 'Error' ? 'no route' : undefined), pause] as never)
    cluster.setImage('web:2')
    await cluster.settle(120)
    expect(cluster.state()).toBe(state)
  })

  it('runs in the background until the update is done', async () => {
    const annotations = { 'playground.kubectl-canary/outcome': 'Successful' }
    const background = { templates: [{ templateName: 'endless' }], analysisRunMetadata: { annotations } }
    cluster.create(aTemplate('endless', [{ name: 'errors', interval: '10s', provider: { job: {} } }]))
    await deployed([{ setWeight: 25 }, pause], { analysis: background })
    cluster.setImage('web:2')
    await cluster.settle(65)
    expect(run()[0]?.status).toMatchObject({ phase: 'Running', metricResults: [{ phase: 'Running' }] })
    expect(run()[0]?.status?.metricResults?.[0]?.count).toBeGreaterThan(4)
    expect(cluster.rollout().status?.canary?.currentBackgroundAnalysisRunStatus).toMatchObject({ status: 'Running' })
    await promote()
    expect(run()[0]).toMatchObject({
      spec: { terminate: true },
      status: { phase: 'Successful', message: 'Run Terminated' },
    })
    expect(cluster.state()).toBe('Healthy at 2')
  })
})

it('runs an experiment of both versions and goes on when it is over', async () => {
  const experiment = {
    duration: '1m',
    templates: [
      { name: 'base', specRef: 'stable' },
      { name: 'new', specRef: 'canary' },
    ],
  }
  await deployed([{ experiment }, pause] as never)
  cluster.setImage('web:2')
  await cluster.settle(30)
  const find = () => cluster.store.all<Experiment>(experiments, ref.namespace)[0]
  expect(find()?.status).toMatchObject({
    phase: 'Running',
    templateStatuses: [{ name: 'base', availableReplicas: 1 }, { name: 'new' }],
  })
  expect(cluster.rollout().status?.canary?.currentExperiment).toBe(find()?.metadata.name)
  expect(cluster.pods()).toHaveLength(6)
  await cluster.settle(60)
  expect(find()?.status?.phase).toBe('Successful')
  await cluster.settle(30)
  expect([cluster.state(), cluster.pods().length]).toEqual(['Paused - CanaryPauseStep at 1', 4])
})
