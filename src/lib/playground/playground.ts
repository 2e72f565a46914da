import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Context } from '../context/context.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { installAdmission } from './admission.ts'
import { PacedClock, type Timeline } from './clock.ts'
import type { PodScript } from './controllers/pod-behavior.ts'
import { Simulation } from './controllers/simulation.ts'
import { Faults } from './faults.ts'
import { MemoryClient } from './memory-client.ts'
import { handleRaw } from './raw-request.ts'
import type { Authorizer } from './server/access.ts'
import { ApiHandler } from './server/api-handler.ts'
import type { User } from './server/api-request.ts'
import { PlaygroundServer } from './server/server.ts'
import { apiVersionOf } from './store/resource-catalog.ts'
import { ObjectStore } from './store/store.ts'

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
  /** users by bearer token */
  tokens?: Record<string, User>
  authorizer?: Authorizer
  /** changes that watches can be resumed from */
  windowSize?: number
}

/** A cluster in this process, with its API server on loopback. */
export interface Playground {
  readonly url: string
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
  const { store, timeline, simulation, handler, faults } = makeCluster(options, context)
  const { port, tokens, kubeconfigPath } = options
  const server = await PlaygroundServer.start({
    handler,
    ...(port === undefined ? {} : { port }),
    ...(tokens ? { tokens } : {}),
  })
  const kubeconfig = await server.kubeconfig(undefined, options.namespace)
  if (kubeconfigPath) {
    await mkdir(dirname(kubeconfigPath), { recursive: true })
    await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 })
  }
  return {
    url: server.url,
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
      if (timeline instanceof PacedClock) timeline.stop()
      faults.clear()
      await server.stop()
      if (kubeconfigPath) await rm(kubeconfigPath, { force: true })
    },
  }
}

export interface Cluster {
  store: ObjectStore
  timeline: Timeline
  simulation: Simulation
  handler: ApiHandler
  faults: Faults
}

/** The cluster without its server, for tests and for use within the process. */
export function makeCluster(
  options: PlaygroundOptions,
  context: Pick<Context, 'clock' | 'random'> & Partial<Pick<Context, 'http'>>,
): Cluster {
  const { clock = 1, pods, authorizer, windowSize } = options
  const timeline = typeof clock === 'number' ? new PacedClock(context.clock, clock) : clock
  const random = () => context.random()
  const store = new ObjectStore({ now: () => timeline.now(), random, ...(windowSize ? { windowSize } : {}) })
  installAdmission(store)
  const faults = new Faults()
  const http = context.http?.bind(context)
  const simulation = new Simulation({
    store,
    timeline,
    random,
    ...(pods ? { pods } : {}),
    ...(http ? { http } : {}),
  })
  const logs: Simulation['logs'] = simulation.logs
  const handler = new ApiHandler({
    store,
    timeline,
    faults,
    logs: (ref, logOptions, signal) => logs.read(ref, logOptions, signal),
    ...(authorizer ? { authorizer } : {}),
  })
  return { store, timeline, simulation, handler, faults }
}

/** A client of the cluster within the process. */
export function clientOf(
  cluster: Omit<Cluster, 'timeline'>,
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
