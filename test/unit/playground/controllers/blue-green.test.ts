import { beforeEach, describe, expect, it } from 'vitest'
import type { Service } from '../../../../src/lib/kube/core-objects.ts'
import { deployments, podDisruptionBudgets, services } from '../../../../src/lib/kube/resource-types.ts'
import {
  aRollout,
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

const selected = (name: string) =>
  cluster.store.get<Service>(services, { ...ref, name }).spec?.selector?.['rollouts-pod-template-hash']

async function deployed(blueGreen: object = {}): Promise<void> {
  cluster.create(aService('active'))
  cluster.create(aService('preview'))
  const strategy = { blueGreen: { activeService: 'active', previewService: 'preview', ...blueGreen } }
  cluster.create(aRollout({ replicas: 2, strategy }))
  await cluster.settle()
  expect(cluster.state()).toBe('Healthy')
}

describe('blue-green', () => {
  it('switches by itself once the new version is up, and leaves the old one for thirty seconds', async () => {
    await deployed()
    cluster.setImage('web:2')
    await cluster.settle(10)
    const hash = cluster.rollout().status?.currentPodHash
    expect([cluster.state(), cluster.versions(), selected('active')]).toEqual(['Healthy', '2:2/2 1:2/2', hash])
    await cluster.settle(60)
    expect(cluster.versions()).toBe('2:2/2 1:0/0')
  })

  it('waits for somebody with autoPromotionEnabled: false, the preview service on the new version', async () => {
    await deployed({ autoPromotionEnabled: false })
    const stable = cluster.rollout().status?.stableRS
    cluster.setImage('web:2')
    await cluster.settle()
    const { status } = cluster.rollout()
    expect([cluster.state(), selected('preview'), selected('active')]).toEqual([
      'Paused - BlueGreenPause',
      status?.currentPodHash,
      stable,
    ])
    expect(status?.blueGreen).toEqual({ activeSelector: stable, previewSelector: status?.currentPodHash })
    cluster.patchStatus({ pauseConditions: null })
    await cluster.settle()
    expect([cluster.state(), selected('active')]).toEqual(['Healthy', status?.currentPodHash])
  })

  it('waits autoPromotionSeconds', async () => {
    await deployed({ autoPromotionSeconds: 120 })
    cluster.setImage('web:2')
    await cluster.settle(60)
    expect(cluster.state()).toBe('Paused - BlueGreenPause')
    await cluster.settle(120)
    expect(cluster.state()).toBe('Healthy')
  })

  it('shows a small preview first', async () => {
    await deployed({ autoPromotionEnabled: false, previewReplicaCount: 1 })
    cluster.setImage('web:2')
    await cluster.settle()
    expect([cluster.state(), cluster.versions()]).toEqual(['Paused - BlueGreenPause', '2:1/1 1:2/2'])
    cluster.patchStatus({ pauseConditions: null })
    await cluster.settle(10)
    expect([cluster.state(), cluster.versions()]).toEqual(['Healthy', '2:2/2 1:2/2'])
  })

  it('aborts before the switch, and takes the preview down after a while', async () => {
    await deployed({ autoPromotionEnabled: false })
    cluster.setImage('web:2')
    await cluster.settle()
    cluster.patchStatus({ abort: true })
    await cluster.settle(10)
    expect(cluster.state()).toBe('Degraded - RolloutAborted: Rollout aborted update to revision 2')
    expect(cluster.versions()).toBe('2:2/2 1:2/2')
    await cluster.settle(60)
    expect(cluster.versions()).toBe('2:0/0 1:2/2')
  })

  it('goes back at once to a version that is still up', async () => {
    await deployed({ autoPromotionEnabled: false, scaleDownDelaySeconds: 600 })
    cluster.setImage('web:2')
    await cluster.settle()
    cluster.patchStatus({ pauseConditions: null })
    await cluster.settle()
    cluster.setImage('web:1')
    await cluster.settle(10)
    expect([cluster.state(), cluster.versions()]).toEqual(['Healthy', '3:2/2 2:2/2'])
  })

  it.each([
    { which: 'prePromotionAnalysis', text: 'pre-promotion', active: 'old' },
    { which: 'postPromotionAnalysis', text: 'post-promotion', active: 'old' },
  ])('aborts when $which fails, with the active service on the stable version', async ({ which, text }) => {
    cluster.create(aTemplate('smoke'))
    const annotations = { 'playground.kubectl-canary/outcome': 'Failed' }
    await deployed({ [which]: { templates: [{ templateName: 'smoke' }], analysisRunMetadata: { annotations } } })
    const stable = cluster.rollout().status?.stableRS
    cluster.setImage('web:2')
    await cluster.settle()
    const why = `Blue/green ${text} analysis phase error/failed: Metric "success" assessed Failed due to failed (1) > failureLimit (0)`
    expect(cluster.state()).toBe(`Degraded - RolloutAborted: Rollout aborted update to revision 2: ${why}`)
    expect(selected('active')).toBe(stable)
  })
})

describe('a rollout of a referenced workload', () => {
  const deployment = (image: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: ref.namespace, name: ref.name },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image }] } },
    },
  })

  it('follows its template, and notes its generation', async () => {
    const { template: _, selector: _selector, ...spec } = aRollout().spec
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: ref.name }
    cluster.create(deployment('web:1'))
    cluster.create({
      ...aRollout(),
      spec: { ...spec, workloadRef, strategy: { canary: { steps: [{ setWeight: 25 }, { pause: {} }] } } },
    } as never)
    await cluster.settle()
    expect([cluster.state(), cluster.rollout().status?.workloadObservedGeneration]).toEqual(['Healthy at 2', '1'])
    cluster.store.update(deployments, deployment('web:2'))
    await cluster.settle()
    expect([cluster.state(), cluster.versions()]).toEqual(['Paused - CanaryPauseStep at 1', '2:1/1 1:3/3'])
    const { metadata, status, spec: stored } = cluster.rollout()
    expect([
      metadata.annotations?.['rollout.argoproj.io/workload-generation'],
      status?.workloadObservedGeneration,
    ]).toEqual(['2', '2'])
    expect(stored.template).toBeUndefined()
  })
})

describe('restart', () => {
  it('replaces the pods one by one, and notes when it was asked', async () => {
    cluster.create(aRollout({ replicas: 2, strategy: { canary: { maxUnavailable: 0, maxSurge: 1 } } }))
    await cluster.settle()
    const before = cluster.pods().map(each => each.metadata.name)
    cluster.patchSpec({ restartAt: '2026-01-02T03:05:05Z' })
    await cluster.settle(0.5)
    expect(cluster.state()).toBe('Progressing - rollout is restarting')
    expect(
      cluster.pods().filter(each => before.includes(each.metadata.name) && !each.metadata.deletionTimestamp),
    ).toHaveLength(1)
    await cluster.settle(90)
    expect(cluster.state()).toBe('Healthy')
    expect(cluster.pods().filter(each => before.includes(each.metadata.name))).toEqual([])
    expect(cluster.rollout().status?.restartedAt).toBe('2026-01-02T03:05:05Z')
  })

  it('waits for a PodDisruptionBudget', async () => {
    cluster.create(aRollout({ replicas: 2, strategy: { canary: {} } }))
    cluster.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { namespace: ref.namespace, name: 'web' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
    } as never)
    await cluster.settle()
    cluster.patchSpec({ restartAt: '2026-01-02T03:05:05Z' })
    await cluster.settle(90)
    expect(cluster.state()).toBe('Progressing - rollout is restarting')
  })
})

describe('what works beside the rollouts', () => {
  it('an autoscaler keeps a rollout at its minimum, through the scale subresource', async () => {
    cluster.create(aRollout({ replicas: 2, strategy: { canary: {} } }))
    await cluster.settle()
    const scaleTargetRef = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' }
    cluster.create({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { namespace: ref.namespace, name: 'web' },
      spec: { scaleTargetRef, minReplicas: 4, maxReplicas: 6 },
    } as never)
    await cluster.settle(10)
    expect(cluster.versions()).toBe('1:4/4')
    const scaling = cluster.rollout().metadata.managedFields?.find(each => each.subresource === 'scale')
    expect(scaling).toMatchObject({ manager: 'kube-controller-manager', fieldsV1: { 'f:spec': { 'f:replicas': {} } } })
    cluster.patchSpec({ replicas: 3 })
    await cluster.settle(30)
    expect(cluster.rollout().spec.replicas).toBe(4)
  })

  it('a budget says how many of its pods may go', async () => {
    cluster.create(aRollout({ replicas: 3, strategy: { canary: {} } }))
    const type = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }
    const metadata = { namespace: ref.namespace, name: 'web' }
    cluster.create({ ...type, metadata, spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } } } as never)
    await cluster.settle(10)
    expect(cluster.store.get(podDisruptionBudgets, metadata)).toMatchObject({
      status: { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 },
    })
  })
})
