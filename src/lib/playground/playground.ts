import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock, Context } from '../context/context.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { services } from '../kube/resource-types.ts'
import { installAdmission } from './admission.ts'
import { PacedClock, type Timeline } from './clock.ts'
import { controllerContext } from './controllers/analysis/controller-context.ts'
import type { PodScript } from './controllers/pod-behavior.ts'
import { Simulation } from './controllers/simulation.ts'
import { Faults } from './faults.ts'
import { MemoryClient } from './memory-client.ts'
import { clusterHttp, noNetwork } from './prometheus/cluster-http.ts'
import { PrometheusApi } from './prometheus/prometheus-api.ts'
import { PrometheusServer } from './prometheus/prometheus-server.ts'
import { SampleStore } from './prometheus/sample-store.ts'
import { handleRaw } from './raw-request.ts'
import type { Authorizer } from './server/access.ts'
import { ApiHandler } from './server/api-handler.ts'
import type { User } from './server/api-request.ts'
import { PlaygroundServer } from './server/server.ts'
import { apiVersionOf } from './store/resource-catalog.ts'
import { ObjectStore } from './store/store.ts'
import { Scraper } from './traffic/scraper.ts'
import type { TrafficScript } from './traffic/traffic-behavior.ts'

export interface PlaygroundOptions {
  /** seconds of the playground per second: 1 is real time (default); or a clock of the caller's */
  clock?: number | Timeline
  /** port of the API server; default any free one */
  port?: number
  /** where to write the kubeconfig; without it the text alone */
  kubeconfigPath?: string
  /** namespace of the kubeconfig's context */
  namespace?: string
  /** how pods fare where their annotations do not say */
  pods?: PodScript
  /** how pods answer requests where their annotations do not say */
  traffic?: TrafficScript
  /** decides about every request and its latency; default: the same ones each time */
  seed?: string
  /** default 15 s */
  scrapeIntervalMs?: number
  /** by which those who ask Prometheus from outside name times; default: the cluster's own */
  askersClock?: Pick<Clock, 'now'>
  /** users by bearer token */
  tokens?: Record<string, User>
  authorizer?: Authorizer
  /** changes that watches can be resumed from */
  windowSize?: number
}

/** A cluster in this process, with its API server on loopback. */
export interface Playground {
  readonly url: string
  /** of the cluster's Prometheus, without credentials */
  readonly prometheusUrl: string
  readonly kubeconfig: string
  readonly kubeconfigPath: string | undefined
  readonly store: ObjectStore
  readonly clock: Timeline
  readonly simulation: Simulation
  readonly server: PlaygroundServer
  readonly faults: Faults
  /** A client that needs no connection. */
  client(namespace?: string): MemoryClient
  /** Creates the objects, or updates those that exist, as `kubectl apply` does. */
  apply(objects: readonly KubeObject[], namespace?: string): void
  /** Ends everything that was started and removes the kubeconfig. */
  stop(): Promise<void>
}

/** Starts an API server and the controllers of a cluster; `stop` ends them. */
export async function startPlayground(options: PlaygroundOptions, context: Context): Promise<Playground> {
  const { store, timeline, simulation, handler, faults, prometheus, scraper } = makeCluster(options, context)
  const { port, tokens, kubeconfigPath } = options
  const server = await PlaygroundServer.start({
    handler,
    ...(port === undefined ? {} : { port }),
    ...(tokens ? { tokens } : {}),
  })
  const prometheusServer = await PrometheusServer.start(prometheus)
  addPrometheusService(store)
  const kubeconfig = await server.kubeconfig(undefined, options.namespace)
  if (kubeconfigPath) {
    await mkdir(dirname(kubeconfigPath), { recursive: true })
    await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 })
  }
  return {
    url: server.url,
    prometheusUrl: prometheusServer.url,
    kubeconfig,
    kubeconfigPath,
    store,
    clock: timeline,
    simulation,
    server,
    faults,
    client: namespace => clientOf({ store, simulation, handler, faults }, namespace ?? options.namespace),
    apply: (objects, namespace) => applyAll(store, objects, namespace ?? options.namespace),
    stop: async () => {
      simulation.stop()
      scraper.stop()
      if (timeline instanceof PacedClock) timeline.stop()
      faults.clear()
      await server.stop()
      await prometheusServer.stop()
      if (kubeconfigPath) await rm(kubeconfigPath, { force: true })
    },
  }
}

/** Where the examples look for it, and what the API server's proxy leads to. */
function addPrometheusService(store: ObjectStore): void {
  const spec = { selector: { 'app.kubernetes.io/name': 'prometheus' }, ports: [{ name: 'web', port: 9090 }] }
  const service = { metadata: { namespace: 'monitoring', name: 'prometheus' }, spec }
  store.create(services, service as KubeObject, { manager: 'kubectl' })
}

export interface Cluster {
  store: ObjectStore
  timeline: Timeline
  simulation: Simulation
  handler: ApiHandler
  faults: Faults
  /** what the cluster's Prometheus has stored */
  samples: SampleStore
  prometheus: PrometheusApi
  scraper: Scraper
}

/** The cluster without its server, for tests and for use within the process. */
export function makeCluster(
  options: PlaygroundOptions,
  context: Pick<Context, 'clock' | 'random'> & Partial<Pick<Context, 'http'>>,
): Cluster {
  const { clock = 1, pods, traffic, seed = '', scrapeIntervalMs, authorizer, windowSize } = options
  const timeline = typeof clock === 'number' ? new PacedClock(context.clock, clock) : clock
  const random = () => context.random()
  const store = new ObjectStore({ now: () => timeline.now(), random, ...(windowSize ? { windowSize } : {}) })
  installAdmission(store)
  const faults = new Faults()
  const samples = new SampleStore()
  const prometheus = new PrometheusApi(samples, timeline, options.askersClock ?? timeline)
  const inside = new PrometheusApi(samples, timeline)
  const http = async () => clusterHttp(inside, () => context.http?.() ?? noNetwork())
  const controller = controllerContext(store, context.clock, http)
  const simulation = new Simulation({ store, timeline, random, controller, ...(pods ? { pods } : {}) })
  const scraper = new Scraper({
    store,
    timeline,
    samples,
    seed,
    ...(traffic ? { script: traffic } : {}),
    ...(scrapeIntervalMs === undefined ? {} : { intervalMs: scrapeIntervalMs }),
  })
  scraper.start()
  const logs: Simulation['logs'] = simulation.logs
  const handler = new ApiHandler({
    store,
    timeline,
    faults,
    prometheus,
    logs: (ref, logOptions, signal) => logs.read(ref, logOptions, signal),
    ...(authorizer ? { authorizer } : {}),
  })
  return { store, timeline, simulation, handler, faults, samples, prometheus, scraper }
}

/** A client of the cluster within the process. */
export function clientOf(
  cluster: Omit<Cluster, 'timeline' | 'samples' | 'prometheus' | 'scraper'>,
  namespace = 'default',
  signal?: AbortSignal,
): MemoryClient {
  const { store, simulation, handler, faults } = cluster
  return new MemoryClient(store, {
    namespace,
    faults,
    contextName: 'playground',
    handle: request => handleRaw(handler, request),
    logs: (ref, options, logSignal) => simulation.logs.read(ref, options, logSignal),
    ...(signal ? { signal } : {}),
  })
}

function applyAll(store: ObjectStore, objects: readonly KubeObject[], namespace = 'default'): void {
  for (const object of objects) {
    const resource = store.catalog.findKind(object.apiVersion ?? '', object.kind ?? '')
    if (!resource) throw new Error(`no kind ${object.kind} in ${object.apiVersion} is served`)
    const at = resource.namespaced ? { namespace: object.metadata.namespace ?? namespace } : {}
    const body = { ...object, apiVersion: apiVersionOf(resource), metadata: { ...object.metadata, ...at } }
    store.apply(resource, { name: object.metadata.name, ...at }, body, { manager: 'kubectl' })
  }
}
