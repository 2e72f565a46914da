import type { Context } from '../../context/context.ts'
import type { HttpClient, HttpRequest, HttpResponse } from '../../context/http-client.ts'
import { HttpFailure, requestSubject } from '../../http/http-failure.ts'
import { OAuthTokens } from '../../http/oauth2.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { goJson } from '../../values/go-json.ts'
import type { ControllerVersion } from '../analysis.ts'
import { MeasurementError, measured } from './measurement-error.ts'
import { headersOf } from './prometheus-metric.ts'
import type { Provider } from './provider.ts'
import { readWebAnswer, type WebMetric, webMetric, webProblem, webRequestProblem } from './web-answer.ts'

export interface WebProviderOptions {
  version: ControllerVersion
}

const defaultTimeoutSeconds = 10

/** Measures `web` metrics as argo-rollouts metricproviders/webmetric does. */
export function webProvider({ version }: WebProviderOptions, context: Pick<Context, 'http' | 'clock'>): Provider {
  const tokens = new OAuthTokens(context)
  return {
    problem: webProblem,
    measure: ({ metric, nowMs, signal }) =>
      measured(signal, async () => {
        const problem = webRequestProblem(metric)
        if (problem !== undefined) throw new MeasurementError(problem)
        const answer = await send(requestOf(metric), webMetric(metric), tokens, await context.http(), context, signal)
        if (typeof answer === 'number') return { phase: 'Error', message: notSuccess(answer) }
        return readWebAnswer(metric, answer, version, nowMs)
      }),
  }
}

const notSuccess = (status: number) => `received non 2xx response code: ${status}`

function requestOf(metric: AnalysisMetric): HttpRequest {
  const { url = '', method, headers, body, jsonBody, insecure } = webMetric(metric)
  const hasJson = jsonBody !== undefined && jsonBody !== null
  const given = headersOf(headers)
  const kept = hasJson ? Object.entries(given).filter(([name]) => !/^content-type$/i.test(name)) : Object.entries(given)
  const content = hasJson ? goJson(jsonBody) : body
  return {
    method: method || 'GET',
    url,
    headers: { ...Object.fromEntries(kept), ...(hasJson ? { 'Content-Type': 'application/json' } : {}) },
    ...(content ? { body: content } : {}),
    ...(insecure ? { insecure } : {}),
  }
}

/** The answer, or its status where its body broke off and nobody would have read it. */
async function send(
  request: HttpRequest,
  { timeoutSeconds = 0, authentication }: WebMetric,
  tokens: OAuthTokens,
  http: HttpClient,
  { clock }: Pick<Context, 'clock'>,
  signal: AbortSignal,
): Promise<HttpResponse | number> {
  const timeoutMs = (timeoutSeconds > 0 ? timeoutSeconds : defaultTimeoutSeconds) * 1000
  const startMs = clock.now()
  const headers = { ...request.headers, ...(await authorization(request, authentication, tokens, timeoutMs, signal)) }
  try {
    return await http.send({ ...request, headers, timeoutMs: timeoutMs - (clock.now() - startMs), signal })
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    const { status = 200 } = error
    if (error.stage === 'body' && (status < 200 || status > 299)) return status
    throw new MeasurementError(failureText(error))
  }
}

/** net/http Client.Timeout says what it interrupted; webmetric.go says so of the body. */
function failureText({ message, stage, isTimeout, reason }: HttpFailure): string {
  if (stage === 'request') return isTimeout ? `${message} (Client.Timeout exceeded while awaiting headers)` : message
  if (reason === 'AnswerTooLarge') return message
  const cause = isTimeout ? `${message} (Client.Timeout or context cancellation while reading body)` : message
  return `Received no bytes in response: ${cause}`
}

async function authorization(
  { method = 'GET', url, insecure }: HttpRequest,
  authentication: WebMetric['authentication'],
  tokens: OAuthTokens,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { tokenUrl, clientId = '', clientSecret = '', scopes } = authentication?.oauth2 ?? {}
  if (!tokenUrl) return {}
  try {
    const token = await tokens.token({ tokenUrl, clientId, clientSecret, scopes }, { timeoutMs, signal, insecure })
    return { Authorization: token.authorization }
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    throw new MeasurementError(`${requestSubject(method, url)}: ${failureText(error)}`)
  }
}
