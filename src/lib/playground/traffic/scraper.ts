import type { Pod, Service } from '../../kube/core-objects.ts'
import * as types from '../../kube/resource-types.ts'
import { Labels } from '../../promql/labels/labels.ts'
import type { Timeline, Timer } from '../clock.ts'
import { findCondition } from '../controllers/conditions.ts'
import type { SampleStore, StoredSeries } from '../prometheus/sample-store.ts'
import type { ObjectStore } from '../store/store.ts'
import { PodCounters, type Sample } from './pod-counters.ts'
import { ipOf, targetLabels } from './target-labels.ts'
import { type TrafficScript, trafficBehaviorOf } from './traffic-behavior.ts'
import { requestShares, type Workload, workloadsOf } from './traffic-shares.ts'

export interface ScraperOptions {
  store: ObjectStore
  timeline: Timeline
  samples: SampleStore
  /** decides about every count of every pod */
  seed: string
  script?: TrafficScript
  /** default 15 s */
  intervalMs?: number
}

interface Target {
  counters: PodCounters
  restarts: number
  /** until when its requests are counted */
  countedMs: number
  series?: TargetSeries
}

/** The series of a pod, for as long as its labels are the same. */
interface TargetSeries {
  /** what the labels were made from */
  from: string
  up: StoredSeries
  /** in the order of the samples */
  own: StoredSeries[]
  restarts: StoredSeries
  cpu: StoredSeries
}

interface Round {
  services: readonly Service[]
  /** changes with the services */
  version: string
  nowMs: number
}

/**
 * The users of the cluster and its Prometheus in one: at every scrape each pod has answered what was sent to it since the
 * last one, and its metrics are stored as a scrape of Kubernetes pods, kube-state-metrics and cAdvisor would store them.
 */
export class Scraper {
  readonly intervalMs: number
  readonly #options: ScraperOptions
  readonly #targets = new Map<string, Target>()
  #timer: Timer | undefined

  constructor(options: ScraperOptions) {
    this.#options = options
    this.intervalMs = options.intervalMs ?? 15_000
  }

  start(): void {
    this.#timer = this.#options.timeline.schedule(this.intervalMs, () => {
      this.scrape()
      this.start()
    })
  }

  stop(): void {
    this.#timer?.cancel()
  }

  /** One scrape of everything, now. */
  scrape(): void {
    const { store, samples, timeline } = this.#options
    const nowMs = timeline.now()
    const services = store.all<Service>(types.services)
    const round = { services, version: services.map(each => each.metadata.resourceVersion).join(), nowMs }
    const seen = new Set<string>()
    for (const workload of workloadsOf(store)) {
      const shares = requestShares(workload)
      for (const pod of workload.pods) {
        seen.add(pod.metadata.uid ?? '')
        if (ipOf(pod)) this.#scrapePod(pod, workload, shares.get(pod.metadata.name) ?? 0, round)
      }
    }
    for (const uid of this.#targets.keys()) if (!seen.has(uid)) this.#targets.delete(uid)
    samples.endScrape(nowMs)
  }

  #scrapePod(pod: Pod, workload: Workload, requestsPerSecond: number, round: Round): void {
    const { samples, script } = this.#options
    const { nowMs } = round
    const status = pod.status?.containerStatuses?.[0]
    const target = this.#targetOf(pod, status?.restartCount ?? 0, nowMs)
    const fromMs = Math.max(target.countedMs, readySinceMs(pod) ?? nowMs)
    const seconds = Math.max(0, nowMs - fromMs) / 1000
    target.counters.advance(seconds, requestsPerSecond, trafficBehaviorOf(pod, script))
    target.countedMs = nowMs
    const series = this.#seriesOf(pod, workload, target, round)
    const isUp = status?.state?.running !== undefined
    const isScraped = pod.metadata.annotations?.['prometheus.io/scrape'] !== 'false'
    if (isScraped) samples.add(series.up, nowMs, isUp ? 1 : 0)
    if (isUp) {
      for (const [index, { name, value }] of target.counters.samples().entries()) {
        const own = series.own[index]
        if (isScraped && own) samples.add(own, nowMs, value)
        if (name === 'process_cpu_seconds_total') samples.add(series.cpu, nowMs, value)
      }
    }
    samples.add(series.restarts, nowMs, target.restarts)
  }

  #seriesOf(pod: Pod, workload: Workload, target: Target, { services, version }: Round): TargetSeries {
    const { resourceVersion, uid = '' } = pod.metadata
    const from = `${resourceVersion} ${workload.object.metadata.generation} ${version}`
    if (target.series?.from === from) return target.series
    const common = targetLabels(pod, workload, services)
    const { namespace = '', pod: name = '', container = '', node = '' } = common
    const { samples } = this.#options
    const of = (labels: Record<string, string>, { name: metric, labels: own }: Omit<Sample, 'value'>) =>
      samples.series(Labels.of({ ...labels, ...own, __name__: metric }))
    const place = { namespace, pod: name, container }
    target.series = {
      from,
      up: of(common, { name: 'up' }),
      own: target.counters.samples().map(each => of(common, each)),
      restarts: of({ ...place, job: 'kube-state-metrics', uid }, { name: 'kube_pod_container_status_restarts_total' }),
      cpu: of({ ...place, job: 'kubelet', node }, { name: 'container_cpu_usage_seconds_total' }),
    }
    return target.series
  }

  /** A container that was started again counts from zero. */
  #targetOf(pod: Pod, restarts: number, nowMs: number): Target {
    const uid = pod.metadata.uid ?? ''
    const known = this.#targets.get(uid)
    if (known?.restarts === restarts) return known
    const seed = `${this.#options.seed} ${pod.metadata.name} ${restarts}`
    const countedMs = known?.countedMs ?? Math.max(0, nowMs - this.intervalMs)
    const target = { counters: new PodCounters(seed), restarts, countedMs }
    this.#targets.set(uid, target)
    return target
  }
}

function readySinceMs(pod: Pod): number | undefined {
  const condition = findCondition(pod.status?.conditions, 'Ready')
  return condition?.status === 'True' ? Date.parse(condition.lastTransitionTime ?? '') : undefined
}
