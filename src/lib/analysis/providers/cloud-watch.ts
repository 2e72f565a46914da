import type { HttpResponse } from '../../context/http-client.ts'
import { format } from '../../expr/go/format.ts'
import type { AwsAccess } from '../../http/aws-credentials.ts'
import { judge } from '../judge.ts'
import { metricDurationMs } from '../metric-duration.ts'
import type { Measured } from '../record-measurement.ts'
import { readMetricData, resultsValue } from './cloud-watch-answer.ts'
import { type CloudWatchQuery, metricDataForm } from './cloud-watch-form.ts'
import { findCredentials, type ProviderContext, redacted } from './credentials.ts'
import { MeasurementError, measured, messageOf } from './measurement-error.ts'
import type { MeasurementRequest, Provider } from './provider.ts'
import { childOf, parseXml } from './xml.ts'

/** A `cloudWatch` metric as we read it (argo-rollouts analysis_types.go CloudWatchMetric). */
export interface CloudWatchMetric {
  interval?: string
  metricDataQueries?: CloudWatchQuery[]
}

const operation = 'operation error CloudWatch: GetMetricData'
const maxAttempts = 3
/** The controller would wait for ever. */
const timeoutMs = 60_000
/** aws-sdk-go-v2 aws/retry */
const retriedStatuses = new Set([500, 502, 503, 504])
const retriedCodes =
  /^(?:Throttl(?:ing|ingException|edException)|RequestThrottled(?:Exception)?|TooManyRequestsException|ProvisionedThroughputExceededException|TransactionInProgressException|RequestLimitExceeded|BandwidthLimitExceeded|LimitExceededException|SlowDown|PriorRequestNotComplete|EC2ThrottledException|RequestTimeout(?:Exception)?)$/

/**
 * Asks CloudWatch's GetMetricData; the result is the list of its MetricDataResults, as in `result[0].Values[0]`
 * (argo-rollouts metricproviders/cloudwatch).
 */
export function cloudWatchProvider(context: ProviderContext): Provider {
  return {
    problem: () => undefined,
    measure: request => redacted(secrets => measured(request.signal, () => measure(request, context, secrets))),
  }
}

async function measure(request: MeasurementRequest, context: ProviderContext, secrets: Set<string>): Promise<Measured> {
  const { metric, nowMs } = request
  const { interval, metricDataQueries = [] } = (metric.provider?.cloudWatch ?? {}) as CloudWatchMetric
  const windowMs = metricDurationMs(interval || '5m')
  const body = metricDataForm(metricDataQueries, nowMs - windowMs, nowMs)
  const answer = await ask(body, request, context, secrets)
  const data = readMetricData(answer, cause =>
    callError(200, '', `deserialization failed, failed to decode response body, ${cause}`),
  )
  const text = `[${data.results?.map(({ values }) => format(values)).join(' ') ?? ''}]`
  const messages = data.messages.map(({ code, value }) => `{Code:${code} Value:${value}}`)
  const metadata: Record<string, string> = messages.length === 0 ? {} : { messages: `[${messages.join(' ')}]` }
  // the value stays although a condition cannot be evaluated
  return { value: text, metadata, ...judge(resultsValue(data), text, metric, context.version, nowMs) }
}

async function ask(
  body: string,
  { signal }: MeasurementRequest,
  context: ProviderContext,
  secrets: Set<string>,
): Promise<string> {
  const { credentials, region } = await identity(context, secrets, signal)
  const [{ signV4 }, client] = await Promise.all([import('../../http/sign-v4.ts'), context.http()])
  const url = endpoint(region, context)
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  for (let attempt = 1; ; attempt += 1) {
    const signed = signV4(
      { method: 'POST', url, headers, body },
      credentials,
      region,
      'monitoring',
      context.clock.now(),
    )
    let failure: { error: MeasurementError; isRetried: boolean }
    try {
      const answer = await client.send({ method: 'POST', url, headers: signed, body, timeoutMs, signal })
      if (answer.status >= 200 && answer.status <= 299) return answer.body
      failure = failureOf(answer, attempt)
    } catch (error) {
      if (signal.aborted) throw error
      failure = { error: callError(0, '', `request send failed, ${messageOf(error)}`, attempt), isRetried: true }
    }
    if (!failure.isRetried || attempt === maxAttempts) throw failure.error
    await context.clock.sleep(context.random() * 1000 * 2 ** attempt, signal)
  }
}

function failureOf({ status, body }: HttpResponse, attempt: number) {
  const root = parseXml(body)
  const element = root && !('problem' in root) ? root : undefined
  const error = childOf(element, 'Error')
  const code = childOf(error, 'Code')?.text || 'UnknownError'
  const message = childOf(error, 'Message')?.text || 'UnknownError'
  const isRetried = retriedStatuses.has(status) || retriedCodes.test(code)
  const requestId = childOf(element, 'RequestId')?.text ?? ''
  return { error: callError(status, requestId, `api error ${code}: ${message}`, isRetried ? attempt : 0), isRetried }
}

/** @param attempt of those that are repeated */
function callError(status: number, requestId: string, cause: string, attempt = 0): MeasurementError {
  const tries = attempt === maxAttempts ? `, exceeded maximum number of attempts, ${maxAttempts}` : ''
  return new MeasurementError(
    `${operation}${tries}, https response error StatusCode: ${status}, RequestID: ${requestId}, ${cause}`,
  )
}

/** --provider-secret, else what AWS's own tools would use here; the identity of the controller's pod is not ours to take. */
async function identity(context: ProviderContext, secrets: Set<string>, signal: AbortSignal): Promise<AwsAccess> {
  const place = { provider: 'cloudWatch' as const, secret: 'cloudwatch', namespace: undefined, isGivenOnly: true }
  const { values } = await findCredentials(place, context, secrets)
  const { 'access-key-id': id, 'secret-access-key': key, 'session-token': token, region } = values
  const given = id && key ? { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: token } : undefined
  const { readAwsAccess } = await import('../../http/aws-credentials.ts')
  let access: AwsAccess
  try {
    access = await readAwsAccess(
      region ? { region } : {},
      { ...context, env: { ...context.env, ...given } },
      { timeoutMs, signal },
    )
  } catch (error) {
    if (signal.aborted) throw error
    const ways = ['access-key-id', 'secret-access-key', 'region'].map(name => `cloudWatch/${name}=env:VARIABLE`)
    throw new MeasurementError(
      `${operation}, ${messageOf(error)}; give them as AWS's own tools take them, or with --provider-secret ${ways.join(', ')}`,
    )
  }
  for (const secret of [access.credentials.secretAccessKey, access.credentials.sessionToken]) {
    if (!secret) continue
    secrets.add(secret)
    context.onSecret?.(secret)
  }
  return access
}

function endpoint(region: string, { env }: ProviderContext): string {
  const given = env.AWS_ENDPOINT_URL_CLOUDWATCH || env.AWS_ENDPOINT_URL
  if (given) return given.endsWith('/') ? given : `${given}/`
  return `https://monitoring.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`
}
