import { describe, expect, it } from 'vitest'
import type { Pod } from '../../../../src/lib/kube/core-objects.ts'
import { pods, replicaSets } from '../../../../src/lib/kube/resource-types.ts'
import type { PodBehavior } from '../../../../src/lib/playground/controllers/pod-behavior.ts'
import { podStatus } from '../../../../src/lib/rollouts/info/pod-status.ts'
import { ref, type SimulatedCluster, simulatedCluster } from '../../../fakes/simulated-cluster.ts'

function aSet(container: object = {}, annotations: Record<string, string> = {}, replicas = 1) {
  const labels = { app: 'web' }
  const template = {
    metadata: { labels, annotations },
    spec: { containers: [{ name: 'app', image: 'web:1', ...container }] },
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: ref,
    spec: { replicas, selector: { matchLabels: labels }, template },
  }
}

const only = (cluster: SimulatedCluster) => cluster.pods()[0] as Pod

async function running(container: object = {}, annotations: Record<string, string> = {}, seconds = 30) {
  const cluster = simulatedCluster()
  cluster.create(aSet(container, annotations))
  await cluster.settle(seconds)
  return cluster
}

describe('pods', () => {
  it.each([
    { what: 'ready', status: 'Running', ready: 1, events: ['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started'] },
    { what: 'not-ready', status: 'Running', ready: 0, events: ['Unhealthy'] },
    { what: 'crash', status: 'CrashLoopBackOff', ready: 0, events: ['BackOff'] },
    { what: 'oom', status: 'CrashLoopBackOff', ready: 0, events: ['BackOff'] },
    { what: 'image-pull', status: 'ImagePullBackOff', ready: 0, events: ['Failed', 'BackOff'] },
    { what: 'pending', status: 'ContainerCreating', ready: 0, events: ['Scheduled'] },
  ])('$what: $status', async ({ what, status, ready, events }) => {
    const cluster = await running({}, { 'playground.kubectl-canary/behavior': what })
    const summary = podStatus(only(cluster))
    expect([summary.status, summary.readyContainers]).toEqual([status, ready])
    const reasons = cluster.events('Pod').map(each => each.split(' ')[1])
    for (const reason of events) expect(reasons).toContain(reason)
    const conditions = only(cluster).status?.conditions?.map(each => each.type)
    expect(conditions?.sort()).toEqual([
      'ContainersReady',
      'Initialized',
      'PodReadyToStartContainers',
      'PodScheduled',
      'Ready',
    ])
  })

  it('fare by the tag of their image too, and by a script', async () => {
    expect(podStatus(only(await running({ image: 'web:2-crash' }))).status).toBe('CrashLoopBackOff')
    const script = (): Partial<PodBehavior> => ({ kind: 'image-pull' })
    const cluster = simulatedCluster({ pods: script })
    cluster.create(aSet())
    await cluster.settle(30)
    expect(podStatus(only(cluster)).status).toBe('ImagePullBackOff')
  })

  it('that crash are restarted with growing back-off, and keep how they ended', async () => {
    const cluster = await running(
      {},
      { 'kubectl-canary.test/behavior': 'crash', 'kubectl-canary.test/exit-code': '3' },
      60,
    )
    const status = only(cluster).status?.containerStatuses?.[0]
    const { name, uid } = only(cluster).metadata
    expect(status).toMatchObject({
      restartCount: 3,
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off 40s restarting failed container=app pod=${name}_shop(${uid})`,
        },
      },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    })
  })

  it('that run out of memory end with 137', async () => {
    const cluster = await running({}, { 'kubectl-canary.test/behavior': 'oom' })
    const { terminated } = only(cluster).status?.containerStatuses?.[0]?.lastState ?? {}
    expect(terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
  })

  it('heal when their annotation goes', async () => {
    const cluster = await running({}, { 'kubectl-canary.test/behavior': 'not-ready' })
    const { name } = only(cluster).metadata
    const body = { metadata: { annotations: null } }
    cluster.store.patch(pods, { ...ref, name }, { type: 'merge', body })
    await cluster.settle(10)
    expect(podStatus(only(cluster)).readyContainers).toBe(1)
  })

  it('are ready after the delay of their readiness probe', async () => {
    const probe = { httpGet: { path: '/ready', port: 80 }, initialDelaySeconds: 20 }
    const cluster = await running({ readinessProbe: probe }, {}, 15)
    expect(podStatus(only(cluster)).readyContainers).toBe(0)
    await cluster.settle(15)
    expect(podStatus(only(cluster)).readyContainers).toBe(1)
  })

  it('that fit on no node wait, with the words of the scheduler', async () => {
    const cluster = await running({ resources: { requests: { cpu: '2000' } } })
    const message =
      '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.'
    expect(only(cluster).status).toMatchObject({ phase: 'Pending', conditions: [{ reason: 'Unschedulable', message }] })
    expect(cluster.events('Pod')).toEqual([`Warning FailedScheduling ${message}`])
  })

  it('beyond a quota are not created, which their ReplicaSet says', async () => {
    const cluster = simulatedCluster()
    cluster.create({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { namespace: ref.namespace, name: 'small' },
      spec: { hard: { pods: '1' } },
    } as never)
    cluster.create(aSet({}, {}, 3))
    await cluster.settle(10)
    const set = cluster.store.get<{
      metadata: { name: string }
      status: { conditions: { type: string; message: string }[] }
    }>(replicaSets, ref)
    expect(cluster.pods()).toHaveLength(1)
    expect(set.status.conditions[0]).toMatchObject({ type: 'ReplicaFailure', reason: 'FailedCreate' })
    expect(set.status.conditions[0]?.message).toMatch(
      /^pods "web-.{5}" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1$/,
    )
  })

  it('in excess go: those that are not ready first', async () => {
    const cluster = simulatedCluster({
      pods: pod => (pod.metadata.name.length > 0 && unready.has(pod.metadata.name) ? { kind: 'not-ready' } : undefined),
    })
    const unready = new Set<string>()
    cluster.create(aSet({}, {}, 3))
    await cluster.settle(0.5)
    const victim = cluster.pods()[1]?.metadata.name ?? ''
    unready.add(victim)
    await cluster.settle(10)
    cluster.store.patch(replicaSets, ref, { type: 'merge', body: { spec: { replicas: 2 } } })
    await cluster.settle(10)
    expect(cluster.pods().map(each => each.metadata.name)).not.toContain(victim)
  })
})

describe('logs', () => {
  const read = async (cluster: SimulatedCluster, options = {}) => {
    const lines: string[] = []
    for await (const line of cluster.client.logs({ name: only(cluster).metadata.name }, options)) lines.push(line)
    return lines
  }

  it('are those of the container, the last lines, and those before the restart', async () => {
    const cluster = await running({}, { 'kubectl-canary.test/behavior': 'crash' })
    const last = 'panic: cannot read configuration: key "database.url" is missing'
    expect(await read(cluster)).toEqual(['starting', last])
    expect(await read(cluster, { tailLines: 1 })).toEqual([last])
    expect(await read(cluster, { previous: true, tailLines: 1 })).toEqual([last])
    expect(await read(cluster, { tailLines: 1, timestamps: true })).toEqual([
      expect.stringMatching(/^2026-01-02T03:04:\d\d\.\d{9}Z panic/),
    ])
  })

  it('can be followed until the pod goes', async () => {
    const cluster = await running()
    const { name } = only(cluster).metadata
    const source = { namespace: ref.namespace, pod: name, container: 'app' }
    const followed = read(cluster, { follow: true, tailLines: 0 })
    await cluster.settle(1)
    cluster.simulation.logs.append(source, ['one', 'two'])
    cluster.store.delete(pods, { ...ref, name })
    await cluster.settle(2)
    expect(await followed).toEqual(['one', 'two'])
  })

  it.each([
    { options: { container: 'nope' }, message: /container nope is not valid for pod/ },
    { options: { previous: true }, message: /previous terminated container "app" in pod ".*" not found/ },
  ])('$options is refused', async ({ options, message }) => {
    await expect(read(await running(), options)).rejects.toThrow(message)
  })

  it('of a container that waits are refused', async () => {
    const cluster = await running({}, { 'kubectl-canary.test/behavior': 'pending' })
    await expect(read(cluster)).rejects.toThrow(/container "app" in pod ".*" is waiting to start: ContainerCreating/)
  })
})
