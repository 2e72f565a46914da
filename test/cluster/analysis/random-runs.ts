import type { EngineRun } from '../../../src/lib/analysis/analysis.ts'
import { seededRandom } from '../../../src/lib/playground/random.ts'
import type { AnalysisMetric } from '../../../src/lib/rollouts/rollout.ts'

/** What the exporter of the test says, always the same: Prometheus' text format. */
export const exposition = `
fixed{case="good"} 0.99
fixed{case="bad"} 0.5
fixed{case="zero"} 0
fixed{case="large"} 1e21
fixed{case="small"} 0.0000001
fixed{case="negative"} -12.5
fixed{case="nan"} NaN
fixed{case="inf"} +Inf
several{shard="a"} 1
several{shard="b"} 2
several{shard="c"} 30
`

/** What the web server of the test answers, by path. */
export const webAnswers: Readonly<Record<string, { status?: number; body: string }>> = {
  '/number': { body: '{"value": 0.99, "text": "ok", "none": null}' },
  '/nested': { body: '{"data": {"rates": [1, 2.5, 1e21], "ok": true, "x<y": "a&b"}}' },
  '/list': { body: '[1, 2, 3]' },
  '/text': { body: 'all is well' },
  '/empty': { body: '' },
  '/missing': { status: 404, body: '{"value": 1}' },
  '/broken': { status: 503, body: 'down' },
}

interface Question {
  provider: object
  /** conditions that are true, false, neither, or wrong for this answer */
  conditions: readonly string[]
}

/** On a busy machine scrapes are lost, and what is measured must not depend on that. */
const latest = (selector: string) => `last_over_time(${selector}[2m])`

const prometheusQuestions: readonly Question[] = [
  ...['good', 'bad', 'zero', 'large', 'small', 'negative', 'nan', 'inf'].map(name => ({
    provider: { query: latest(`fixed{case="${name}"}`) },
    conditions: [
      'result[0] >= 0.95',
      'result[0] < 0.9',
      'len(result) == 1 && result[0] > 0',
      'isNaN(result[0]) || isInf(result[0])',
      'asInt(result[0]) == 0',
      'default(result, 0) == 1',
      'result >= 0.95',
      'result[1] > 0',
    ],
  })),
  {
    provider: { query: latest('several') },
    conditions: [
      'all(result, # >= 1)',
      'len(result) == 3',
      'sum(result) == 33',
      'result[2] == 30',
      'any(result, # > 99)',
    ],
  },
  {
    provider: { query: `scalar(${latest('fixed{case="good"}')})` },
    conditions: ['result == 0.99', 'result > 1', 'isNaN(result)', 'asFloat(result) >= 0.9', 'result[0] > 0'],
  },
  {
    provider: { query: 'absent_everywhere' },
    conditions: ['len(result) == 0', 'isNil(result)', 'result[0] > 0', 'len(result) > 0 && result[0] > 1'],
  },
  { provider: { query: 'absent(absent_everywhere)' }, conditions: ['result[0] == 1', 'result[0] == 0'] },
  { provider: { query: '"a string"' }, conditions: ['true'] },
  { provider: { query: 'fixed{' }, conditions: ['true'] },
  { provider: { query: 'sum(rate(fixed' }, conditions: ['true'] },
  { provider: { query: 'fixed + on() several' }, conditions: ['true'] },
  {
    provider: {
      query: latest('fixed{case="good"}'),
      rangeQuery: { start: 'now() - duration("2s")', end: 'now()', step: '1s' },
    },
    conditions: ['all(result, # == 0.99)', 'any(result, # < 0.9)'],
  },
  {
    provider: { query: 'fixed', rangeQuery: { start: '"yesterday"', end: 'now()', step: '1s' } },
    conditions: ['true'],
  },
  { provider: { query: 'fixed{case="good"}', timeout: -1 }, conditions: ['true'] },
]

const webQuestions: readonly Question[] = [
  {
    provider: { path: '/number', jsonPath: '{$.value}' },
    conditions: ['result >= 0.95', 'result < 0.9', 'asFloat(result) > 2', 'len(result) > 0', 'result == "ok"'],
  },
  {
    provider: { path: '/number', jsonPath: '{$.text}' },
    conditions: ['result == "ok"', 'result > 1', 'result contains "k"'],
  },
  {
    provider: { path: '/number', jsonPath: '{$.none}' },
    conditions: ['isNil(result)', 'result == nil', 'default(result, 3) == 3'],
  },
  { provider: { path: '/number', jsonPath: '{$.absent}' }, conditions: ['result == 1', 'true'] },
  {
    provider: { path: '/number' },
    conditions: ['result.value > 0.9 && result.text == "ok"', 'result.value < 0.5', 'result.absent > 1'],
  },
  {
    provider: { path: '/nested', jsonPath: '{$.data.rates}' },
    conditions: ['len(result) == 3', 'all(result, asFloat(#) > 2)', 'result[1] == 2.5'],
  },
  {
    provider: { path: '/nested', jsonPath: '{$.data}' },
    conditions: ['result.ok', 'result["x<y"] == "a&b"', 'not result.ok'],
  },
  { provider: { path: '/list' }, conditions: ['len(result) == 3', 'result[0] == 2'] },
  { provider: { path: '/text' }, conditions: ['result == "never looked at"', 'result contains "well"'] },
  { provider: { path: '/empty' }, conditions: ['true', 'false'] },
  { provider: { path: '/missing' }, conditions: ['true'] },
  { provider: { path: '/broken' }, conditions: ['true'] },
  { provider: { path: '/number', jsonPath: '{$.value' }, conditions: ['true'] },
  { provider: { path: '/number', method: 'POST', jsonBody: { a: 1 } }, conditions: ['result.value == 0.99'] },
  { provider: { path: '/number', body: 'x' }, conditions: ['true'] },
]

export interface Servers {
  prometheus: string
  web: string
  /** nobody listens there */
  nobody: string
}

/**
 * `count` runs of all kinds, the same ones for the same seed. What is measured never changes, and within one run only
 * one metric is measured more than once, so that the outcome does not hang on which of two comes a moment earlier.
 */
export function randomRuns(count: number, seed: number, servers: Servers): EngineRun[] {
  const chance = new Chance(seed)
  return Array.from({ length: count }, (_, index) =>
    randomRun(`run-${String(index).padStart(3, '0')}`, chance, servers),
  )
}

function randomRun(name: string, chance: Chance, servers: Servers): EngineRun {
  const metrics = [repeatedMetric(chance, servers)]
  while (metrics.length < 4 && chance.is(0.45)) metrics.push(otherMetric(metrics.length, chance, servers))
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name },
    spec: {
      metrics: chance.shuffled(metrics),
      args: [
        { name: 'prometheus', value: servers.prometheus },
        { name: 'web', value: servers.web },
        ...(chance.is(0.03) ? [{ name: 'unresolved' }] : []),
      ],
      ...(chance.is(0.2) ? { dryRun: [{ metricName: chance.of(['repeated', '.*', 'other-1', 'nowhere']) }] } : {}),
      ...(chance.is(0.2) ? { measurementRetention: [{ metricName: chance.of(['repeated', '.*']), limit: 2 }] } : {}),
    },
  }
}

/** Measured again and again, a second apart. */
function repeatedMetric(chance: Chance, servers: Servers): AnalysisMetric {
  return {
    ...question('repeated', chance, servers),
    interval: '1s',
    count: chance.of([1, 2, 3, 4, 5, '3']),
    ...(chance.is(0.1) ? { initialDelay: '2s' } : {}),
    ...limits(chance),
  } as AnalysisMetric
}

/** Measured once, never, or again in an hour. */
function otherMetric(index: number, chance: Chance, servers: Servers): AnalysisMetric {
  return {
    ...question(chance.is(0.03) ? 'repeated' : `other-${index}`, chance, servers),
    ...chance.of([{}, {}, {}, { count: 1 }, { interval: '1h' }, { interval: '1h', count: 2 }, { initialDelay: '1h' }]),
    // an error is tried again after ten seconds, which is another repetition
    consecutiveErrorLimit: 0,
    ...(chance.is(0.2) ? { failureLimit: 1 } : {}),
  } as AnalysisMetric
}

function limits(chance: Chance): object {
  return {
    ...(chance.is(0.3) ? { failureLimit: chance.of([0, 1, 2, -1, '1']) } : {}),
    ...(chance.is(0.3) ? { inconclusiveLimit: chance.of([0, 1, 2]) } : {}),
    consecutiveErrorLimit: chance.of([0, 0, 0, 1]),
    ...(chance.is(0.25) ? { consecutiveSuccessLimit: chance.of([1, 2, 3]) } : {}),
  }
}

function question(name: string, chance: Chance, servers: Servers): object {
  const isWeb = chance.is(0.4)
  const { provider, conditions } = chance.of(isWeb ? webQuestions : prometheusQuestions)
  const condition = () =>
    chance.is(0.04) ? chance.of(['result = 1', 'results > 1', '1', '', ')(']) : chance.of(conditions)
  return {
    name,
    provider: isWeb ? { web: web(provider, chance) } : { prometheus: prometheus(provider, chance, servers) },
    ...(chance.is(0.8) ? { successCondition: condition() } : {}),
    ...(chance.is(0.4) ? { failureCondition: condition() } : {}),
  }
}

function web({ path, ...rest }: { path?: string }, chance: Chance): object {
  return { url: chance.is(0.03) ? '{{args.nowhere}}' : `{{args.web}}${path}`, ...rest }
}

function prometheus(provider: object, chance: Chance, { nobody }: Servers): object {
  const address = chance.is(0.04) ? chance.of([nobody, 'no-url', '']) : '{{args.prometheus}}'
  return { address, ...provider }
}

class Chance {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  is(probability: number): boolean {
    return this.#random() < probability
  }

  of<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T
  }

  shuffled<T>(values: readonly T[]): T[] {
    return values
      .map(value => ({ value, at: this.#random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value)
  }
}
