import { STATUS_CODES } from 'node:http'
import type { Context } from '../context/context.ts'
import type { HttpClient, HttpRequest, HttpResponse } from '../context/http-client.ts'
import { goQuote } from '../expr/go/quote.ts'
import { Failure } from '../values/failure.ts'
import { CallGuard } from './call-guard.ts'
import { type Answer, ExchangeError, endpoint, openExchange } from './exchange.ts'
import { TimeLimit } from './go-transport-text.ts'
import { goUrlText, parseGoUrl } from './go-url.ts'
import { headersOf } from './headers.ts'
import { HttpFailure, hintsFor, requestSubject } from './http-failure.ts'
import { type Hop, isSameOrigin, maxRequests, redirectedHop } from './redirects.ts'
import { Routes } from './routes.ts'

type ClientContext = Pick<Context, 'env' | 'signal' | 'clock'>

const defaultMaxBytes = 64 * 1024 * 1024
/** How many dead connections of the pool one request may meet. */
const maxStaleConnections = 10
/** net/http reads so much of a redirect's body in order to keep the connection. */
const drainBytes = 2048

/**
 * A client on node:http and node:https: kept-alive connections, gzip, the proxies of the environment, Go's redirects and
 * Go's words (HttpFailure) for what goes wrong on the way.
 */
export function createHttpClient(context: ClientContext): HttpClient {
  const routes = new Routes(context.env)
  return { send: request => send(request, routes, context) }
}

async function send(request: HttpRequest, routes: Routes, context: ClientContext): Promise<HttpResponse> {
  const first = firstHop(request)
  const guard = new CallGuard(context, request.signal, request.timeoutMs)
  try {
    let hop = first
    for (let sent = 1; ; sent += 1) {
      const answer = await exchange(hop, request, routes, guard, context)
      const { statusCode: status = 0, headers } = answer.incoming
      const next = redirectedHop(hop, status, headers.location)
      if (next === undefined || isHeldBack(hop, next, request))
        return await read(answer, hop, request.maxBytes ?? defaultMaxBytes, guard)
      leave(answer)
      if ('problem' in next)
        throw requestFailure(
          first,
          hop,
          undefined,
          `failed to parse Location header ${goQuote(headers.location ?? '')}: ${next.problem}`,
        )
      // net/http names the last Location as it was sent
      if (sent >= maxRequests)
        throw new HttpFailure(
          requestSubject(first.method, headers.location ?? ''),
          `stopped after ${maxRequests} redirects`,
        )
      hop = next
    }
  } finally {
    guard.close()
  }
}

function firstHop({ method = 'GET', url, headers = {}, body }: HttpRequest): Hop {
  const parsed = parseGoUrl(url)
  if ('problem' in parsed) throw new HttpFailure(undefined, parsed.problem, { reason: 'InvalidAddress' })
  if (!/^[\w!#$%&'*+\-.^`|~]+$/.test(method))
    throw new HttpFailure(undefined, `net/http: invalid method ${goQuote(method)}`)
  return { method, url: parsed, headers, ...(body === undefined ? {} : { body }) }
}

const isHeldBack = (hop: Hop, next: Hop | { problem: string }, { staysOnOrigin }: HttpRequest) =>
  staysOnOrigin === true && !('problem' in next) && !isSameOrigin(hop.url, next.url)

async function exchange(
  hop: Hop,
  request: HttpRequest,
  routes: Routes,
  guard: CallGuard,
  context: ClientContext,
): Promise<Answer> {
  const fail = (text: string) => requestFailure(request, hop, undefined, text)
  const { scheme, host } = hop.url
  if (scheme !== 'http' && scheme !== 'https') throw fail(`unsupported protocol scheme ${goQuote(scheme)}`)
  if (host === '') throw fail('http: no Host in request URL')
  const { port } = endpoint(hop.url)
  if (port > 65_535) throw fail(`dial tcp: address ${port}: invalid port`)
  const headers = headersOf(hop)
  if ('problem' in headers) throw fail(headers.problem)
  const mayRepeat = request.isRepeatable ?? (hop.method === 'GET' || hop.method === 'HEAD')
  const route = await routes.to(hop.url, request)
  for (let stale = 0; ; stale += 1) {
    guard.throwIfAborted()
    if (guard.isOverdue) throw requestFailure(request, hop, new TimeLimit('call'))
    try {
      return await openExchange(hop, headers.values, route, guard, context)
    } catch (error) {
      guard.throwIfAborted()
      if (!(error instanceof ExchangeError)) throw error
      if (error.isStale && mayRepeat && stale < maxStaleConnections) continue
      throw requestFailure(request, hop, error.cause, error.text)
    }
  }
}

async function read(answer: Answer, { url }: Hop, maxBytes: number, guard: CallGuard): Promise<HttpResponse> {
  const { incoming, body } = answer
  const { statusCode: status = 0, statusMessage, headers } = incoming
  const tooLarge = () => {
    leave(answer)
    const limit = maxBytes >= 1024 * 1024 ? `${Math.floor(maxBytes / 1024 / 1024)} MiB` : `${maxBytes} bytes`
    return new HttpFailure(undefined, `the answer of ${url.scheme}://${url.host}${url.path} is larger than ${limit}`, {
      stage: 'body',
      status,
      reason: 'AnswerTooLarge',
      hints: ['ask for less: fewer series, a shorter range or a longer step'],
    })
  }
  if (Number(headers['content-length']) > maxBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof HttpFailure) throw error
    guard.throwIfAborted()
    const isTimeout = guard.isOverdue
    throw new HttpFailure(undefined, answer.bodyErrorText(error), { stage: 'body', status, isTimeout, cause: error })
  }
  const text = statusMessage || STATUS_CODES[status] || ''
  return {
    status,
    statusText: text === '' ? String(status) : `${status} ${text}`,
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
    url: `${url.scheme}://${url.host}${url.path}${url.query === undefined ? '' : `?${url.query}`}`,
  }
}

/** Reads a small rest so that the connection can be used again, and drops a large one. */
function leave({ incoming, body }: Answer): void {
  body.on('error', () => {})
  incoming.on('error', () => {})
  if (Number(incoming.headers['content-length'] ?? 0) <= drainBytes && !incoming.headers['transfer-encoding'])
    body.resume()
  else incoming.destroy()
}

/** net/url Error: the method of the first request, and the address that was asked. */
function requestFailure(
  { method = 'GET' }: { method?: string },
  { url }: Hop,
  cause: unknown,
  text?: string,
): HttpFailure {
  const isTimeout = cause instanceof TimeLimit && cause.what === 'call'
  const causeText = text ?? (isTimeout ? 'context deadline exceeded' : String(cause))
  const details = { isTimeout, ...(cause instanceof Failure ? { reason: cause.reason, hints: cause.hints } : {}) }
  return new HttpFailure(requestSubject(method, goUrlText(url)), causeText, {
    ...hintsFor(causeText),
    ...details,
    cause,
  })
}
