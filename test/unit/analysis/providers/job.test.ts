import { describe, expect, it } from 'vitest'
import type { EngineRun } from '../../../../src/lib/analysis/analysis.ts'
import { drive } from '../../../../src/lib/analysis/drive.ts'
import { jobProvider } from '../../../../src/lib/analysis/providers/job.ts'
import type { JobReport } from '../../../../src/lib/analysis/providers/job-report.ts'
import type { KubeObject } from '../../../../src/lib/context/kube-object.ts'
import type { Job } from '../../../../src/lib/kube/core-objects.ts'
import { jobs } from '../../../../src/lib/kube/resource-types.ts'
import { StatusError } from '../../../../src/lib/playground/store/status-error.ts'
import type { AnalysisMetric } from '../../../../src/lib/rollouts/rollout.ts'
import { ref, type SimulatedCluster, simulatedCluster } from '../../../fakes/simulated-cluster.ts'

const spec = (annotations: Record<string, string>, more: object = {}) => ({
  backoffLimit: 0,
  template: {
    metadata: {
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [`playground.kubectl-canary/${key}`, value]),
      ),
    },
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'smoke:1' }] },
  },
  ...more,
})
const completes = spec({ 'complete-after': '5s' })
const fails = spec({ behavior: 'crash', 'exit-code': '3' })
const never = spec({ 'complete-after': '1000h' })
const noImage = spec({ behavior: 'image-pull' })

const metric = (jobSpec: object, more: Partial<AnalysisMetric> = {}): AnalysisMetric => ({
  name: 'smoke',
  provider: { job: { metadata: { labels: { team: 'loans' } }, spec: jobSpec } },
  ...more,
})
const runOf = (...metrics: AnalysisMetric[]): EngineRun => ({
  metadata: { name: 'check', namespace: ref.namespace },
  spec: { metrics },
})

interface Options {
  version?: '1.9' | '1.10'
  seconds?: number
  /** when the run is terminated, in seconds */
  terminateAt?: number
}

/** Runs it on the cluster until it has ended, or for so many seconds. */
async function driven(cluster: SimulatedCluster, run: EngineRun, options: Options = {}) {
  const { version = '1.9', seconds = 60, terminateAt } = options
  const context = cluster.context()
  const reports: JobReport[] = []
  const provider = jobProvider({ version, onFailure: report => reports.push(report) }, context)
  const terminate = new AbortController()
  const drop = new AbortController()
  let last = run
  let failure: unknown
  const readSecret = async () => ''
  const driving = (async () => {
    const driveOptions = { version, providers: { job: provider }, readSecret, terminate: terminate.signal }
    const inner = { clock: cluster.clock, signal: drop.signal }
    for await (const progress of drive(run, driveOptions, inner)) last = progress.run
  })().catch(error => {
    failure = error
  })
  if (terminateAt !== undefined) {
    await cluster.settle(terminateAt)
    terminate.abort()
  }
  await cluster.settle(seconds)
  drop.abort(new Error('over'))
  await driving
  return { status: last.status, reports, provider, context, failure }
}

const jobsOf = ({ store }: SimulatedCluster) => store.all<Job & { spec: object }>(jobs, ref.namespace)

describe('a job metric', () => {
  it('makes the Job that the controller makes, but for its owner', async () => {
    const cluster = simulatedCluster()
    await driven(cluster, runOf(metric(completes)))
    const [job] = jobsOf(cluster)
    expect(job?.metadata.name).toMatch(/^canary-[0-9a-f]{8}\.smoke\.1$/)
    expect(job?.metadata).toMatchObject({
      labels: { team: 'loans', 'analysisrun.argoproj.io/uid': expect.stringMatching(/^canary-/) },
      annotations: {
        'analysisrun.argoproj.io/name': 'check',
        'analysisrun.argoproj.io/namespace': 'shop',
        'analysisrun.argoproj.io/metric-name': 'smoke',
      },
    })
    expect(job?.metadata.ownerReferences).toBeUndefined()
    expect(job?.spec).toMatchObject({ backoffLimit: 0 })
  })

  it('shortens the name of a metric that does not fit a label', async () => {
    const cluster = simulatedCluster()
    const uid = '9d641abf-541b-4cdf-bf48-6bc9b994d72b'
    const run = runOf({ ...metric(completes), name: 'the-name-that-goes-on-and-on-and-on' })
    await driven(cluster, { ...run, metadata: { ...run.metadata, uid } })
    expect(jobsOf(cluster)[0]?.metadata.name).toBe(`${uid}.the-name-that-goes-on-an.1`)
    expect(jobsOf(cluster)[0]?.metadata.name).toHaveLength(63)
  })

  it.each([
    ['completes', completes, 'Successful'],
    ['fails', fails, 'Failed'],
  ])('that %s', async (_, jobSpec, phase) => {
    const { status } = await driven(simulatedCluster(), runOf(metric(jobSpec)))
    expect(status).toMatchObject({
      phase,
      metricResults: [
        {
          phase,
          measurements: [
            {
              phase,
              metadata: { 'job-name': expect.any(String), 'job-namespace': 'shop' },
              finishedAt: expect.any(String),
            },
          ],
        },
      ],
    })
    expect(status?.metricResults?.[0]?.measurements?.[0]).not.toHaveProperty('resumeAt')
  })

  it('is judged by its end alone, whatever its conditions say', async () => {
    const { status } = await driven(simulatedCluster(), runOf(metric(completes, { successCondition: 'result > 1' })))
    expect(status?.phase).toBe('Successful')
  })

  it('numbers one Job for each measurement', async () => {
    const cluster = simulatedCluster()
    await driven(cluster, runOf(metric(completes, { count: 3, interval: '10s' })), { seconds: 90 })
    expect(jobsOf(cluster).map(job => job.metadata.name.split('.').at(-1))).toEqual(['1', '2', '3'])
  })

  it('reports why it failed: the Job, its pods and what they wrote', async () => {
    const cluster = simulatedCluster({ pods: () => ({ log: ['line 1', 'expected 200, got 500'] }) })
    const { reports } = await driven(cluster, runOf(metric(fails)))
    expect(reports).toMatchObject([
      {
        metric: 'smoke',
        namespace: 'shop',
        phase: 'Failed',
        reason: expect.stringContaining('BackoffLimitExceeded'),
        pods: [
          {
            status: expect.stringContaining('exit code 3'),
            logs: [{ container: 'main', lines: expect.arrayContaining(['expected 200, got 500']) }],
          },
        ],
      },
    ])
  })

  it.each([
    ['1.9', 'Running'],
    ['1.10', 'Inconclusive'],
  ] as const)('whose image is not there is, for %s, %s', async (version, phase) => {
    const { status } = await driven(simulatedCluster(), runOf(metric(noImage)), { version, seconds: 120 })
    expect(status?.phase).toBe(phase)
  })

  it.each([
    ['1.9', 'Successful'],
    ['1.10', 'Inconclusive'],
  ] as const)('that is terminated is, for %s, %s, and its Job is deleted', async (version, phase) => {
    const cluster = simulatedCluster()
    const { status } = await driven(cluster, runOf(metric(never)), { version, terminateAt: 10 })
    expect(status?.metricResults?.[0]).toMatchObject({
      measurements: [{ phase, message: 'Metric Terminated' }],
    })
    expect(jobsOf(cluster)).toEqual([])
  })

  it('from 1.10 is looked at after the square root of twice its age', async () => {
    const { status } = await driven(simulatedCluster(), runOf(metric(never)), { version: '1.10', seconds: 49 })
    const [measurement] = status?.metricResults?.[0]?.measurements ?? []
    const waitMs = Date.parse(measurement?.resumeAt ?? '') - Date.parse(measurement?.startedAt ?? '')
    expect(waitMs).toBeGreaterThan(49_000)
    expect(waitMs).toBeLessThan(65_000)
  })

  it('is an error where the Job may not be made, in the words of the server', async () => {
    const cluster = simulatedCluster()
    cluster.client.faults.failNext(1, () => new StatusError(403, 'Forbidden', 'jobs.batch is forbidden'))
    const { status, provider } = await driven(cluster, runOf(metric(completes, { consecutiveErrorLimit: 0 })))
    expect(status).toMatchObject({
      phase: 'Error',
      metricResults: [
        { measurements: [{ phase: 'Error', message: expect.stringContaining('jobs.batch is forbidden') }] },
      ],
    })
    expect(await provider.cleanUp?.()).toEqual([])
  })

  it('is an error when somebody deletes the Job', async () => {
    const cluster = simulatedCluster()
    const driving = driven(cluster, runOf(metric(never, { consecutiveErrorLimit: 0 })), { terminateAt: 30 })
    await cluster.settle(2)
    for (const job of jobsOf(cluster)) cluster.store.delete(jobs, { ...ref, name: job.metadata.name })
    expect((await driving).status).toMatchObject({
      phase: 'Error',
      metricResults: [{ measurements: [{ message: expect.stringMatching(/^job.batch ".*" not found$/) }] }],
    })
  })

  it('is followed by looking again and again where Jobs may not be watched', async () => {
    const cluster = simulatedCluster()
    const forbidden = () => new StatusError(403, 'Forbidden', 'no')
    cluster.client.faults.failNext(99, forbidden, (method, path) => method === 'LIST' && path.endsWith('/jobs'))
    const { status } = await driven(cluster, runOf(metric(completes)))
    expect(status?.phase).toBe('Successful')
  })

  it('leaves nothing behind, also after Ctrl-C', async () => {
    const cluster = simulatedCluster()
    const { provider, context } = await driven(cluster, runOf(metric(never)), { seconds: 10 })
    expect(jobsOf(cluster)).toHaveLength(1)
    context.abort()
    expect(await provider.cleanUp?.()).toEqual([])
    await cluster.settle(5)
    expect(jobsOf(cluster)).toEqual([])
  })

  it('names what it could not delete', async () => {
    const cluster = simulatedCluster()
    const { provider } = await driven(cluster, runOf(metric(completes)))
    cluster.client.faults.failNext(
      1,
      () => new StatusError(403, 'Forbidden', 'no'),
      method => method === 'DELETE',
    )
    expect(await provider.cleanUp?.()).toEqual([expect.stringMatching(/^job shop\/canary-.*\.smoke\.1: no/)])
  })

  it('hinders no other metric', async () => {
    const cluster = simulatedCluster()
    const other = { ...metric(fails), name: 'other' }
    const { status } = await driven(cluster, runOf(metric(never), other))
    expect(status).toMatchObject({ phase: 'Failed', message: expect.stringContaining('"other"') })
    await cluster.settle(5)
    expect(jobsOf(cluster).map((job: KubeObject) => job.metadata.name)).toEqual([expect.stringContaining('other')])
  })
})
