import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ApiClient, apiClient } from './api-client.ts'
import { programPath } from './build.ts'
import { issueCertificate, readKeyPair, type User } from './certificates.ts'
import { kubeconfigFile } from './components.ts'
import { type PodLogs, podLogs } from './fake-pods.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { bringUp, startComponent, stopComponent, tearDown } from './lifecycle.ts'
import { type ProgramName, programs } from './programs.ts'
import { type ClusterState, type ComponentName, layout } from './state.ts'

/** A running control plane, as tests use it. */
export interface Cluster {
  name: string
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string
  /** Base URL of the API server. */
  server: string
  /** Certificate of the authority, PEM. */
  ca: string
  /** Base URL of Prometheus, where it was asked for. */
  prometheusUrl?: string
  /** Logs of fake pods; how the pods themselves fare is decided by annotations, see `fake-pods.ts`. */
  logs: PodLogs
  /** Requests of the test itself as administrator, past everything that is tested. */
  api: ApiClient
  /** Path of a program that was built. Throws for one that was not: Prometheus and promtool come with `prometheus: true`. */
  bin(name: ProgramName): string
  /** A PATH on which `kubectl` finds itself and its plugins. */
  path: string
  /** Runs kubectl as administrator and returns its stdout. Throws with its stderr. */
  kubectl(args: readonly string[], stdin?: string): Promise<string>
  /** Writes a kubeconfig for another user, who may do what RBAC objects of the test say; returns its path. */
  kubeconfigFor(user: User): Promise<string>
  /** Makes Prometheus scrape an address (host:port), within two seconds; replaces the target of this name. */
  scrape(name: string, address: string, labels?: Record<string, string>): void
  /** Ends one component; SIGKILL is a crash. Its port stays free for `start`. */
  stop(component: ComponentName, signal?: NodeJS.Signals): Promise<void>
  /** Starts a stopped component on the port that it had, and waits until it is ready. */
  start(component: ComponentName): Promise<void>
  /** Ends the cluster and removes its data; leaves one alone that was running before this test found it. */
  down(): Promise<void>
}

/** What a test asks for. */
export interface ClusterOptions {
  prometheus?: boolean
  /** Finds the cluster of this name or starts it; without a name the cluster is a new one. */
  name?: string
  /** Number of fake nodes. */
  nodes?: number
}

/** Starts a cluster that ends with this process, in whatever way that ends; builds what is missing first. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const name = options.name ?? `test-${randomBytes(4).toString('hex')}`
  const report = (line: string) => process.stderr.write(`cluster ${name}: ${line}\n`)
  const { state, started } = await bringUp({ ...options, name, ownerPid: process.pid, report })
  return attach(state, started)
}

function attach(state: ClusterState, started: boolean): Cluster {
  const at = layout(state.folder)
  const { cert: ca } = readKeyPair(at.certificates, 'ca')
  const api = apiClient(state.server, ca, readKeyPair(at.certificates, 'admin'))
  const path = [...new Set(programs.map(program => dirname(programPath(program.name)))), process.env.PATH].join(':')
  return {
    name: state.name,
    kubeconfig: state.kubeconfig,
    server: state.server,
    ca,
    ...(state.prometheusUrl && { prometheusUrl: state.prometheusUrl }),
    logs: podLogs(at.podLogs, () => api),
    api,
    bin: builtProgram,
    path,
    kubectl: (args, stdin) => kubectl(state.kubeconfig, path, args, stdin),
    async kubeconfigFor(user) {
      const file = kubeconfigFile(at, `user-${Buffer.from(user.name).toString('hex')}`)
      writeKubeconfig(
        file,
        { name: state.name, server: state.server, ca },
        await issueCertificate(at.certificates, user),
      )
      return file
    },
    scrape: (target, address, labels = {}) =>
      writeFileSync(join(at.targets, `${target}.json`), JSON.stringify([{ targets: [address], labels }])),
    stop: (component, signal) => stopComponent(state.name, component, signal),
    start: component => startComponent(state.name, component),
    async down() {
      api.close()
      if (started) await tearDown(state.name)
    },
  }
}

function builtProgram(name: ProgramName): string {
  const path = programPath(name)
  if (!existsSync(path)) throw new Error(`${name} is not built: npm run cluster -- build ${name}`)
  return path
}

function kubectl(kubeconfig: string, path: string, args: readonly string[], stdin?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: path, KUBECONFIG: kubeconfig }
    const child = execFile(
      programPath('kubectl'),
      args,
      { env, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`kubectl ${args.join(' ')}: ${stderr || error.message}`))
        else resolve(stdout)
      },
    )
    child.stdin?.end(stdin)
  })
}
