import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { HttpClient } from '../../../../src/lib/context/http-client.ts'
import type { Pod } from '../../../../src/lib/kube/core-objects.ts'
import { analysisRuns } from '../../../../src/lib/kube/resource-types.ts'
import { successRateCheck } from '../../../../src/lib/playground/example-manifests.ts'
import type { AnalysisRun } from '../../../../src/lib/rollouts/rollout.ts'
import {
  aCanary,
  aService,
  aTemplate,
  type SimulatedOptions,
  simulatedCluster,
} from '../../../fakes/simulated-cluster.ts'

const pause = { pause: {} }
const web = (more: object = {}) => ({ name: 'rate', provider: { web: { url: 'http://metrics/x' } }, ...more })

function answering(answer: () => string): HttpClient {
  return { send: async ({ url }) => ({ status: 200, headers: {}, body: answer(), url }) }
}

async function cluster(template: object, options: SimulatedOptions = {}) {
  const it = simulatedCluster(options)
  it.create(template as never)
  const run = (name: string) => it.store.find<AnalysisRun>(analysisRuns, { namespace: 'shop', name })
  const make = (metrics: object[], spec: object = {}) =>
    it.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { namespace: 'shop', name: 'run' },
      spec: { metrics, ...spec },
    } as never)
  return { ...it, run, make }
}

describe("the example's analysis", () => {
  const seed = parse(successRateCheck) as { metadata: object }
  const template = { ...seed, metadata: { ...seed.metadata, namespace: 'shop' } }
  const analysis = {
    templates: [{ templateName: 'success-rate-check' }],
    args: [{ name: 'service-name', value: 'new' }],
  }
  const steps = [{ setWeight: 25 }, { pause: { duration: '1m' } }, { analysis }, pause]

  async function released(errorRate: number) {
    const traffic = (pod: Pod) => (pod.spec?.containers?.[0]?.image === 'web:2' ? { errorRate } : undefined)
    const it = await cluster(template, { traffic })
    for (const name of ['new', 'old']) it.create(aService(name))
    it.create(aCanary(steps as never, { canaryService: 'new', stableService: 'old' }))
    await it.settle(60)
    it.setImage('web:2')
    await it.settle(40 * 60)
    return it
  }

  it('lets a good release pass after six measurements of both metrics', async () => {
    const it = await released(0.01)
    expect(it.state()).toBe('Paused - CanaryPauseStep at 3')
    const [run] = it.store.all<AnalysisRun>(analysisRuns)
    expect(run?.status?.metricResults).toMatchObject([
      { name: 'success-rate', successful: 6 },
      { name: 'error-rate', successful: 6 },
    ])
  })

  it('aborts a release whose pods are fine and answer with errors', async () => {
    const it = await released(0.4)
    expect(it.state()).toMatch(/^Degraded - RolloutAborted.*Metric "success-rate" assessed Failed due to failed \(3\)/)
    const [run] = it.store.all<AnalysisRun>(analysisRuns)
    const [result] = run?.status?.metricResults ?? []
    expect(result?.measurements).toHaveLength(3)
    for (const { value } of result?.measurements ?? []) expect(Number(JSON.parse(value ?? '')[0])).toBeCloseTo(0.6, 1)
  })

  it('cannot tell of one that is neither', async () => {
    expect((await released(0.12)).state()).toMatch(/^Paused - InconclusiveAnalysisRun/)
  })
})

describe('the controller of runs', () => {
  it('measures by its schedule, and keeps what it has', async () => {
    let value = 0
    const it = await cluster(aTemplate('none'), { http: answering(() => String(++value)) })
    it.make([web({ interval: '1m', count: 12, successCondition: 'result > 0' })])
    await it.settle(5 * 60 + 5)
    expect(it.run('run')?.status).toMatchObject({ phase: 'Running', metricResults: [{ count: 6 }] })
    await it.settle(10 * 60)
    expect(it.run('run')?.status).toMatchObject({ phase: 'Successful', metricResults: [{ count: 12 }] })
    expect(it.run('run')?.status?.metricResults?.[0]?.measurements).toHaveLength(10)
    expect(it.events('AnalysisRun')).toEqual([
      "Normal MetricSuccessful Metric 'rate' Completed. Result: Successful",
      'Normal AnalysisRunSuccessful Analysis Completed. Result: Successful',
    ])
  })

  it('loses what it measured when it ends, and goes on afterwards', async () => {
    let asked = 0
    let release = () => {}
    const http: HttpClient = {
      send: async ({ url, signal }) => {
        asked += 1
        if (asked === 1)
          await new Promise<void>((resolve, reject) => {
            release = resolve
            signal?.addEventListener('abort', () => reject(signal.reason))
          })
        return { status: 200, headers: {}, body: '1', url }
      },
    }
    const it = await cluster(aTemplate('none'), { http })
    it.make([web()])
    const passing = it.clock.advance(1000)
    await expect.poll(() => asked).toBe(1)
    it.simulation.pauseRollouts()
    await passing
    expect(it.run('run')?.status).toBeUndefined()
    it.simulation.resumeRollouts()
    await it.settle(5)
    release()
    expect(asked).toBe(2)
    expect(it.run('run')?.status?.phase).toBe('Successful')
  })

  it('says that nobody is reached where there is no way out', async () => {
    const it = await cluster(aTemplate('none'))
    it.make([web({ consecutiveErrorLimit: 0 })])
    await it.settle(5)
    expect(it.run('run')?.status?.message).toContain('Get "http://metrics/x": dial tcp: there is no network here')
  })

  it.each([
    { ttl: { secondsAfterCompletion: 60 }, isGone: true },
    { ttl: { secondsAfterSuccess: 60, secondsAfterCompletion: 6000 }, isGone: true },
    { ttl: { secondsAfterFailure: 60 }, isGone: false },
  ])('deletes a run after its time to live $ttl', async ({ ttl, isGone }) => {
    const it = await cluster(aTemplate('none'), { http: answering(() => '1') })
    it.make([web()], { ttlStrategy: ttl })
    await it.settle(30)
    expect(it.run('run')?.status?.phase).toBe('Successful')
    await it.settle(60)
    expect(it.run('run') === undefined).toBe(isGone)
  })

  it('takes the Job along that a deleted run has started', async () => {
    const it = await cluster(aTemplate('none'))
    const template = {
      metadata: { annotations: { 'playground.kubectl-canary/complete-after': '1h' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'check', image: 'check:1' }] },
    }
    it.make([{ name: 'check', provider: { job: { spec: { template } } } }])
    await it.settle(30)
    expect(it.pods()).toHaveLength(1)
    it.store.delete(analysisRuns, { namespace: 'shop', name: 'run' })
    await it.settle(60)
    expect(it.pods()).toEqual([])
  })
})
