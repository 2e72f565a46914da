import type { HttpResponse } from '../../context/http-client.ts'
import { toValue } from '../../expr/environment.ts'
import { truncateToInt } from '../../expr/go/numbers.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { judge } from '../judge.ts'
import type { Measured } from '../record-measurement.ts'
import { findCredentials, type ProviderContext, redacted } from './credentials.ts'
import { MeasurementError, measured } from './measurement-error.ts'
import { fixedFloat } from './number-text.ts'
import type { MeasurementRequest, Provider } from './provider.ts'
import { encodeValues } from './query-values.ts'
import { decodeTyped, float64, int, list, string, struct } from './typed-json.ts'

/** A `wavefront` metric as we read it (argo-rollouts analysis_types.go WavefrontMetric). */
export interface WavefrontMetric {
  /** host and port, which is also the key of its token in the Secret */
  address?: string
  query?: string
}

const secret = 'wavefront-api-tokens'
/** The controller would wait for ever. */
const timeoutMs = 60_000

/**
 * Asks Wavefront for the point of each series that is nearest to now (argo-rollouts metricproviders/wavefront).
 */
export function wavefrontProvider(context: ProviderContext): Provider {
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
  const { address = '', query = '' } = (metric.provider?.wavefront ?? {}) as WavefrontMetric
  const found = await findCredentials({ provider: 'wavefront', secret, namespace: 'controller' }, context, secrets)
  if (!found.isThere) throw found.failure(`secrets "${secret}" not found`)
  const token = Object.hasOwn(found.values, address) ? found.values[address] : undefined
  if (token === undefined) throw found.failure('API token not found')
  const now = Math.floor(nowMs / 1000)
  const client = await context.http()
  const answer = await client.send({
    url: `https://${address}/api/v2/chart/api?${parameters(query, now)}`,
    headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' },
    timeoutMs,
    signal,
  })
  return readAnswer(checked(answer), metric, context, nowMs)
}

function parameters(query: string, now: number): string {
  const flags = ['autoEvents', 'listmode', 'strict', 'includeObsoleteMetrics'].map(name => [name, 'false'] as const)
  return encodeValues([
    ['q', query],
    ['s', String(now * 1000)],
    ['e', String(now * 1000)],
    ['g', 's'],
    ['p', '1'],
    ['i', 'true'],
    ...flags,
  ])
}

function checked({ status, statusText, body }: HttpResponse): string {
  if (status !== 200) throw new MeasurementError(`server returned ${statusText ?? status}\n${body}\n`)
  return body
}

const answerShape = struct('', 'struct { *wavefront.Alias }', {
  timeseries: list(
    struct('TimeSeries', 'wavefront.TimeSeries', {
      data: list(list(float64, 'wavefront.DataPoint'), '[]wavefront.DataPoint'),
      label: string,
      host: string,
      tags: { kind: 'map', name: 'map[string]string', of: string },
    }),
    '[]wavefront.TimeSeries',
  ),
  query: string,
  stats: { kind: 'map', name: 'map[string]int', of: int },
  name: string,
  granularity: int,
  hostsUsed: list(string, '[]string'),
  warnings: string,
  errorType: string,
  errorMessage: string,
})

function readAnswer(body: string, metric: AnalysisMetric, { version }: ProviderContext, nowMs: number): Measured {
  const now = Math.floor(nowMs / 1000)
  const { timeseries = [], warnings } = decodeTyped<{ timeseries?: { data?: number[][] }[]; warnings: string }>(
    answerShape,
    body,
    ['Alias'],
  )
  const said: Record<string, string> = warnings ? { warnings } : {}
  const points = timeseries.map(({ data = [] }) => nearest(data, now))
  const [first] = points
  if (!first) return { phase: 'Error', message: 'No TimeSeries found in response from Wavefront', metadata: said }
  const values = points.map(({ value }) => value)
  const shown = (texts: readonly string[]) => (texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(',')}]`)
  const result = points.length === 1 ? first.value : toValue(Float64Array.from(values))
  const verdict = judge(result, shown(values.map(value => fixedFloat(value, 2))), metric, version, nowMs)
  if (verdict.phase === 'Error') return { ...verdict, metadata: said }
  const timestamps = shown(points.map(({ time }) => String(truncateToInt(time))))
  const drift = shown(points.map(each => String(truncateToInt(each.drift))))
  return { ...verdict, metadata: { ...said, timestamps, drift } }
}

/** Times in seconds since 1970; of two that are equally near, the first. A series without points has the value 0. */
function nearest(data: readonly number[][], now: number): { value: number; time: number; drift: number } {
  let found = { value: 0, time: 0, drift: Number.POSITIVE_INFINITY }
  for (const [time, value] of data) {
    // the controller crashes
    if (time === undefined || value === undefined) throw new MeasurementError('a data point without time or value')
    if (Math.abs(time - now) < Math.abs(found.drift)) found = { value, time, drift: time - now }
  }
  return found
}
