import { describe, expect, it } from 'vitest'
import type { Job, Pod } from '../../../../src/lib/kube/core-objects.ts'
import { jobs } from '../../../../src/lib/kube/resource-types.ts'
import { simulatedCluster } from '../../../fakes/simulated-cluster.ts'

const prefix = 'playground.kubectl-canary/'

async function run(annotations: Record<string, string>, spec: object = {}, pod: object = {}, seconds = 300) {
  const cluster = simulatedCluster()
  const containers = [{ name: 'check', image: 'check:1' }]
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`${prefix}${key}`, value]))
  const template = { metadata: { annotations: prefixed }, spec: { restartPolicy: 'Never', containers, ...pod } }
  cluster.create({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'check', namespace: 'shop' },
    spec: { template, ...spec },
  } as never)
  await cluster.settle(seconds)
  const find = () => cluster.store.find<Job & { spec: object }>(jobs, { namespace: 'shop', name: 'check' })
  return { ...cluster, job: find(), find, phases: () => cluster.pods().map((each: Pod) => each.status?.phase) }
}

describe('a Job', () => {
  it('runs a pod that ends, and is complete', async () => {
    const { job, phases, pods, events } = await run({})
    expect(job?.status).toMatchObject({
      succeeded: 1,
      conditions: [
        { type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached' },
        { type: 'Complete', status: 'True' },
      ],
    })
    expect(job?.status?.active).toBeUndefined()
    expect(phases()).toEqual(['Succeeded'])
    const [pod] = pods()
    expect(pod?.metadata.labels).toMatchObject({ 'job-name': 'check', 'batch.kubernetes.io/job-name': 'check' })
    expect(pod?.status?.containerStatuses?.[0]).toMatchObject({
      ready: false,
      state: { terminated: { exitCode: 0, reason: 'Completed' } },
    })
    expect(events('Job')).toEqual([
      expect.stringMatching(/^Normal SuccessfulCreate Created pod: check-/),
      'Normal Completed Job completed',
    ])
  })

  it('is active for as long as its pod runs', async () => {
    const { job, phases } = await run({ 'complete-after': '10m' })
    expect(job?.status).toMatchObject({ active: 1, ready: 1 })
    expect(phases()).toEqual(['Running'])
  })

  it('tries again later and later, and fails beyond its limit', async () => {
    const { job, phases } = await run({ behavior: 'crash', 'exit-code': '3' }, { backoffLimit: 2 })
    expect(phases()).toEqual(['Failed', 'Failed', 'Failed'])
    expect(job?.status).toMatchObject({
      failed: 3,
      conditions: [
        { type: 'FailureTarget' },
        { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' },
      ],
    })
  })

  it('counts restarts where its pod is started again', async () => {
    const { job } = await run({ behavior: 'crash' }, { backoffLimit: 1 }, { restartPolicy: 'OnFailure' })
    expect(job?.status?.conditions?.at(-1)).toMatchObject({ type: 'Failed', reason: 'BackoffLimitExceeded' })
  })

  it('fails at its deadline, and takes its pod along', async () => {
    const { job, pods } = await run({ 'complete-after': '1h' }, { activeDeadlineSeconds: 30 })
    expect(job?.status?.conditions?.at(-1)).toMatchObject({ type: 'Failed', reason: 'DeadlineExceeded' })
    expect(pods()).toEqual([])
  })

  it('runs as many pods as are wanted, some at once', async () => {
    const { job, phases } = await run({}, { completions: 3, parallelism: 2 })
    expect(phases()).toEqual(['Succeeded', 'Succeeded', 'Succeeded'])
    expect(job?.status?.succeeded).toBe(3)
  })

  it('goes after its time to live, with its pods', async () => {
    const { job, pods } = await run({}, { ttlSecondsAfterFinished: 60 })
    expect(job).toBeUndefined()
    expect(pods()).toEqual([])
  })

  it('takes its pods along when it is deleted', async () => {
    const cluster = await run({ 'complete-after': '1h' })
    cluster.store.delete(jobs, { namespace: 'shop', name: 'check' })
    await cluster.settle(60)
    expect(cluster.pods()).toEqual([])
  })

  it.each([
    { spec: {}, pod: { restartPolicy: 'Always' }, why: /restartPolicy: Unsupported value: "Always"/ },
    {
      spec: { completions: -1 },
      pod: {},
      why: /spec.completions: Invalid value: -1: must be greater than or equal to 0/,
    },
    { spec: {}, pod: { containers: [] }, why: /spec.template.spec.containers: Required value/ },
  ])('is refused: $why', async ({ spec, pod, why }) => {
    await expect(run({}, spec, pod)).rejects.toThrow(why)
  })
})
