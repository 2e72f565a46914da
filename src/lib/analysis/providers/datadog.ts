import type { HttpRequest, HttpResponse } from '../../context/http-client.ts'
import { toValue } from '../../expr/environment.ts'
import { parseGoUrl } from '../../http/go-url.ts'
import { HttpFailure } from '../../http/http-failure.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { goJson } from '../../values/go-json.ts'
import type { ControllerVersion } from '../analysis.ts'
import { AnalysisError } from '../analysis-error.ts'
import { judge } from '../judge.ts'
import { metricDurationMs } from '../metric-duration.ts'
import type { Measured } from '../record-measurement.ts'
import { findCredentials, type ProviderContext, redacted } from './credentials.ts'
import { type DatadogColumn, datadogColumns, readGroups } from './datadog-groups.ts'
import { MeasurementError, measured, sendWithin } from './measurement-error.ts'
import { plainFloat } from './number-text.ts'
import type { MeasurementRequest, Provider } from './provider.ts'
import { encodeValues } from './query-values.ts'
import { decodeTyped, float64, list, string, struct } from './typed-json.ts'

/** A `datadog` metric as we read it (argo-rollouts analysis_types.go DatadogMetric). */
export interface DatadogMetric {
  apiVersion?: string
  interval?: string
  query?: string
  queries?: Record<string, string>
  formula?: string
  aggregator?: string
  secretRef?: { name?: string; namespaced?: boolean }
  /** from 1.10 */
  requestTimeout?: string
}

const defaultAddress = 'https://api.datadoghq.com'
const defaultTimeoutMs = 10_000

/** With the defaults of the CRD, which an object from a file has not passed. */
function datadogMetric(metric: AnalysisMetric): DatadogMetric & { apiVersion: string; interval: string } {
  const config = (metric.provider?.datadog ?? {}) as DatadogMetric
  return { ...config, apiVersion: config.apiVersion || 'v1', interval: config.interval || '5m' }
}

/**
 * Asks Datadog: API v1 for the last point of the first series, v2 for a scalar; no data is nil (argo-rollouts
 * metricproviders/datadog/datadog.go).
 */
export function datadogProvider(context: ProviderContext): Provider {
  const { version } = context
  return {
    problem: metric => datadogProblem(metric, version),
    measure: request => redacted(secrets => measured(request.signal, () => measure(request, context, secrets))),
  }
}

/** Why the provider cannot be built, credentials apart (datadog.go validateIncomingProps, findCredentials). */
function datadogProblem(metric: AnalysisMetric, version: ControllerVersion): string | undefined {
  const { apiVersion, query, queries = {}, formula, aggregator, secretRef, requestTimeout } = datadogMetric(metric)
  const count = Object.keys(queries).length
  if (secretRef?.namespaced && !secretRef.name) return 'secret name is required for namespaced credentials'
  if (!query && count === 0) return 'Must have either a query or queries. Please review the Analysis Template.'
  if (query && count > 0) return 'Cannot have both a query and queries. Please review the Analysis Template.'
  if (apiVersion === 'v1' && !query)
    return 'Query is empty. API Version v1 only supports using the query parameter in your Analysis Template.'
  if (formula && count === 0) return 'Formula are only valid when queries are set. Please review the Analysis Template.'
  if (!formula && count > 1) return 'When multiple queries are provided you must include a formula.'
  if (apiVersion === 'v1' && aggregator)
    return 'Aggregator is not supported in v1. Please review the Analysis Template.'
  return version === '1.10' && requestTimeout ? timeoutProblem(requestTimeout) : undefined
}

function timeoutProblem(text: string): string | undefined {
  try {
    if (metricDurationMs(text) > 0) return undefined
    return 'Request timeout must be a positive duration (e.g. 30s). Please review the Analysis Template.'
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    return `Could not parse the request timeout: ${error.message}. Please review the Analysis Template.`
  }
}

async function measure(
  { metric, run, nowMs, signal }: MeasurementRequest,
  context: ProviderContext,
  secrets: Set<string>,
): Promise<Measured> {
  const config = datadogMetric(metric)
  const { name, namespaced } = config.secretRef ?? {}
  const { values, failure } = await findCredentials(
    { provider: 'datadog', secret: name || 'datadog', namespace: namespaced ? run.metadata.namespace : 'controller' },
    context,
    secrets,
  )
  const { 'api-key': apiKey, 'app-key': appKey, address } = values
  if (!apiKey || !appKey) throw failure('failed to find the credentials for datadog metrics provider')
  const request = datadogRequest(config, address || defaultAddress, Math.floor(nowMs / 1000))
  const timeoutMs =
    context.version === '1.10' && config.requestTimeout ? metricDurationMs(config.requestTimeout) : defaultTimeoutMs
  const headers = { 'Content-Type': 'application/json', 'DD-API-KEY': apiKey, 'DD-APPLICATION-KEY': appKey }
  const answer = await bodyOf(sendWithin(await context.http(), { ...request, headers, signal }, timeoutMs))
  const read = config.apiVersion === 'v1' ? readSeries : readScalar
  return read(checked(answer), metric, context.version, nowMs)
}

/** datadog.go buildEndpointUrl, createRequest */
function datadogRequest(config: ReturnType<typeof datadogMetric>, address: string, now: number): HttpRequest {
  const route = config.apiVersion === 'v2' ? '/api/v2/query/scalar' : '/api/v1/query'
  for (const url of [address, address + route]) {
    const parsed = parseGoUrl(url)
    if ('problem' in parsed) throw new MeasurementError(parsed.problem)
  }
  const from = now - Math.trunc(metricDurationMs(config.interval) / 1000)
  const { query = '', queries = {}, formula } = config
  if (config.apiVersion === 'v1') {
    const parameters = encodeValues([
      ['query', query],
      ['from', String(from)],
      ['to', String(now)],
    ])
    return { url: `${address}${route}?${parameters}` }
  }
  const aggregator = config.aggregator || 'last'
  const attributes = {
    from: from * 1000,
    to: now * 1000,
    queries: Object.entries(query ? { query } : queries).map(([name, text]) => ({
      aggregator,
      data_source: 'metrics',
      name,
      query: text,
    })),
    formulas: formula ? [{ formula }] : [],
  }
  const body = JSON.stringify({ data: { attributes, type: 'scalar_request' } })
  return { method: 'POST', url: address + route, body }
}

async function bodyOf(sent: Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await sent
  } catch (error) {
    if (!(error instanceof HttpFailure && error.stage === 'body')) throw error
    throw new MeasurementError(`Received no bytes in response: ${error.message}`)
  }
}

function checked({ status, body }: HttpResponse): string {
  if (status === 401 || status === 403)
    throw new MeasurementError(`received authentication error response code: ${status} ${body}`)
  if (status !== 200) throw new MeasurementError(`received non 2xx response code: ${status} ${body}`)
  return body
}

const seriesShape = struct('datadogResponseV1', 'datadog.datadogResponseV1', {
  Series: list(
    struct('', 'struct { Pointlist [][]float64 "json:\\"pointlist\\"" }', {
      pointlist: list(list(float64, '[]float64'), '[][]float64'),
    }),
    '[]struct { Pointlist [][]float64 "json:\\"pointlist\\"" }',
  ),
})

function readSeries(body: string, metric: AnalysisMetric, version: ControllerVersion, nowMs: number): Measured {
  const { Series: series } = parsed<{ Series?: { pointlist?: number[][] }[] }>(() => decodeTyped(seriesShape, body))
  const last = series?.[0]?.pointlist?.at(-1)
  if (!last) {
    const text = goJson(series?.map(({ pointlist }) => ({ pointlist: pointlist ?? null })) ?? null)
    return judge(null, text, metric, version, nowMs)
  }
  const [, value] = last
  if (last.length !== 2 || value === undefined) throw new MeasurementError('Datapoint does not have 2 values')
  return judge(value, plainFloat(value), metric, version, nowMs)
}

const columnType = 'struct { Values []*float64 }'
const attributesType = `struct { Columns []${columnType} }`
const scalarShape = struct('datadogResponseV2', 'datadog.datadogResponseV2', {
  Data: struct('', `struct { Attributes ${attributesType}; Errors string }`, {
    Attributes: struct('', attributesType, {
      Columns: list(
        struct('', columnType, { Values: list({ kind: 'pointer', to: float64 }, '[]*float64') }),
        `[]${columnType}`,
      ),
    }),
    Errors: string,
  }),
})

interface ScalarAnswer {
  Data: { Attributes: { Columns?: DatadogColumn[] }; Errors: string }
}

function readScalar(body: string, metric: AnalysisMetric, version: ControllerVersion, nowMs: number): Measured {
  const columns = version === '1.10' ? datadogColumns(body) : undefined
  if (columns) {
    const { values, metadata } = readGroups(columns)
    if (values.length === 0) return judge(null, '[]', metric, version, nowMs)
    const text = `[${values.map(plainFloat).join(',')}]`
    return { ...judge(toValue(Float64Array.from(values)), text, metric, version, nowMs), metadata }
  }
  const { Data: data } = parsed<ScalarAnswer>(() => decodeTyped(scalarShape, body))
  if (data.Errors) throw new MeasurementError(`There were errors in your query: ${data.Errors}`)
  const { Columns: answered } = data.Attributes
  const value = answered?.[0]?.Values?.[0]
  if (value === undefined || value === null) {
    const plain = answered?.map(({ Values: values }) => ({ Values: values ?? null })) ?? null
    const text = goJson(plain?.length === 1 ? plain[0]?.Values : { Columns: plain })
    return judge(null, text, metric, version, nowMs)
  }
  return judge(value, plainFloat(value), metric, version, nowMs)
}

function parsed<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new MeasurementError(`Could not parse JSON body: ${error.message}`)
  }
}
