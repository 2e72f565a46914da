import type { HttpResponse } from '../../context/http-client.ts'
import { format } from '../../expr/go/format.ts'
import { judge } from '../judge.ts'
import { metricDurationMs } from '../metric-duration.ts'
import type { Measured } from '../record-measurement.ts'
import { awsIdentity } from './aws-identity.ts'
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
  { signal, nowMs }: MeasurementRequest,
  context: ProviderContext,
  secrets: Set<string>,
): Promise<string> {
  const { credentials, region } = await identity(context, secrets)
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

/** --provider-secret, else the environment; the controller has the identity of its pod, which is not ours to take. */
async function identity(context: ProviderContext, secrets: Set<string>) {
  const found = await findCredentials(
    { provider: 'cloudWatch', secret: 'cloudwatch', namespace: undefined, isGivenOnly: true },
    context,
    secrets,
  )
  const { 'access-key-id': id, 'secret-access-key': key, 'session-token': token, region: givenRegion } = found.values
  const shared = await awsIdentity(context)
  const credentials =
    id && key
      ? { accessKeyId: id, secretAccessKey: key, ...(token ? { sessionToken: token } : {}) }
      : shared.credentials
  if (!credentials)
    throw new MeasurementError(
      `${operation}, no AWS credentials: looked at ${shared.lookedAt}; give them there, or with ` +
        '--provider-secret cloudWatch/access-key-id=env:VARIABLE and cloudWatch/secret-access-key=env:VARIABLE',
    )
  for (const secret of [credentials.secretAccessKey, credentials.sessionToken]) {
    if (!secret) continue
    secrets.add(secret)
    context.onSecret?.(secret)
  }
  const region = givenRegion || shared.region
  if (!region)
    throw new MeasurementError(
      `${operation}, no AWS region: set AWS_REGION, or give --provider-secret cloudWatch/region=env:VARIABLE`,
    )
  return { credentials, region }
}

function endpoint(region: string, { env }: ProviderContext): string {
  const given = env.AWS_ENDPOINT_URL_CLOUDWATCH || env.AWS_ENDPOINT_URL
  if (given) return given.endsWith('/') ? given : `${given}/`
  return `https://monitoring.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`
}
