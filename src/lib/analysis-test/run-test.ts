import type { ControllerVersion, EngineRun, SecretKeyRef } from '../analysis/analysis.ts'
import { drive, type Progress } from '../analysis/drive.ts'
import type { Provider, Providers } from '../analysis/providers/provider.ts'
import { MemoryStorage } from '../promql/storage/memory-storage.ts'
import { isCompletedAnalysis } from '../rollouts/phase.ts'
import type { AnalysisMetric, AnalysisPhase, Measurement, MetricResult } from '../rollouts/rollout.ts'
import { type Answerer, providerFrom, type Verdict } from './answerer.ts'
import { breathe } from './breathe.ts'
import { embeddedPrometheus } from './embedded-prometheus.ts'
import type { PromqlReader } from './input-series.ts'
import type { PreparedTest } from './prepare-test.ts'
import { providerTypeOf, scriptedProvider } from './scripted-provider.ts'
import { TestClock } from './test-clock.ts'

/** One measurement as it was recorded; retention takes none away. */
export interface TestMeasurement {
  /** from the start of the run */
  afterMs: number
  metric: string
  phase: AnalysisPhase
  /** as the controller writes it; absent for most errors */
  value?: string
  message?: string
}

/** What a test came to. */
export interface TestResult {
  run: EngineRun
  measurements: TestMeasurement[]
  /** from the start of the run to its end; undefined for one that goes on */
  finishedAfterMs: number | undefined
}

export interface RunTestOptions {
  version: ControllerVersion
  reader: PromqlReader
  /** sees every answer before it is judged */
  onAnswer?: (metric: AnalysisMetric, verdict: Verdict) => void
  signal: AbortSignal
}

/** More than a run of a day at a measurement a second. */
const maxRounds = 200_000

/**
 * Executes the run of a test on a clock of its own, in no time.
 *
 * @throws what the signal aborts with
 */
export async function runTest(prepared: PreparedTest, options: RunTestOptions): Promise<TestResult> {
  const { startMs, limitMs, run } = prepared
  const clock = new TestClock(startMs, prepared.terminateAtMs)
  const measurements: TestMeasurement[] = []
  const start: EngineRun = { metadata: { name: 'test' }, spec: run.spec }
  const driven = drive(
    start,
    {
      version: options.version,
      providers: providersOf(prepared, options),
      readSecret: async ref => secretOf(prepared, ref),
      ...(prepared.terminateAtMs === undefined ? {} : { terminate: clock.terminate }),
    },
    { clock, signal: options.signal },
  )
  const seen = new Map<string, number>()
  let last: Progress = { run: start, action: { kind: 'wait', untilMs: undefined } }
  let rounds = 0
  for await (const progress of driven) {
    last = progress
    for (const result of progress.run.status?.metricResults ?? []) {
      const taken = takenBy(result)
      const measurement = result.measurements?.at(-1)
      if (measurement === undefined || taken <= (seen.get(result.name) ?? 0)) continue
      seen.set(result.name, taken)
      measurements.push(measurementOf(measurement, result.name, clock.now() - startMs))
    }
    if (progress.action.kind === 'wait' && nextMs(progress.action.untilMs, prepared, clock) > limitMs) break
    if (++rounds >= maxRounds) break
    await breathe(options.signal, rounds)
  }
  const isEnded = isCompletedAnalysis(last.run.status?.phase)
  return { run: last.run, measurements, finishedAfterMs: isEnded ? clock.now() - startMs : undefined }
}

function nextMs(untilMs: number | undefined, { terminateAtMs }: PreparedTest, clock: TestClock): number {
  const terminateMs = clock.terminate.aborted ? undefined : terminateAtMs
  return Math.min(untilMs ?? Number.POSITIVE_INFINITY, terminateMs ?? Number.POSITIVE_INFINITY)
}

const takenBy = ({ successful = 0, failed = 0, inconclusive = 0, error = 0 }: MetricResult) =>
  successful + failed + inconclusive + error

function measurementOf({ phase, value, message }: Measurement, metric: string, afterMs: number): TestMeasurement {
  return {
    afterMs,
    metric,
    phase: phase ?? 'Running',
    ...(value === undefined ? {} : { value }),
    ...(message === undefined ? {} : { message }),
  }
}

function secretOf({ run, secrets }: PreparedTest, ref: SecretKeyRef): string {
  const arg = run.spec.args?.find(({ valueFrom }) => {
    const secret = valueFrom?.secretKeyRef
    return secret?.name === ref.name && secret.key === ref.key
  })
  return secrets.get(arg?.name ?? '') ?? ''
}

/** Prometheus is embedded; where a test scripts it all the same, and for every other provider, the responses answer. */
function providersOf({ test, series, defaultStepMs, metrics, run }: PreparedTest, options: RunTestOptions): Providers {
  const { version, reader, onAnswer } = options
  const { responses = {} } = test
  const types = new Set((metrics ?? run.spec.metrics ?? []).map(providerTypeOf).filter(type => type !== ''))
  const providers = [...types].map((type): [string, Provider] => {
    const scripted = scriptedProvider(type, responses, version)
    if (type !== 'prometheus') return [type, providerFrom(scripted, onAnswer)]
    const storage = new MemoryStorage(series)
    const embedded = embeddedPrometheus({ reader, storage, stepMs: defaultStepMs, version })
    const either: Answerer = {
      ...embedded,
      answer: request => (Object.hasOwn(responses, request.metric.name) ? scripted : embedded).answer(request),
    }
    return [type, providerFrom(either, onAnswer)]
  })
  return Object.fromEntries(providers)
}
