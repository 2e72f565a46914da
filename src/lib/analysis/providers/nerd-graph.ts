import type { HttpResponse } from '../../context/http-client.ts'
import { decodeJson } from '../../expr/go/json-decode.ts'
import { Dictionary, Slice, type Value } from '../../expr/go/values.ts'
import { Problem } from '../../expr/problem.ts'
import type { ProviderContext } from './credentials.ts'
import { MeasurementError, messageOf, sendWithin } from './measurement-error.ts'

export interface NerdGraphQuery {
  url: string
  apiKey: string
  query: string
  variables: Record<string, unknown>
  signal: AbortSignal
}

const timeoutMs = 30_000
const maxRetries = 3
const maxBackOffMs = 30_000

/**
 * The body of New Relic's answer to a GraphQL query. Tries again, with growing waits, after 429, 500, 502 and above, a lost
 * connection and errors of the classes that promise better luck, as its Go client does (newrelic-client-go internal/http).
 *
 * @throws MeasurementError in the client's words
 */
export async function queryNerdGraph(query: NerdGraphQuery, context: ProviderContext): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await sendPatiently(query, context)
    const errors = errorsOf(answer.body)
    if (answer.status === 404) throw new MeasurementError('resource not found')
    if (answer.status === 402) throw new MeasurementError('Payment Required')
    const messages = errors.flatMap(({ message }) => message || []).join(', ')
    if (!errors.some(({ errorClass }) => /^(TIMEOUT|INTERNAL_SERVER_ERROR|SERVER_ERROR)$/.test(errorClass))) {
      checkAnswer(answer.status, errors, messages)
      return answer.body
    }
    if (attempt === maxRetries) throw new MeasurementError(`maximum retries reached: ${messages}`)
    await context.clock.sleep(backOffMs(attempt, answer), query.signal)
  }
}

function checkAnswer(status: number, errors: readonly GraphError[], messages: string): void {
  if (status < 200 || status > 299) {
    const isKeyBad = errors.length > 0 && (status === 401 || errors.some(({ code }) => code === 'BAD_API_KEY'))
    const why = isKeyBad
      ? 'Invalid credentials provided. Missing API key or an invalid API key was provided.'
      : messages
    throw new MeasurementError(`${isKeyBad ? 401 : status} response returned${why && `: ${why}`}`)
  }
  const isDeprecation = errors.some(({ message }) => message.startsWith('This field is deprecated!'))
  if (messages && !isDeprecation) throw new MeasurementError(messages)
}

/** hashicorp/go-retryablehttp Client.Do */
async function sendPatiently(query: NerdGraphQuery, context: ProviderContext): Promise<HttpResponse> {
  const { url, apiKey, signal } = query
  const client = await context.http()
  const body = JSON.stringify({ query: query.query, variables: query.variables })
  const headers = { 'Content-Type': 'application/json', 'Api-Key': apiKey }
  for (let attempt = 0; ; attempt += 1) {
    const giveUp = (why: string) =>
      new MeasurementError(`POST ${url} giving up after ${attempt + 1} attempt(s)${why && `: ${why}`}`)
    let answer: HttpResponse | undefined
    let cause = ''
    try {
      answer = await sendWithin(client, { method: 'POST', url, headers, body, signal }, timeoutMs)
    } catch (error) {
      if (signal.aborted) throw error
      cause = messageOf(error)
      if (/stopped after \d+ redirects$|unsupported protocol scheme|signed by unknown authority$/.test(cause))
        throw giveUp(cause)
    }
    if (answer) {
      const { status } = answer
      const isTooMany = errorsOf(answer.body)[0]?.errorClass === 'TOO_MANY_REQUESTS'
      const isDown = status === 429 || status === 500 || status >= 502
      if (!isDown && !isTooMany) return answer
      cause = isDown ? '' : 'TOO_MANY_REQUESTS'
    }
    if (attempt === maxRetries) throw giveUp(cause)
    await context.clock.sleep(backOffMs(attempt, answer, context.clock.now()), signal)
  }
}

/** 1, 2, 4 seconds, or what the server asks for. */
function backOffMs(attempt: number, answer: HttpResponse | undefined, nowMs = 0): number {
  const wished = answer?.headers['retry-after']
  if (typeof wished === 'string' && (answer?.status === 429 || answer?.status === 503)) {
    if (/^\d+$/.test(wished)) return Math.min(Number(wished) * 1000, maxBackOffMs)
    const at = Date.parse(wished)
    if (!Number.isNaN(at)) return Math.min(Math.max(0, at - nowMs), maxBackOffMs)
  }
  return Math.min(1000 * 2 ** attempt, maxBackOffMs)
}

interface GraphError {
  message: string
  errorClass: string
  code: string
}

/** What can be read of an answer's errors; none where it is no JSON. */
function errorsOf(body: string): GraphError[] {
  const errors = fieldOf(decoded(body), 'errors')
  if (!(errors instanceof Slice)) return []
  return errors.items.map(error => {
    const extensions = fieldOf(error, 'extensions')
    return {
      message: textOf(fieldOf(error, 'message')),
      errorClass: textOf(fieldOf(extensions, 'errorClass')),
      code: textOf(fieldOf(extensions, 'error_code')),
    }
  })
}

const textOf = (value: Value) => (typeof value === 'string' ? value : '')
const fieldOf = (value: Value, name: string) => (value instanceof Dictionary ? (value.get(name) ?? null) : null)

function decoded(body: string): Value {
  try {
    return decodeJson(body)
  } catch (problem) {
    if (problem instanceof Problem) return null
    throw problem
  }
}
