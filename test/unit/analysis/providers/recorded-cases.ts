import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { EngineRun } from '../../../../src/lib/analysis/analysis.ts'
import type { ProviderContext } from '../../../../src/lib/analysis/providers/credentials.ts'
import type { Provider } from '../../../../src/lib/analysis/providers/provider.ts'
import type { Measured } from '../../../../src/lib/analysis/record-measurement.ts'
import { timestamp } from '../../../../src/lib/analysis/timestamps.ts'
import type { HttpClient } from '../../../../src/lib/context/http-client.ts'
import type { AnalysisMetric, Measurement } from '../../../../src/lib/rollouts/rollout.ts'
import { type FakeContext, fakeClient, fakeContext } from '../../../fakes/context.ts'

/** One case of test/fixtures/metric-providers: what a real controller made of an answer. */
export interface RecordedCase {
  name: string
  metric: AnalysisMetric
  /** by `namespace/name` */
  secrets?: Record<string, Record<string, string>>
  answers?: RecordedAnswer[]
  /** nobody listens */
  down?: boolean
  observed: {
    problem?: string
    panic?: string
    metadata?: Record<string, string>
    measurements?: Measurement[]
    requests?: RecordedRequest[]
  }
}

export interface RecordedAnswer {
  status?: number
  headers?: Record<string, string>
  body?: string
}

export interface RecordedRequest {
  method: string
  url: string
  headers?: Record<string, string>
  body?: string
}

export const nowMs = Date.parse('2026-01-02T03:04:05.678Z')

export const recordedCases = (file: string): RecordedCase[] =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/metric-providers/${file}.json`, import.meta.url), 'utf8'))

/** A service of a test: gives the answers in turn, the last one again and again, and remembers what it was asked. */
export async function startService(answers: readonly RecordedAnswer[] = [{}]) {
  const requests: RecordedRequest[] = []
  let url = ''
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers, body })
    const answer = answers[Math.min(requests.length, answers.length) - 1] ?? {}
    // as Go's server does
    response.setHeader('Content-Type', 'text/plain; charset=utf-8')
    for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
    response.writeHead(answer.status ?? 200)
    response.end((answer.body ?? '').replaceAll('$SERVER', url))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, requests, stop: () => stop(server) }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise(resolve => server.close(() => resolve()))
}

export interface ProviderTestOptions extends Partial<ProviderContext> {
  /** of the cluster, by `namespace/name` */
  secrets?: Record<string, Record<string, string>>
  context?: FakeContext
}

/** A provider's surroundings: a cluster with these Secrets, the real HTTP client, waits that take no time. */
export function providerContext(options: ProviderTestOptions = {}): ProviderContext {
  const {
    secrets = {},
    context = fakeContext({ client: fakeClient({ objects: secretsOf(secrets) }).client }),
    ...more
  } = options
  return {
    version: '1.9',
    http: context.http,
    kube: context.kube,
    clock: { now: () => nowMs, sleep: async () => {} },
    random: () => 0.5,
    env: {},
    given: [],
    controllerNamespace: 'argo-rollouts',
    known: new Map(),
    ...more,
  }
}

const secretsOf = (secrets: Record<string, Record<string, string>>) =>
  Object.entries(secrets).map(([id, values]) => {
    const [namespace = '', name = ''] = id.split('/')
    const data = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    )
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data }
  })

/** The addresses of Wavefront have no scheme, it is always https. */
export const withoutTls = (client: HttpClient): HttpClient => ({
  send: request => client.send({ ...request, url: request.url.replace(/^https:/, 'http:') }),
})

export const request = (metric: AnalysisMetric, run: Partial<EngineRun> = {}) => ({
  metric,
  run: {
    metadata: { name: 'run', namespace: 'shop' },
    spec: {},
    status: { startedAt: timestamp(nowMs - 600_000) },
    ...run,
  } as EngineRun,
  nowMs,
  signal: new AbortController().signal,
})

/** Measures, and asks again while the measurement goes on; each as it would stand in the run. */
export async function measurements(provider: Provider, metric: AnalysisMetric): Promise<Measurement[]> {
  const problem = provider.problem(metric)
  if (problem !== undefined) return [{ phase: 'Error', message: problem }]
  const all = [measurementOf(await provider.measure(request(metric)))]
  for (;;) {
    const last = all.at(-1)
    if (last?.phase !== 'Running' || all.length === 4 || !provider.resume) return all
    all.push({ ...last, ...measurementOf(await provider.resume(request(metric), last)) })
  }
}

function measurementOf({ resumeAtMs, metadata, ...measured }: Measured): Measurement {
  return {
    ...measured,
    ...(resumeAtMs === undefined ? {} : { resumeAt: timestamp(resumeAtMs) }),
    ...(metadata && Object.keys(metadata).length > 0 ? { metadata } : {}),
  }
}

export const fill = <T>(value: T, url: string): T =>
  JSON.parse(JSON.stringify(value).replaceAll('$SERVER', url).replaceAll('$HOST', hostOf(url)))

export const mask = <T>(value: T, url: string): T =>
  JSON.parse(JSON.stringify(value).replaceAll(url, '$SERVER').replaceAll(hostOf(url), '$HOST'))

const hostOf = (url: string) => url.replace('http://', '')
