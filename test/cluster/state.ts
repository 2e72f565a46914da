import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clusterFolder, clustersFolder } from './folders.ts'
import type { ProcessIdentity } from './processes.ts'

export type ComponentName =
  | 'etcd'
  | 'apiserver'
  | 'controller-manager'
  | 'scheduler'
  | 'kwok'
  | 'argo-rollouts'
  | 'prometheus'

/** One program of a cluster, with all that is needed to end exactly it and to start it again as it was. */
export interface Component {
  argv: string[]
  /** The port that others reach it by; argo-rollouts has a second one for metrics. */
  ports: number[]
  logFile: string
  process?: ProcessIdentity
}

/** What is known about a cluster, written down after every step, so that a crash at any point leaves nothing behind. */
export interface ClusterState {
  name: string
  folder: string
  server: string
  kubeconfig: string
  prometheusUrl?: string
  /** All components were started and answered once. */
  complete: boolean
  components: Partial<Record<ComponentName, Component>>
  /** Ends the cluster when its owner has ended. */
  watcher?: ProcessIdentity
}

const stateFile = (name: string) => join(clusterFolder(name), 'state.json')

/** The state of a cluster that was started and not taken down, whether its processes run or not. */
export function readState(name: string): ClusterState | undefined {
  const file = stateFile(name)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ClusterState) : undefined
}

/** Replaces the state as a whole: a reader sees the old one or the new one. */
export function writeState(state: ClusterState): void {
  const file = stateFile(state.name)
  const unfinished = `${file}.${process.pid}`
  writeFileSync(unfinished, JSON.stringify(state, null, 2))
  renameSync(unfinished, file)
}

/** Names of all clusters that have a folder. */
export function clusterNames(): string[] {
  return readdirSync(clustersFolder(), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
}

/** Paths inside a cluster's folder. */
export function layout(folder: string) {
  return {
    certificates: join(folder, 'certificates'),
    data: join(folder, 'data'),
    logs: join(folder, 'logs'),
    podLogs: join(folder, 'pod-logs'),
    /** Prometheus reads `*.json` from here (file_sd). */
    targets: join(folder, 'targets'),
    kubeconfigs: join(folder, 'kubeconfigs'),
    prometheusConfig: join(folder, 'prometheus.yaml'),
  }
}

export type Layout = ReturnType<typeof layout>
