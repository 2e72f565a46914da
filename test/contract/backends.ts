import type { Clock } from '../../src/lib/context/context.ts'
import type { ApiClient } from '../cluster/api-client.ts'

/** What a user of the cluster may do, beyond what everybody may. */
export interface Permission {
  verbs: readonly string[]
  /** `rollouts`, `pods/log`, ... */
  resources: readonly string[]
}

/** How a measurement ends; `value` is what the metric shows, `status` an HTTP error of its server instead. */
export interface Measured {
  is: 'Successful' | 'Failed' | 'Inconclusive' | 'Error'
  value?: number
  status?: number
}

/** A cluster that the scenarios run on: the playground, or the real control plane. */
export interface Backend {
  readonly name: 'playground' | 'cluster'
  /** what commands go by, and what `wait` and pods take time of */
  readonly clock: Clock
  /**
   * How long nothing is sent before a command. The controller of Argo Rollouts 1.9.1 puts what it has just written into
   * its own cache, over anything newer that the watch brought meanwhile, and so never sees a change that comes within
   * some 100 ms of its own; a person is not as fast as a test.
   */
  readonly settleMs: number
  /** how long nothing has been written to a rollout that its controller is done with */
  readonly quietMs: number
  /** how long what does not come is waited for, in ms of real time */
  readonly patienceMs: number
  /** path of the administrator's kubeconfig */
  readonly kubeconfig: string
  /** requests of the test itself, past everything that is tested */
  readonly api: ApiClient
  /** Makes a namespace in which pods can be created. */
  createNamespace(name: string): Promise<void>
  /** A kubeconfig of somebody who may do just this in the namespace. */
  kubeconfigFor(namespace: string, user: string, permissions: readonly Permission[]): Promise<string>
  /** What containers of this namespace write from now on, before and after a restart; call it before they start. */
  podsWrite(namespace: string, lines: readonly string[]): void
  /** Adds lines to the log of a pod that runs. */
  appendLog(namespace: string, pod: string, lines: readonly string[]): void
  /** URL of a metric whose measurements are what `answer` says last. */
  metric(name: string): { url: string; answer(measured: Measured): void }
  /** The Argo Rollouts controller is down while this runs; the rest of the cluster is not. */
  withoutController<T>(run: () => Promise<T>): Promise<T>
  /** Nobody has installed Argo Rollouts while this runs: its kind Rollout is not served. Every rollout is lost. */
  withoutKind<T>(run: () => Promise<T>): Promise<T>
  stop(): Promise<void>
}

/** The backend that this run is for: `CONTRACT_BACKEND=cluster` is the real control plane. */
export async function startBackend(): Promise<Backend> {
  if (process.env.CONTRACT_BACKEND === 'cluster') return (await import('./cluster-backend.ts')).startClusterBackend()
  return (await import('./playground-backend.ts')).startPlaygroundBackend()
}
