import type { AnalysisRunSpec, Argument } from '../analysis/analysis.ts'
import { AnalysisError } from '../analysis/analysis-error.ts'
import { effectiveCount } from '../analysis/metric-limits.ts'
import { resolveMetric } from '../analysis/placeholders.ts'
import { checkPattern } from '../expr/go/regular-expression.ts'
import { Problem } from '../expr/problem.ts'
import type { SeriesData } from '../promql/value.ts'
import type { AnalysisMetric } from '../rollouts/rollout.ts'
import { parseGoDuration } from '../values/go-duration.ts'
import type { InputSeries, Response, TestCase } from './analysis-test.ts'
import { lastSampleMs, type PromqlReader } from './input-series.ts'
import type { Library } from './library.ts'
import { patternOf } from './message-match.ts'
import { quoted, runOfTest, type TestRun } from './run-of-test.ts'
import { providerTypeOf, selfJudging } from './scripted-provider.ts'
import type { Problems, TestFile } from './test-file.ts'

/** A test that can be run: nothing about it can be wrong any more but what it expects. */
export interface PreparedTest {
  file: TestFile
  /** of the test in its file */
  index: number
  test: TestCase
  run: TestRun
  /** with arguments in place, secrets as the stand-ins that the run gets; undefined when they cannot be put in place */
  metrics: readonly AnalysisMetric[] | undefined
  series: readonly SeriesData[]
  /** by secret argument */
  secrets: ReadonlyMap<string, string>
  startMs: number
  /** ms since 1970 on the virtual clock; the run is not followed beyond */
  limitMs: number
  terminateAtMs: number | undefined
  defaultStepMs: number
}

/** How long an endless run without series is followed. */
const endlessMs = 3_600_000
const defaultIntervalMs = 60_000

const ms = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseGoDuration(text))

/** The test, ready to run; undefined when `problems` say why not. */
export async function prepareTest(
  file: TestFile,
  index: number,
  library: Library,
  reader: PromqlReader,
  problems: Problems,
): Promise<PreparedTest | undefined> {
  const test = file.test.tests[index]
  if (test === undefined) return undefined
  const path = ['tests', index]
  const stepMs = ms(file.test.evaluation_interval) ?? defaultIntervalMs
  const intervalMs = ms(test.interval) ?? stepMs
  if (intervalMs <= 0) problems.add([...path, 'interval'], 'the interval of series must be more than nothing')
  const series = seriesOf(test.input_series ?? [], intervalMs, reader, path, problems)
  const run = await runOfTest(test, library, path, problems)
  checkMessages(test, path, problems)
  if (run === undefined) return undefined
  const secrets = secretsOf(run.spec, test)
  const metrics = resolved(run.spec, secrets)
  if (metrics !== undefined) {
    checkNames(test, metrics, path, problems)
    checkResponses(test, metrics, path, problems)
  }
  const startMs = ms(test.start) ?? 0
  const terminateAfterMs = ms(test.terminateAfter)
  return {
    file,
    index,
    test,
    run,
    metrics,
    series,
    secrets,
    startMs,
    limitMs: startMs + (ms(test.until) ?? Math.max(followMs(metrics, series, startMs), terminateAfterMs ?? 0)),
    terminateAtMs: terminateAfterMs === undefined ? undefined : startMs + terminateAfterMs,
    defaultStepMs: stepMs,
  }
}

/** An endless run says no more when its series have ended; every other one is followed to its end. */
function followMs(metrics: readonly AnalysisMetric[] = [], series: readonly SeriesData[], startMs: number): number {
  if (metrics.every(metric => effectiveCount(metric) !== undefined)) return Number.POSITIVE_INFINITY
  return series.length === 0 ? endlessMs : Math.max(0, lastSampleMs(series) - startMs)
}

type Path = readonly (string | number)[]

function seriesOf(
  input: readonly InputSeries[],
  intervalMs: number,
  reader: PromqlReader,
  path: Path,
  problems: Problems,
): SeriesData[] {
  const keys = new Set<string>()
  return input.flatMap(({ series: selector, values }, index) => {
    const series = reader.series(selector, String(values), intervalMs)
    if ('problem' in series) {
      problems.add([...path, 'input_series', index, series.field], `${series.field}: ${series.problem}`)
      return []
    }
    if (keys.has(series.labels.key)) problems.add([...path, 'input_series', index], `a second series ${selector}`)
    keys.add(series.labels.key)
    return [series]
  })
}

/** A secret is what the test says, or a text that stands for it. */
function secretsOf(spec: AnalysisRunSpec, test: TestCase): Map<string, string> {
  const names = (spec.args ?? []).flatMap(({ name, valueFrom }) => (valueFrom?.secretKeyRef ? [name] : []))
  return new Map(names.map(name => [name, test.args?.[name] ?? `secret-${name}`]))
}

function resolved(spec: AnalysisRunSpec, secrets: ReadonlyMap<string, string>): AnalysisMetric[] | undefined {
  const args = (spec.args ?? []).map((arg): Argument => {
    const value = secrets.get(arg.name)
    return value === undefined ? arg : { ...arg, value }
  })
  try {
    return (spec.metrics ?? []).map(metric => resolveMetric(metric, args))
  } catch (error) {
    // The run ends in Error with this, which a test may expect.
    if (error instanceof AnalysisError) return undefined
    throw error
  }
}

function checkNames(test: TestCase, metrics: readonly AnalysisMetric[], path: Path, problems: Problems): void {
  const known = metrics.map(({ name }) => name)
  for (const name of Object.keys(test.expect.metrics ?? {}))
    if (!known.includes(name))
      problems.addAtKey([...path, 'expect', 'metrics'], name, `the run has no metric ${quoted(name, known)}`)
  for (const name of Object.keys(test.responses ?? {}))
    if (!known.includes(name))
      problems.addAtKey([...path, 'responses'], name, `the run has no metric ${quoted(name, known)}`)
}

function checkResponses(test: TestCase, metrics: readonly AnalysisMetric[], path: Path, problems: Problems): void {
  for (const metric of metrics) {
    const type = providerTypeOf(metric)
    const responses = test.responses?.[metric.name]
    if (responses === undefined) {
      if (type === 'prometheus' || type === '') continue
      problems.add(path, `metric ${metric.name} asks a provider of type ${type}: give its answers in responses`)
      continue
    }
    const here = [...path, 'responses', metric.name]
    if (responses.length === 0) problems.add(here, `responses of ${metric.name} need at least one entry`)
    for (const [index, response] of responses.entries()) {
      const why = responseProblem(response, type)
      if (why !== undefined) problems.add([...here, index], why)
    }
  }
}

function responseProblem(response: Response, type: string): string | undefined {
  const forms = (['value', 'error', 'phase'] as const).filter(name => name in response).map(String)
  if ('body' in response || 'status' in response) forms.push('body')
  const isMeasured = forms.join() === 'value,phase'
  if (forms.length > 1 && !isMeasured) return `a response is one of ${forms.join(' and ')}, not both`
  if (forms.includes('body') && type !== 'web') return `body and status are of web metrics, this one asks ${type}`
  if (forms.includes('phase') && (type === 'web' || type === 'prometheus'))
    return `a ${type} metric is judged by its conditions: give a value`
  if (selfJudging.has(type) && !forms.includes('phase') && !forms.includes('error')) {
    if (type === 'kayenta' && typeof response.value === 'number') return undefined
    return `a ${type} metric judges by itself: give its phase`
  }
  if ('message' in response && !forms.includes('phase')) return 'message goes with phase; an error is its own message'
  return undefined
}

function checkMessages(test: TestCase, path: Path, problems: Problems): void {
  const { message, metrics = {} } = test.expect
  const messages: [Path, string | undefined][] = [
    [[...path, 'expect', 'message'], message],
    ...Object.entries(metrics).map(([name, metric]): [Path, string | undefined] => [
      [...path, 'expect', 'metrics', name, 'message'],
      metric.message,
    ]),
  ]
  for (const [at, text] of messages) {
    const pattern = text === undefined ? undefined : patternOf(text)
    if (pattern === undefined) continue
    try {
      checkPattern(pattern)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.add(at, error.message)
    }
  }
}
