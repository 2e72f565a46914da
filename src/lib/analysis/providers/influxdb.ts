import { STATUS_CODES } from 'node:http'
import type { HttpResponse } from '../../context/http-client.ts'
import { format } from '../../expr/go/format.ts'
import { anySliceOf } from '../../expr/go/values.ts'
import { parseGoUrl } from '../../http/go-url.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { judge } from '../judge.ts'
import type { Measured } from '../record-measurement.ts'
import { findCredentials, type ProviderContext, redacted } from './credentials.ts'
import { fluxValues } from './flux-values.ts'
import { MeasurementError, measured, messageOf, sendWithin } from './measurement-error.ts'
import type { MeasurementRequest, Provider } from './provider.ts'
import { encodeValues } from './query-values.ts'
import { decodeFirst, type Shape, string, struct } from './typed-json.ts'

/** An `influxdb` metric as we read it (argo-rollouts analysis_types.go InfluxdbMetric). */
export interface InfluxdbMetric {
  profile?: string
  /** Flux */
  query?: string
}

/** The client's; the controller's 30 s are never reached. */
const timeoutMs = 20_000

/** Asks InfluxDB 2 by Flux; the result is a list of the records' values (argo-rollouts metricproviders/influxdb). */
export function influxdbProvider(context: ProviderContext): Provider {
  return {
    problem: () => undefined,
    measure: request => redacted(secrets => measured(request.signal, () => measure(request, context, secrets))),
  }
}

async function measure(
  { metric, nowMs, signal }: MeasurementRequest,
  context: ProviderContext,
  secrets: Set<string>,
): Promise<Measured> {
  const { profile, query = '' } = (metric.provider?.influxdb ?? {}) as InfluxdbMetric
  const secret = profile || 'influxdb'
  const found = await findCredentials({ provider: 'influxdb', secret, namespace: 'controller' }, context, secrets)
  if (!found.isThere) throw found.failure(`secrets "${secret}" not found`)
  const { address, authToken, org } = found.values
  if (!address || !authToken || !org) throw found.failure('authToken, org, or address not found')
  const url = `${address.replace(/\/*$/, '')}/api/v2/query?${encodeValues([['org', org]])}`
  const parsed = parseGoUrl(url)
  if ('problem' in parsed) throw new MeasurementError(parsed.problem)
  const dialect = { annotations: ['datatype', 'group', 'default'], delimiter: ',', header: true }
  const headers = { Authorization: `Token ${authToken}`, 'Content-Type': 'application/json' }
  const body = JSON.stringify({ dialect, query, type: 'flux' })
  const answer = await sendWithin(await context.http(), { method: 'POST', url, headers, body, signal }, timeoutMs)
  if (answer.status < 200 || answer.status > 299) throw new MeasurementError(errorText(answer))
  return readAnswer(answer.body, metric, context, nowMs)
}

function readAnswer(body: string, metric: AnalysisMetric, { version }: ProviderContext, nowMs: number): Measured {
  const values = [...fluxValues(body)]
  if (values.length === 0) throw new MeasurementError('no results returned from flux query')
  const result = anySliceOf(values)
  return judge(result, format(result), metric, version, nowMs)
}

/** The fields of the client's error type, which its JSON is read into. */
const errorShape: Shape = struct('Error', 'http.Error', {
  Code: string,
  Message: string,
  Err: {
    kind: 'own',
    read(value, mismatch) {
      if (value !== null) throw mismatch('error')
      return null
    },
  },
})

/** influxdb-client-go api/http/service.go parseHTTPError */
function errorText({ status, statusText, headers, body }: HttpResponse): string {
  const type = String(headers['content-type'] ?? '')
  const line = statusText ?? `${status} ${STATUS_CODES[status] ?? ''}`
  let code = line
  let message = body
  if (/^\s*application\/json\s*(;|$)/i.test(type)) {
    try {
      const error = decodeFirst<{ Code: string; Message: string }>(errorShape, body)
      code = error.Code
      message = error.Message
    } catch (error) {
      return messageOf(error)
    }
  }
  if (code === '' && message === '') return defaultText(status, line, headers['x-influxdb-error'])
  return code !== '' && message !== '' ? `${code}: ${message}` : `Unexpected status code ${status}`
}

function defaultText(status: number, line: string, header: string | string[] | undefined): string {
  if (status === 429) return 'too many requests: exceeded rate limit'
  if (status === 503) return 'unavailable: service temporarily unavailable'
  return typeof header === 'string' && header !== '' ? `${line}: ${header}` : `Unexpected status code ${status}`
}
