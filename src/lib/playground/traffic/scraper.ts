import type { Pod, Service } from '../../kube/core-objects.ts'
import * as types from '../../kube/resource-types.ts'
import { Labels } from '../../promql/labels/labels.ts'
import type { Timeline, Timer } from '../clock.ts'
import { findCondition } from '../controllers/conditions.ts'
import type { SampleStore } from '../prometheus/sample-store.ts'
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
    const seen = new Set<string>()
    for (const workload of workloadsOf(store)) {
      const shares = requestShares(workload)
      for (const pod of workload.pods) {
        seen.add(pod.metadata.uid ?? '')
        this.#scrapePod(pod, workload, shares.get(pod.metadata.name) ?? 0, services, nowMs)
      }
    }
    for (const uid of this.#targets.keys()) if (!seen.has(uid)) this.#targets.delete(uid)
    samples.endScrape(nowMs)
  }

  #scrapePod(
    pod: Pod,
    workload: Workload,
    requestsPerSecond: number,
    services: readonly Service[],
    nowMs: number,
  ): void {
    if (!ipOf(pod)) return
    const { samples, script } = this.#options
    const status = pod.status?.containerStatuses?.[0]
    const target = this.#targetOf(pod, status?.restartCount ?? 0, nowMs)
    const behavior = trafficBehaviorOf(pod, script)
    const fromMs = Math.max(target.countedMs, readySinceMs(pod) ?? nowMs)
    target.counters.advance(Math.max(0, nowMs - fromMs) / 1000, requestsPerSecond, behavior)
    target.countedMs = nowMs
    const common = targetLabels(pod, workload, services)
    const store = (labels: Record<string, string>, found: readonly Sample[]) => {
      for (const { name, labels: own, value } of found)
        samples.append(Labels.of({ ...labels, ...own, __name__: name }), nowMs, value)
    }
    const { namespace = '', pod: name = '', container = '', node = '' } = common
    const isUp = status?.state?.running !== undefined
    const isScraped = pod.metadata.annotations?.['prometheus.io/scrape'] !== 'false'
    if (isScraped) {
      store(common, [{ name: 'up', value: isUp ? 1 : 0 }])
      if (isUp) store(common, target.counters.samples())
    }
    store({ namespace, pod: name, container, job: 'kube-state-metrics', uid: pod.metadata.uid ?? '' }, [
      { name: 'kube_pod_container_status_restarts_total', value: target.restarts },
    ])
    const cpu = isUp ? target.counters.samples().filter(each => each.name === 'process_cpu_seconds_total') : []
    store(
      { namespace, pod: name, container, job: 'kubelet', node },
      cpu.map(({ value }) => ({ name: 'container_cpu_usage_seconds_total', value })),
    )
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
