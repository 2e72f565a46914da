import { mkdirSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { apiClient } from './api-client.ts'
import { build } from './build.ts'
import { readKeyPair, users, writeCertificates } from './certificates.ts'
import { components, kubeconfigFile, type Ports, portNames, prometheusComponent } from './components.ts'
import { clusterFolder } from './folders.ts'
import { isHealthy, untilHealthy } from './health.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { withLock } from './lock.ts'
import { watchOwner } from './owner.ts'
import { freePorts, untilFree } from './ports.ts'
import { endProcess, identify, isAlive, type ProcessIdentity, spawnDetached } from './processes.ts'
import { programs } from './programs.ts'
import { writePrometheusConfig } from './prometheus-config.ts'
import { installDefinitions, installFakeNodes } from './seed-objects.ts'
import { type ClusterState, type ComponentName, layout, readState, writeState } from './state.ts'

/** How a cluster is started. */
export interface UpOptions {
  name: string
  prometheus?: boolean
  /** Number of fake nodes, 1 unless said otherwise. */
  nodes?: number
  /** The cluster ends when this process has ended. */
  ownerPid?: number
  /** Takes a line on every step. */
  report?: (line: string) => void
}

/**
 * Starts a cluster, or finds the one of this name running, and returns when it is ready for use: the API server answers,
 * the CRDs are served, the nodes are Ready, the controllers run. On failure nothing is left running.
 */
export async function bringUp(options: UpOptions): Promise<{ state: ClusterState; started: boolean }> {
  return withLock(options.name, () => bringUpAlone(options))
}

async function bringUpAlone(options: UpOptions): Promise<{ state: ClusterState; started: boolean }> {
  const report = options.report ?? (() => {})
  const known = readState(options.name)
  const withPrometheus = options.prometheus === true
  const needed = programs.filter(program => withPrometheus || program.folder !== 'prometheus')
  const buildNeeded = () =>
    build(
      needed.map(program => program.name),
      report,
    )
  if (known?.complete && (await allHealthy(known))) {
    if (withPrometheus && !known.prometheusUrl) {
      await buildNeeded()
      await addPrometheus(known)
    }
    return { state: known, started: false }
  }
  // Also without a state: a folder may be left of a start that was ended before it wrote one.
  await tearDown(options.name)
  await buildNeeded()
  for (let attempt = 1; ; attempt++) {
    try {
      return { state: await startAll(options), started: true }
    } catch (error) {
      await tearDown(options.name)
      // Somebody else took a port between the choice and the start.
      if (attempt < 3 && /address already in use/.test(String(error))) continue
      throw error
    }
  }
}

/** Ends all processes of a cluster, waits for their end, and removes its folder. Does nothing for one that is not there. */
export async function tearDown(name: string): Promise<void> {
  const state = readState(name)
  // The data is thrown away, so nothing has to be ended gracefully. The watcher first: it would do the same.
  const running = [state?.watcher, ...Object.values(state?.components ?? {}).map(component => component.process)]
  const others = running.filter(process => process !== undefined && process.pid !== ownPid)
  await Promise.all(others.map(process => endProcess(process as ProcessIdentity, 'SIGKILL')))
  rmSync(clusterFolder(name), { recursive: true, force: true, maxRetries: 5 })
}

const ownPid = process.pid

/** Ends one component and keeps the rest running. Its data and its port stay, for `startComponent`. */
export async function stopComponent(clusterName: string, name: ComponentName, signal?: NodeJS.Signals): Promise<void> {
  const { component } = find(clusterName, name)
  if (component.process) await endProcess(component.process, signal)
}

/** Starts a stopped component again, with the same command line and on the same port, and waits until it is ready. */
export async function startComponent(clusterName: string, name: ComponentName): Promise<void> {
  const { state, component } = find(clusterName, name)
  if (!component.process || !isAlive(component.process)) {
    // The kernel may hold the port for a moment after the process has ended.
    for (const port of component.ports) await untilFree(port)
    launch(state, name)
  }
  await untilHealthy(state, name)
}

/** Whether every component of a cluster is ready. */
export async function allHealthy(state: ClusterState): Promise<boolean> {
  const names = Object.keys(state.components) as ComponentName[]
  return (await Promise.all(names.map(name => isHealthy(state, name)))).every(Boolean)
}

function find(clusterName: string, name: ComponentName) {
  const state = readState(clusterName)
  if (!state) throw new Error(`no cluster "${clusterName}"`)
  const component = state.components[name]
  if (!component) throw new Error(`cluster "${clusterName}" has no component "${name}"`)
  return { state, component }
}

async function startAll(options: UpOptions): Promise<ClusterState> {
  const folder = clusterFolder(options.name)
  mkdirSync(folder, { mode: 0o700 })
  const at = layout(folder)
  const chosen = await freePorts(portNames.length)
  const ports = Object.fromEntries(portNames.map((name, index) => [name, chosen[index]])) as unknown as Ports
  const all = components(at, ports)
  const state: ClusterState = {
    name: options.name,
    folder,
    server: `https://127.0.0.1:${ports.apiserver}`,
    kubeconfig: kubeconfigFile(at, 'admin'),
    complete: false,
    components: all,
  }
  writeState(state)
  if (options.ownerPid) {
    state.watcher = watchOwner(state, identify(options.ownerPid))
    writeState(state)
  }
  for (const path of Object.values(at)) if (!path.endsWith('.yaml')) mkdirSync(path, { recursive: true })
  launch(state, 'etcd')
  await writeCertificates(at.certificates)
  writeKubeconfigs(state)
  await Promise.all([
    startControlPlane(state, options.nodes ?? 1),
    ...(options.prometheus ? [addPrometheus(state)] : []),
  ])
  state.complete = true
  writeState(state)
  return state
}

async function startControlPlane(state: ClusterState, nodes: number): Promise<void> {
  const { certificates } = layout(state.folder)
  await untilHealthy(state, 'etcd')
  launch(state, 'apiserver')
  await untilHealthy(state, 'apiserver')
  launch(state, 'controller-manager')
  launch(state, 'scheduler')
  const api = apiClient(state.server, readKeyPair(certificates, 'ca').cert, readKeyPair(certificates, 'admin'))
  try {
    // Both read their definitions when they start, and stop or sit idle without them.
    await installDefinitions(api, state)
    launch(state, 'kwok')
    launch(state, 'argo-rollouts')
    await installFakeNodes(api, nodes)
    const rest: ComponentName[] = ['controller-manager', 'scheduler', 'kwok', 'argo-rollouts']
    await Promise.all(rest.map(name => untilHealthy(state, name)))
    await untilDefaultServiceAccount(api)
  } finally {
    api.close()
  }
}

async function addPrometheus(state: ClusterState): Promise<void> {
  const at = layout(state.folder)
  const [port = 0] = await freePorts(1)
  writePrometheusConfig(at)
  state.components.prometheus = prometheusComponent(at, port)
  launch(state, 'prometheus')
  await untilHealthy(state, 'prometheus')
  state.prometheusUrl = `http://127.0.0.1:${port}`
  writeState(state)
}

/** Pods are refused in a namespace that has no service account yet; the controller manager makes it soon after it started. */
async function untilDefaultServiceAccount(api: ReturnType<typeof apiClient>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await api.send('GET', '/api/v1/namespaces/default/serviceaccounts/default')
      return
    } catch (error) {
      if (attempt > 300) throw error
      await sleep(50)
    }
  }
}

function launch(state: ClusterState, name: ComponentName): void {
  const component = state.components[name]
  if (!component) throw new Error(`cluster "${state.name}" has no ${name}`)
  component.process = spawnDetached(component.argv, component.logFile, state.folder)
  writeState(state)
}

function writeKubeconfigs(state: ClusterState): void {
  const at = layout(state.folder)
  const { cert: ca } = readKeyPair(at.certificates, 'ca')
  for (const user of Object.keys(users)) {
    writeKubeconfig(
      kubeconfigFile(at, user),
      { name: state.name, server: state.server, ca },
      readKeyPair(at.certificates, user),
    )
  }
}
