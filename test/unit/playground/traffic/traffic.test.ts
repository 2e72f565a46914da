import { describe, expect, it } from 'vitest'
import type { Pod } from '../../../../src/lib/kube/core-objects.ts'
import { Chance, normalCdf } from '../../../../src/lib/playground/traffic/chance.ts'
import { PodCounters } from '../../../../src/lib/playground/traffic/pod-counters.ts'
import { trafficBehaviorOf } from '../../../../src/lib/playground/traffic/traffic-behavior.ts'
import { evaluateInstant, parsePromql } from '../../../../src/lib/promql/promql.ts'
import {
  aCanary,
  aRollout,
  aService,
  type SimulatedCluster,
  type SimulatedOptions,
  simulatedCluster,
} from '../../../fakes/simulated-cluster.ts'

describe('how a pod answers', () => {
  const pod = (annotations: Record<string, string>, image = 'app:1') =>
    ({ metadata: { name: 'a', annotations }, spec: { containers: [{ name: 'app', image }] } }) as Pod
  const at = (name: string, value: string) => ({ [`playground.kubectl-canary/${name}`]: value })

  it.each([
    { says: 'nothing', pod: pod({}), answers: { errorRate: 0, latencyMs: 40 } },
    { says: 'a share', pod: pod(at('error-rate', '0.2')), answers: { errorRate: 0.2, latencyMs: 40 } },
    { says: 'a percentage', pod: pod(at('error-rate', '20%')), answers: { errorRate: 0.2, latencyMs: 40 } },
    { says: 'more than all', pod: pod(at('error-rate', '7')), answers: { errorRate: 1, latencyMs: 40 } },
    { says: 'a latency', pod: pod(at('latency', '1.5s')), answers: { errorRate: 0, latencyMs: 1500 } },
    {
      says: 'nonsense',
      pod: pod({ ...at('latency', 'x'), ...at('error-rate', '-1') }),
      answers: { errorRate: 0, latencyMs: 40 },
    },
    { says: 'a tag', pod: pod({}, 'app:2.0-errors'), answers: { errorRate: 0.3, latencyMs: 40 } },
    {
      says: 'a tag and otherwise',
      pod: pod(at('error-rate', '0'), 'app:2.0-errors'),
      answers: { errorRate: 0, latencyMs: 40 },
    },
  ])('that says $says', ({ pod, answers }) => {
    expect(trafficBehaviorOf(pod)).toEqual(answers)
  })
})

describe('chance', () => {
  it('is the same for the same seed, and has the means that it should', () => {
    const draws = (seed: string) => {
      const chance = new Chance(seed)
      return Array.from({ length: 4000 }, () => [
        chance.poisson(3),
        chance.poisson(400),
        chance.binomial(20, 0.3),
        chance.binomial(900, 0.9),
      ])
    }
    expect(draws('a')).toEqual(draws('a'))
    expect(draws('a')).not.toEqual(draws('b'))
    const all = draws('a')
    const mean = (index: number) => all.reduce((sum, each) => sum + (each[index] ?? 0), 0) / all.length
    expect(mean(0)).toBeCloseTo(3, 0)
    expect(Math.abs(mean(1) - 400)).toBeLessThan(1.5)
    expect(mean(2)).toBeCloseTo(6, 0)
    expect(Math.abs(mean(3) - 810)).toBeLessThan(1)
  })

  it.each([
    [0, 0.5],
    [1.959964, 0.975],
    [-1.644854, 0.05],
  ])('normalCdf(%d) is %d', (x, probability) => {
    expect(normalCdf(x)).toBeCloseTo(probability, 6)
  })
})

it('counters only rise, and buckets hold every request', () => {
  const counters = new PodCounters('a')
  const of = (name: string, label?: [string, string]) =>
    counters.samples().find(each => each.name === name && (!label || each.labels?.[label[0]] === label[1]))?.value ?? 0
  for (let scrape = 0; scrape < 20; scrape++) {
    const before = counters.samples()
    counters.advance(15, 40, { errorRate: 0.25, latencyMs: 40 })
    for (const [index, { value }] of counters.samples().entries())
      expect(value).toBeGreaterThanOrEqual(before[index]?.value ?? 0)
  }
  const count = of('http_request_duration_seconds_count')
  const statuses = ['200', '404', '500'].map(status => of('http_requests_total', ['status', status]))
  expect(statuses.reduce((sum, each) => sum + each, 0)).toBe(count)
  expect(of('http_request_duration_seconds_bucket', ['le', '+Inf'])).toBe(count)
  expect(Math.abs(count - 12_000)).toBeLessThan(500)
  expect((statuses[2] ?? 0) / count).toBeCloseTo(0.25, 1)
  expect(of('http_request_duration_seconds_sum') / count).toBeCloseTo(0.048, 2)
  expect(of('http_request_duration_seconds_bucket', ['le', '0.05']) / count).toBeCloseTo(0.645, 1)
})

describe('requests and their metrics', () => {
  function ask(cluster: SimulatedCluster, text: string): Record<string, number> {
    const query = parsePromql(text)
    if (query.kind === 'promql-error') throw new Error(query.message)
    const result = evaluateInstant(query, cluster.samples, cluster.clock.now())
    if (!('type' in result) || result.type !== 'vector') throw new Error('no vector')
    return Object.fromEntries(
      result.samples.map(({ labels, value }) => [labels.pairs.map(([, each]) => each).join(), value]),
    )
  }

  const pause = { pause: {} }

  async function updated(rollout: object, more: SimulatedOptions = {}, services: string[] = []) {
    const cluster = simulatedCluster(more)
    for (const name of services) cluster.create(aService(name))
    cluster.create(rollout as never)
    await cluster.settle(120)
    cluster.setImage('web:2')
    await cluster.settle(400)
    const { stableRS = '', currentPodHash = '' } = cluster.rollout().status ?? {}
    return { cluster, stable: stableRS, canary: currentPodHash }
  }

  it('every Ready pod gets its share where nobody routes', async () => {
    const { cluster, stable, canary } = await updated(aCanary([{ setWeight: 25 }, pause]))
    const rates = ask(cluster, 'sum by (rollouts_pod_template_hash) (rate(http_requests_total[2m]))')
    expect(Math.abs((rates[stable] ?? 0) - 30)).toBeLessThan(3)
    expect(Math.abs((rates[canary] ?? 0) - 10)).toBeLessThan(2)
  })

  it('a router divides them by weight', async () => {
    const routed = { canaryService: 'new', stableService: 'old', trafficRouting: { nginx: {} } }
    const steps = [{ setWeight: 5 }, pause]
    const { cluster, stable, canary } = await updated(aCanary(steps, routed), {}, ['new', 'old'])
    const rates = ask(cluster, 'sum by (rollouts_pod_template_hash) (rate(http_requests_total[2m]))')
    expect(Math.abs((rates[stable] ?? 0) - 38)).toBeLessThan(3)
    expect(Math.abs((rates[canary] ?? 0) - 2)).toBeLessThan(1)
    expect(Object.keys(ask(cluster, 'count by (service) (up)'))).toEqual(['old', 'new'])
  })

  it('blue-green sends them to the active version', async () => {
    const strategy = { blueGreen: { activeService: 'active', previewService: 'preview', autoPromotionEnabled: false } }
    const { cluster, stable } = await updated(aRollout({ strategy } as never), {}, ['active', 'preview'])
    const rates = ask(cluster, 'sum by (rollouts_pod_template_hash) (rate(http_requests_total[2m])) > 0')
    expect(Object.keys(rates)).toEqual([stable])
  })

  it('errors of a version show in its pods alone', async () => {
    const traffic = (pod: Pod) => (pod.spec?.containers?.[0]?.image === 'web:2' ? { errorRate: 0.5 } : undefined)
    const { cluster, canary } = await updated(aCanary([{ setWeight: 25 }, pause]), { traffic })
    const share = ask(
      cluster,
      'sum by (rollouts_pod_template_hash) (rate(http_requests_total{status=~"5.."}[2m])) / sum by (rollouts_pod_template_hash) (rate(http_requests_total[2m])) > 0',
    )
    expect(Object.keys(share)).toEqual([canary])
    expect(share[canary]).toBeCloseTo(0.5, 1)
  })

  it('are labelled as a scrape of pods labels them, and end with their pod', async () => {
    const { cluster } = await updated(aCanary([{ setWeight: 25 }, pause]), {}, ['web'])
    const [pod] = cluster.pods()
    const found = cluster.samples.all('up').find(each => each.labels.get('pod') === pod?.metadata.name)
    expect(found?.labels.toObject()).toMatchObject({
      app: 'web',
      namespace: 'shop',
      container: 'app',
      service: 'web',
      job: 'kubernetes-pods',
      rollouts_pod_template_hash: pod?.metadata.labels?.['rollouts-pod-template-hash'],
    })
    expect(Object.keys(ask(cluster, 'up'))).toHaveLength(cluster.pods().length)
  })

  it('start from zero again with their container', async () => {
    const cluster = simulatedCluster()
    cluster.create(aRollout({ strategy: { canary: {} } }))
    await cluster.settle(120)
    const [pod] = cluster.pods()
    const patch = (behavior: string | null) =>
      cluster.store.patch(
        { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true },
        pod?.metadata as never,
        { type: 'merge', body: { metadata: { annotations: { 'playground.kubectl-canary/behavior': behavior } } } },
      )
    patch('crash')
    await cluster.settle(60)
    patch(null)
    await cluster.settle(120)
    const by = `{pod="${pod?.metadata.name}"}`
    expect(Object.values(ask(cluster, `kube_pod_container_status_restarts_total${by}`))[0]).toBeGreaterThan(0)
    expect(Object.values(ask(cluster, `resets(http_requests_total${by}[10m])`))).toContain(1)
  })

  it('are the same ones for the same seed', async () => {
    const query = 'sum by (status) (http_requests_total)'
    const counts = async (seed: string) =>
      ask((await updated(aCanary([{ setWeight: 25 }, pause]), { seed })).cluster, query)
    const first = await counts('a')
    expect(await counts('a')).toEqual(first)
    expect(await counts('b')).not.toEqual(first)
  })
})
