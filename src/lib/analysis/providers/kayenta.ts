import type { HttpRequest } from '../../context/http-client.ts'
import { format } from '../../expr/go/format.ts'
import { goQuote } from '../../expr/go/quote.ts'
import { Dictionary, typeName, type Value } from '../../expr/go/values.ts'
import type { AnalysisMetric, AnalysisPhase, Measurement } from '../../rollouts/rollout.ts'
import type { EngineRun } from '../analysis.ts'
import { AnalysisError } from '../analysis-error.ts'
import { metricDurationMs } from '../metric-duration.ts'
import type { Measured } from '../record-measurement.ts'
import { timestamp } from '../timestamps.ts'
import type { ProviderContext } from './credentials.ts'
import { MeasurementError, measured, sendWithin } from './measurement-error.ts'
import type { MeasurementRequest, Provider } from './provider.ts'
import { decodeFirst, decodeTyped, int, list, type Shape, string, struct } from './typed-json.ts'

/** A `kayenta` metric as we read it (argo-rollouts analysis_types.go KayentaMetric). */
export interface KayentaMetric {
  address?: string
  application?: string
  canaryConfigName?: string
  metricsAccountName?: string
  configurationAccountName?: string
  storageAccountName?: string
  threshold?: { pass?: number; marginal?: number }
  scopes?: KayentaScope[]
  lookback?: boolean
}

interface KayentaScope {
  name: string
  controlScope?: ScopeDetail
  experimentScope?: ScopeDetail
}

interface ScopeDetail {
  scope?: string
  region?: string
  step?: number
  /** RFC 3339 */
  start?: string
  end?: string
}

const kayentaMetric = (metric: AnalysisMetric) => (metric.provider?.kayenta ?? {}) as KayentaMetric

const resumeDelayMs = 15_000
const timeoutMs = 15_000

/**
 * Starts a canary analysis in Kayenta and asks every 15 seconds for its score, which the thresholds judge; conditions play
 * no part (argo-rollouts metricproviders/kayenta/kayenta.go).
 */
export function kayentaProvider(context: ProviderContext): Provider {
  return {
    problem: () => undefined,
    measure: request => measured(request.signal, () => start(request, context)),
    resume: (request, inFlight) => measured(request.signal, () => askForScore(request, inFlight, context)),
    // nothing that could be stopped
    terminate: async (_request, inFlight) => ({ phase: 'Running', ...pick(inFlight) }),
  }
}

const pick = ({ message }: Measurement) => (message ? { message } : {})

async function start(request: MeasurementRequest, context: ProviderContext): Promise<Measured> {
  const { metric, nowMs } = request
  const config = kayentaMetric(metric)
  const { address = '', application = '', metricsAccountName = '', storageAccountName = '' } = config
  // upstream looks configurations up in the storage account
  const lookup = `${address}/canaryConfig?application=${application}&configurationAccountName=${storageAccountName}`
  const id = await configId(await send({ url: lookup }, request, context), config)
  const parameters = [
    `application=${application}`,
    `metricsAccountName=${metricsAccountName}`,
    `configurationAccountName=${config.configurationAccountName ?? ''}`,
    `storageAccountName=${storageAccountName}`,
  ]
  const { pass = 0, marginal = 0 } = config.threshold ?? {}
  const body = JSON.stringify({ scopes: scopesOf(request), thresholds: { pass, marginal } })
  const url = `${address}/canary/${id}?${parameters.join('&')}`
  const headers = { 'Content-Type': 'application/json' }
  const answer = await answered({ method: 'POST', url, headers, body }, request, context)
  const executionId = format(fieldsOf(answer).get('canaryExecutionId')?.[1] ?? null)
  if (executionId === '') throw new MeasurementError('Invalid canaryExecutionId')
  return { phase: 'Running', metadata: { canaryExecutionId: executionId }, resumeAtMs: nowMs + resumeDelayMs }
}

const configShape: Shape = list(
  struct('canaryConfig', 'kayenta.canaryConfig', {
    Id: string,
    Name: string,
    UpdatedTimestamp: int,
    UpdatedTimestampIso: string,
    Applications: list(string, '[]string'),
  }),
  '[]kayenta.canaryConfig',
)

async function configId({ status, body }: { status: number; body: string }, config: KayentaMetric): Promise<string> {
  if (status !== 200) throw new MeasurementError(`Invalid Response: HTTP ${status}`)
  const configs = decodeFirst<{ Id: string; Name: string }[] | undefined>(configShape, body) ?? []
  const found = configs.find(({ Name: name }) => name === config.canaryConfigName)
  if (!found) throw new MeasurementError('Canary config not found')
  return found.Id
}

function scopesOf({ metric, run, nowMs }: MeasurementRequest): Record<string, unknown> {
  const { scopes = [], lookback } = kayentaMetric(metric)
  return Object.fromEntries(
    scopes.map(({ name, controlScope = {}, experimentScope = {} }) => {
      for (const field of ['start', 'end'] as const)
        if (!controlScope[field] !== !experimentScope[field])
          throw new MeasurementError(`controlScope.${field} and experimentScope.${field} must both be set or be empty`)
      const from = controlScope.start ? '' : startOf(metric, run, nowMs, lookback === true)
      const detail = ({ scope = '', region = '', step = 0, start: given, end }: ScopeDetail) => ({
        scope,
        location: region,
        step,
        start: given || from,
        end: end || timestamp(nowMs),
      })
      return [name, { controlScope: detail(controlScope), experimentScope: detail(experimentScope) }]
    }),
  )
}

/** With lookback since the run began; the controller crashes when the very first measurement of a run looks back. */
function startOf({ interval = '' }: AnalysisMetric, run: EngineRun, nowMs: number, lookback: boolean): string {
  if (lookback) return run.status?.startedAt ?? timestamp(nowMs)
  try {
    return timestamp(nowMs - metricDurationMs(interval))
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    throw new MeasurementError(`Invalid duration ${goQuote(interval)}: ${error.message}`)
  }
}

async function askForScore(
  request: MeasurementRequest,
  { metadata }: Measurement,
  context: ProviderContext,
): Promise<Measured> {
  const { metric, nowMs } = request
  const { address = '', threshold = {} } = kayentaMetric(metric)
  const answer = await answered({ url: `${address}/canary/${metadata?.canaryExecutionId ?? ''}` }, request, context)
  const isComplete = nested(answer, ['complete'], 'boolean', 'bool')
  if (isComplete === undefined) throw new MeasurementError('Missing Complete Status')
  if (!isComplete) return { phase: 'Running', resumeAtMs: nowMs + resumeDelayMs }
  const score = nested(answer, ['result', 'judgeResult', 'score', 'score'], 'number', 'float64')
  if (score === undefined) throw new MeasurementError('Missing Score')
  const whole = Math.trunc(score as number) + 0
  return { phase: phaseOf(whole, threshold), value: String(whole) }
}

const phaseOf = (
  score: number,
  { pass = 0, marginal = 0 }: { pass?: number; marginal?: number },
): AnalysisPhase & Measured['phase'] => (score >= pass ? 'Successful' : score >= marginal ? 'Inconclusive' : 'Failed')

const send = async (request: HttpRequest, { signal }: MeasurementRequest, { http }: ProviderContext) =>
  sendWithin(await http(), { ...request, signal }, timeoutMs)

async function answered(
  request: HttpRequest,
  measurement: MeasurementRequest,
  context: ProviderContext,
): Promise<Dictionary | null> {
  const { status, body } = await send(request, measurement, context)
  if (status !== 200) throw new MeasurementError('Invalid Response')
  return decodeTyped<Dictionary | null>({ kind: 'map', name: 'map[string]interface {}' }, body)
}

const fieldsOf = (value: Value): Map<unknown, readonly [Value, Value]> =>
  value instanceof Dictionary ? value.entries : new Map()

/** apimachinery's unstructured.NestedBool and NestedFloat64; undefined where a field is missing. */
function nested(value: Value, path: readonly string[], type: 'boolean' | 'number', goType: string) {
  let current: Value = value
  for (const [index, name] of path.entries()) {
    if (index > 0 && current === null) return undefined
    if (index > 0 && !(current instanceof Dictionary))
      throw accessorError(path.slice(0, index + 1), current, 'map[string]interface{}')
    const found = fieldsOf(current).get(name)
    if (!found) return undefined
    current = found[1]
  }
  if (typeof current !== type) throw accessorError(path, current, goType)
  return current
}

const accessorError = (path: readonly string[], value: Value, wanted: string) =>
  new MeasurementError(
    `.${path.join('.')} accessor error: ${format(value)} is of the type ${typeName(value)}, expected ${wanted}`,
  )
