import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import { isCompletedAnalysis } from '../../src/lib/rollouts/phase.ts'
import type { AnalysisRun, AnalysisRunStatus } from '../../src/lib/rollouts/rollout.ts'
import type { Measured } from './backends.ts'
import { object } from './manifests.ts'
import { contract, type World } from './world.ts'

/**
 * What the controller writes into the status of a run, field by field. The files were written by the real one
 * (argo-rollouts 1.9.1; RECORD=1 with vitest.cluster.config.ts) and hold for both.
 */
const isRecording = Boolean(process.env.RECORD) && process.env.CONTRACT_BACKEND === 'cluster'
const { scenario } = contract()

interface Case {
  name: string
  metrics: (url: string) => object[]
  /** what the metric's server answers */
  answer?: Measured
  spec?: object
  /** objects that are there before the run */
  before?: KubeObject[]
  /** done to the run while it goes on */
  meanwhile?: (world: World) => Promise<void>
}

const good: Measured = { is: 'Successful', value: 0.99 }
const bad: Measured = { is: 'Failed', value: 0.5 }
const neither: Measured = { is: 'Inconclusive', value: 0.92 }

const web = (url: string, more: object = {}, provider: object = {}): object => ({
  name: 'rate',
  successCondition: 'result >= 0.95',
  failureCondition: 'result < 0.9',
  provider: { web: { url, jsonPath: '{$.value}', ...provider } },
  ...more,
})

const often = { interval: '1s' }

function job(behavior: string, spec: object = {}): object {
  const annotations = { 'kubectl-canary.test/behavior': behavior }
  const containers = [{ name: 'check', image: 'docker.io/library/check:1' }]
  const template = { metadata: { annotations }, spec: { restartPolicy: 'Never', containers } }
  return { name: 'check', provider: { job: { spec: { backoffLimit: 0, template, ...spec } } } }
}

const secret: KubeObject = object('v1', 'Secret', 'token', { stringData: { key: 'open-sesame' } })
const secretArgs = [{ name: 'token', valueFrom: { secretKeyRef: { name: 'token', key: 'key' } } }]

const cases: Case[] = [
  { name: 'measured once', metrics: url => [web(url)] },
  { name: 'without conditions', metrics: url => [{ name: 'rate', provider: { web: { url } } }] },
  { name: 'failed at once', metrics: url => [web(url)], answer: bad },
  {
    name: 'failed beyond its limit',
    metrics: url => [web(url, { ...often, count: 5, failureLimit: 1 })],
    answer: bad,
  },
  { name: 'inconclusive', metrics: url => [web(url, { ...often, count: 4, inconclusiveLimit: 1 })], answer: neither },
  {
    name: 'an error of the server',
    metrics: url => [web(url, { consecutiveErrorLimit: 0 })],
    answer: { is: 'Error', status: 503 },
  },
  {
    name: 'errors are repeated after ten seconds',
    metrics: url => [web(url, { ...often, count: 2, consecutiveErrorLimit: 1 })],
    answer: { is: 'Error', status: 500 },
  },
  {
    name: 'a server that is not there',
    metrics: () => [web('http://127.0.0.1:1/x', { consecutiveErrorLimit: 0 })],
  },
  {
    name: 'a path that leads nowhere',
    metrics: url => [web(url, { consecutiveErrorLimit: 0 }, { jsonPath: '{$.nope}' })],
  },
  {
    name: 'a broken path',
    metrics: url => [web(url, { consecutiveErrorLimit: 0 }, { jsonPath: '{$.value' })],
  },
  {
    name: 'a condition that cannot be compiled',
    metrics: url => [web(url, { successCondition: 'result >', consecutiveErrorLimit: 0 })],
  },
  {
    name: 'a condition that is no truth',
    metrics: url => [web(url, { successCondition: 'result + 1', consecutiveErrorLimit: 0 })],
  },
  {
    name: 'a body with GET',
    metrics: url => [web(url, { consecutiveErrorLimit: 0 }, { body: 'x' })],
  },
  {
    name: 'successes in a row',
    metrics: url => [web(url, { ...often, count: 10, consecutiveSuccessLimit: 3 })],
  },
  {
    name: 'too few successes in a row',
    metrics: url => [web(url, { ...often, count: 3, consecutiveSuccessLimit: 2, failureLimit: -1 })],
    answer: bad,
  },
  {
    name: 'neither enough failures nor successes in a row',
    metrics: url => [
      web(url, { ...often, count: 4, consecutiveSuccessLimit: 2, failureLimit: 2, inconclusiveLimit: 4 }),
    ],
    answer: neither,
  },
  {
    name: 'a metric that fails ends the others',
    metrics: url => [
      web(url),
      web(url, { name: 'other', ...often, count: 100, successCondition: 'true', failureCondition: '' }),
    ],
    answer: bad,
  },
  {
    name: 'a dry run that fails does no harm',
    metrics: url => [web(url), web(url, { name: 'tried', successCondition: 'result > 1', failureCondition: '' })],
    spec: { dryRun: [{ metricName: 'tri.*' }] },
  },
  { name: 'all dry', metrics: url => [web(url)], answer: bad, spec: { dryRun: [{ metricName: '.*' }] } },
  {
    name: 'few measurements are kept',
    metrics: url => [web(url, { ...often, count: 4 })],
    spec: { measurementRetention: [{ metricName: 'rate', limit: 2 }] },
  },
  {
    name: 'an argument in the address',
    metrics: url => [web(`${url}?{{args.query}}`)],
    spec: { args: [{ name: 'query', value: 'a=b' }] },
  },
  {
    name: 'an argument without a value',
    metrics: url => [web(url)],
    spec: { args: [{ name: 'query' }] },
  },
  {
    name: 'an argument that nobody gives',
    metrics: url => [web(`${url}?{{args.other}}`)],
  },
  {
    name: 'a secret is not told',
    metrics: () => [web('http://127.0.0.1:1/{{args.token}}', { consecutiveErrorLimit: 0 })],
    spec: { args: secretArgs },
    before: [secret],
  },
  { name: 'a secret that is not there', metrics: url => [web(url)], spec: { args: secretArgs } },
  { name: 'several measurements without an interval', metrics: url => [web(url, { count: 2 })] },
  { name: 'two metrics of one name', metrics: url => [web(url), web(url)] },
  { name: 'a rule for no metric', metrics: url => [web(url)], spec: { dryRun: [{ metricName: 'x' }] } },
  { name: 'terminated before it begins', metrics: url => [web(url)], spec: { terminate: true } },
  {
    name: 'terminated on the way',
    metrics: url => [web(url, { interval: '1h' })],
    meanwhile: async world => {
      await world.until(async () => (await runOf(world)).status?.phase === 'Running', 'the run to be running')
      await world.patch('AnalysisRun', 'run', { spec: { terminate: true } })
    },
  },
  { name: 'waits at first', metrics: url => [web(url, { initialDelay: '3s' })] },
  { name: 'a Job that ends well', metrics: () => [job('ready')] },
  { name: 'a Job that fails', metrics: () => [job('crash')] },
  {
    name: 'a Job that is refused',
    metrics: () => [{ ...job('ready', { completions: -1 }), consecutiveErrorLimit: 0 }],
  },
  {
    name: 'a Job that is terminated',
    metrics: () => [job('not-ready')],
    meanwhile: async world => {
      await world.until(async () => (await world.list('Pod')).length > 0, 'the pod of the Job')
      await world.patch('AnalysisRun', 'run', { spec: { terminate: true } })
    },
  },
]

const runOf = (world: World) => world.get<AnalysisRun>('AnalysisRun', 'run')

describe('the status of a run', () => {
  for (const { name, metrics, answer = good, spec = {}, before = [], meanwhile } of cases) {
    scenario(name, async world => {
      const { url } = world.metric(answer)
      await world.apply(
        ...before,
        object('argoproj.io/v1alpha1', 'AnalysisRun', 'run', { spec: { metrics: metrics(url), ...spec } }),
      )
      await meanwhile?.(world)
      await world.until(async () => isCompletedAnalysis((await runOf(world)).status?.phase), 'the run to end')
      const { metadata, status } = await runOf(world)
      const words = { [metadata.uid ?? '']: 'UID', [world.namespace]: 'NAMESPACE', [new URL(url).host]: 'SERVER' }
      const found = comparable(status, words)
      const file = `test/golden/analysis-status/${name.replaceAll(' ', '-')}.json`
      if (isRecording) writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`)
      expect(found).toEqual(JSON.parse(readFileSync(file, 'utf8')))
    })
  }
})

/** Without times, metrics by name, fields in order, and with words for what is another one each time. */
function comparable(status: AnalysisRunStatus | undefined, words: Record<string, string>): unknown {
  const results = [...(status?.metricResults ?? [])].sort((one, other) => (one.name < other.name ? -1 : 1))
  let text = JSON.stringify({ ...status, metricResults: results })
  for (const [value, word] of Object.entries(words)) text = text.replaceAll(value, word)
  return sorted(JSON.parse(text))
}

const times = ['startedAt', 'finishedAt', 'completedAt', 'resumeAt']

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, times.includes(key) ? 'TIME' : sorted(each)]))
}
