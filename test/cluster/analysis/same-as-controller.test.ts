import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { EngineRun } from '../../../src/lib/analysis/analysis.ts'
import { isCompletedAnalysis } from '../../../src/lib/rollouts/phase.ts'
import { systemClock } from '../../contract/cluster-backend.ts'
import { startCommand } from '../../contract/command-line.ts'
import { type Cluster, startCluster } from '../cluster.ts'
import { exposition, randomRuns, type Servers, webAnswers } from './random-runs.ts'

const namespace = 'same-as-controller'
const count = Number(process.env.RUNS ?? 100)
const seed = Number(process.env.SEED ?? 1)

let cluster: Cluster
let servers: Servers
const listening: Server[] = []

beforeAll(async () => {
  cluster = await startCluster({ name: inject('clusterName'), prometheus: true })
  await cluster.api.apply(`/api/v1/namespaces/${namespace}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  })
  const exporter = await listen((_path, answer) => answer(200, exposition.trimStart(), 'text/plain; version=0.0.4'))
  const web = await listen((path, answer) => {
    const { status = 200, body } = webAnswers[path] ?? { status: 404, body: '' }
    answer(status, body, 'application/json')
  })
  const nobody = await listen(() => {})
  await close(nobody.server)
  servers = { prometheus: cluster.prometheusUrl ?? '', web: web.url, nobody: nobody.url }
  cluster.scrape('fixed', new URL(exporter.url).host)
  // also the ranges of the last two seconds have all their points then
  await until(async () => (await asked('last_over_time(several[2m] offset 4s)')).includes('shard'))
})

afterAll(async () => {
  for (const server of listening) await close(server)
  await cluster?.down()
})

describe('analysis run', () => {
  it(`ends ${count} runs in the status that the controller gives them`, async () => {
    const runs = randomRuns(count, seed, servers)
    const [theirs, ours] = await Promise.all([byController(runs), byUs(runs)])
    const differing = runs.filter(({ metadata: { name } }) => different(theirs.get(name), ours.get(name)))
    const phases = [...theirs.values()].map(status => (status as { phase: string }).phase)
    console.log(
      `${count} runs (seed ${seed}): ${count - differing.length} the same, phases ${JSON.stringify(tally(phases))}`,
    )
    for (const { metadata, spec } of differing) console.log(metadata.name, JSON.stringify(spec))
    const of = (statuses: Map<string, unknown>) =>
      Object.fromEntries(differing.map(({ metadata: { name } }) => [name, statuses.get(name)]))
    expect(of(ours)).toEqual(of(theirs))
    expect(new Set(phases).size).toBeGreaterThanOrEqual(3)
  }, 600_000)
})

/** By then every run has ended, or waits for an hour; those are terminated. */
const terminateAfterMs = 60_000

async function byController(runs: readonly EngineRun[]): Promise<Map<string, unknown>> {
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/analysisruns`
  const list = async () => (await cluster.api.send<{ items: EngineRun[] }>('GET', path)).items
  const isRunning = (run: EngineRun) => !isCompletedAnalysis(run.status?.phase)
  for (const run of runs) await cluster.api.send('POST', path, run)
  await sleep(terminateAfterMs)
  for (const { metadata } of (await list()).filter(isRunning))
    await cluster.api.mergePatch(`${path}/${metadata.name}`, { spec: { terminate: true } })
  let items: EngineRun[] = []
  await until(async () => {
    items = await list()
    return !items.some(isRunning)
  })
  return new Map(items.map(each => [each.metadata.name, comparable(each)]))
}

/** As many commands as runs, all at once. */
async function byUs(runs: readonly EngineRun[]): Promise<Map<string, unknown>> {
  const results = runs.map(async run => {
    const argv = ['analysis', 'run', '-f', '-', '-o', 'json', '--allow-effects', '-n', namespace]
    const environment = { clock: systemClock, kubeconfig: cluster.kubeconfig, stdin: JSON.stringify(run) }
    const running = startCommand(argv, environment)
    const timer = setTimeout(() => void running.interrupt(), terminateAfterMs)
    const { stdout, stderr } = await running.ended
    clearTimeout(timer)
    return [run.metadata.name, stdout === '' ? stderr : comparable(JSON.parse(stdout) as EngineRun)] as const
  })
  return new Map(await Promise.all(results))
}

const times = new Set(['startedAt', 'finishedAt', 'completedAt', 'resumeAt'])

/** The status without times, its results by name: theirs come at random. */
function comparable({ status }: EngineRun): unknown {
  const { metricResults = [], ...rest } = status ?? {}
  const sorted = [...metricResults].sort((a, b) => (a.name < b.name ? -1 : 1))
  const text = JSON.stringify({ ...rest, metricResults: sorted }, (key, value) =>
    times.has(key) ? undefined : (value as unknown),
  )
  // an answer that cannot be read is quoted around the place, a time and what is left of the text before it included
  return JSON.parse(text.replace(/bigger context \.\.\.\|.*?\|\.\.\./g, 'bigger context'))
}

const different = (a: unknown, b: unknown) => JSON.stringify(sortedKeys(a)) !== JSON.stringify(sortedKeys(b))

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]) => [key, sortedKeys(each)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const tally = (words: readonly string[]) =>
  words.reduce<Record<string, number>>((all, word) => {
    all[word] = (all[word] ?? 0) + 1
    return all
  }, {})

const asked = async (query: string) =>
  await (await fetch(`${servers.prometheus}/api/v1/query?query=${encodeURIComponent(query)}`)).text()

type Answer = (status: number, body: string, type: string) => void

async function listen(handle: (path: string, answer: Answer) => void): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) =>
    handle(request.url ?? '', (status, body, type) => response.writeHead(status, { 'content-type': type }).end(body)),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  listening.push(server)
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>(resolve => server.close(() => resolve()))
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 300_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('waited in vain')
    await sleep(500)
  }
}
