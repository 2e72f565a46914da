import { setMaxListeners } from 'node:events'
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Readable } from 'node:stream'
import type { Context } from '../../context/context.ts'
import { proxyFromEnvironment } from '../../http/proxy-environment.ts'
import type { Credential, Credentials } from '../auth/credentials.ts'
import type { Connection } from '../config/connection.ts'
import { agentOptions, impersonationHeaders } from './connection-settings.ts'
import { RequestLog } from './request-log.ts'
import { isConnectionReset, isStaleConnection, Timeout, transportFailure } from './transport-failure.ts'
import { WarningLog } from './warnings.ts'

export interface HttpRequest {
  method: string
  /** absolute path with query, without the prefix of the server's address */
  path: string
  headers?: Record<string, string | string[]>
  body?: string
  signal?: AbortSignal
  /** The body goes on for as long as the server likes (watch, logs): the request timeout ends with the headers. */
  isStream?: boolean
}

export interface HttpResponse {
  status: number
  headers: Record<string, string | string[] | undefined>
  /** decoded; destroy it to end the exchange early */
  body: Readable
}

/** client-go: rest.NewRequest allows ten retries */
const maxRetries = 10
const connectTimeoutMs = 30_000

type Outcome = { kind: 'answer'; response: HttpResponse } | { kind: 'retry'; afterMs: number }
type Settings = {
  agent: HttpAgent
  certificate: Credential['certificate']
  viaProxy?: { host: string; port: number; authorization?: string }
}

/**
 * HTTP to one API server as client-go does it: one keep-alive connection for sequential requests, gzip, proxy,
 * impersonation, warnings, and the retries of rest/with_retry.go (Retry-After on 429 and 5xx for any method, a reset
 * connection for GET). Answers of any status are answers; what cannot be answered rejects with a Failure.
 */
export class Transport {
  readonly warnings: WarningLog
  private readonly connection: Connection
  private readonly credentials: Credentials
  private readonly context: Context
  private readonly verbosity: number
  private readonly log: RequestLog
  private readonly fixedHeaders: Record<string, string | string[]>
  private readonly prefix: string
  private settings: Settings | undefined

  constructor(connection: Connection, credentials: Credentials, context: Context, verbosity: number) {
    this.connection = connection
    this.credentials = credentials
    this.context = context
    this.verbosity = verbosity
    // Every request in flight listens to it, and Node takes more than ten listeners for a leak.
    setMaxListeners(0, context.signal)
    this.log = new RequestLog(context, verbosity)
    this.warnings = new WarningLog(context.stderr)
    this.prefix = connection.server.pathname.replace(/\/+$/, '')
    this.fixedHeaders = {
      'User-Agent': `kubectl-canary (${process.platform}/${process.arch})`,
      ...impersonationHeaders(connection.user),
      ...(connection.disableCompression ? {} : { 'Accept-Encoding': 'gzip' }),
    }
  }

  /** Another one to the same server, which goes by another signal and has connections of its own. */
  withSignal(signal: AbortSignal): Transport {
    return new Transport(this.connection, this.credentials, { ...this.context, signal }, this.verbosity)
  }

  /** Sends, with retries and one renewal of the credential after a 401. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    let isRenewed = false
    for (let retries = 0; ; ) {
      this.throwIfAborted(request)
      const credential = await this.credentials.current()
      const outcome = await this.attempt(request, credential, retries)
      if (outcome.kind === 'retry') {
        retries += 1
        if (outcome.afterMs > 0) await this.context.clock.sleep(outcome.afterMs, request.signal ?? this.context.signal)
        continue
      }
      if (outcome.response.status === 401 && !isRenewed) {
        isRenewed = true
        if (await this.credentials.renew(credential)) {
          await discard(outcome.response.body)
          continue
        }
      }
      return outcome.response
    }
  }

  /** Sends and reads the whole answer as text. */
  async sendForText(request: HttpRequest): Promise<{ status: number; headers: HttpResponse['headers']; text: string }> {
    const response = await this.send(request)
    const text = await this.readText(response.body, request)
    return { status: response.status, headers: response.headers, text }
  }

  async readText(body: Readable, request: HttpRequest): Promise<string> {
    const chunks: Buffer[] = []
    for await (const chunk of this.chunks(body, request)) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8')
  }

  /** A body as it arrives. Leaving the loop ends the exchange. */
  async *chunks(body: Readable, request: HttpRequest): AsyncGenerator<Buffer, void, undefined> {
    const seen: Buffer[] | undefined = this.log.showsBodies ? [] : undefined
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        seen?.push(chunk)
        yield chunk
      }
    } catch (error) {
      throw this.failure(error, request)
    }
    if (seen) this.log.body(Buffer.concat(seen).toString('utf8'), request.path)
  }

  /** What an error of the exchange or of its body means: the reason of the signal that ended it, or a Failure. */
  failure(error: unknown, request: { signal?: AbortSignal }): unknown {
    if (this.context.signal.aborted) return this.context.signal.reason
    if (request.signal?.aborted) return request.signal.reason
    return transportFailure(error, this.connection)
  }

  close(): void {
    this.settings?.agent.destroy()
    this.settings = undefined
  }

  private async attempt(request: HttpRequest, credential: Credential, retries: number): Promise<Outcome> {
    const startedMs = this.context.clock.now()
    let incoming: IncomingMessage
    try {
      incoming = await this.exchange(request, credential)
    } catch (error) {
      this.log.failed(request, this.connection.server, error, this.context.clock.now() - startedMs)
      const mayRetry = request.method === 'GET' && retries < maxRetries && !this.isAborted(request)
      if (mayRetry && isStaleConnection(error)) return { kind: 'retry', afterMs: 0 }
      if (mayRetry && isConnectionReset(error)) return { kind: 'retry', afterMs: 1000 }
      throw this.failure(error, request)
    }
    const status = incoming.statusCode ?? 0
    this.log.answered(request, this.connection.server, incoming, this.context.clock.now() - startedMs)
    this.warnings.add(incoming.headers.warning)
    const body = await decoded(incoming)
    const afterMs = retryAfterMs(status, incoming.headers['retry-after'])
    if (afterMs !== undefined && retries < maxRetries) {
      await discard(body)
      return { kind: 'retry', afterMs }
    }
    return { kind: 'answer', response: { status, headers: incoming.headers, body } }
  }

  /** One request and the head of its answer. Rejects with the raw error. */
  private async exchange(request: HttpRequest, credential: Credential): Promise<IncomingMessage> {
    const { agent, viaProxy } = await this.settingsFor(credential)
    const { server } = this.connection
    const headers = this.headersOf(request, credential)
    if (viaProxy?.authorization) headers['Proxy-Authorization'] = viaProxy.authorization
    this.log.asked(request, server, headers)
    const path = this.prefix + request.path
    return new Promise((resolve, reject) => {
      const sent: ClientRequest = (server.protocol === 'https:' ? httpsRequest : httpRequest)({
        method: request.method,
        hostname: viaProxy?.host ?? server.hostname.replace(/^\[|\]$/g, ''),
        port: viaProxy?.port ?? (server.port || (server.protocol === 'https:' ? 443 : 80)),
        path: viaProxy ? `${server.origin}${path}` : path,
        headers,
        agent,
      })
      let received: IncomingMessage | undefined
      const end = (error: Error) => (received ?? sent).destroy(error)
      const guard = new ExchangeGuard(this.context, [this.context.signal, request.signal], end)
      guard.limit('connecting', connectTimeoutMs)
      if (this.connection.requestTimeoutMs > 0) guard.limit('answering', this.connection.requestTimeoutMs)
      sent.on('socket', socket => {
        if (!socket.connecting) guard.lift('connecting')
        else socket.once(server.protocol === 'https:' ? 'secureConnect' : 'connect', () => guard.lift('connecting'))
      })
      sent.on('response', incoming => {
        received = incoming
        guard.lift('connecting')
        if (request.isStream) guard.lift('answering')
        resolve(incoming)
      })
      sent.on('error', error => reject(Object.assign(error, { wasReused: sent.reusedSocket })))
      sent.on('close', () => guard.end())
      // As bytes: Node writes a text together with the headers, in its encoding.
      sent.end(request.body === undefined ? undefined : Buffer.from(request.body, 'utf8'))
    })
  }

  private headersOf(request: HttpRequest, credential: Credential): Record<string, string | string[]> {
    return {
      Host: this.connection.server.host,
      Accept: 'application/json',
      ...this.fixedHeaders,
      ...(credential.authorization === undefined ? {} : { Authorization: credential.authorization }),
      ...(request.body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(request.body)) }),
      ...request.headers,
    }
  }

  /** One agent for as long as the client certificate stays the same. */
  private async settingsFor(credential: Credential): Promise<Settings> {
    if (this.settings && this.settings.certificate === credential.certificate) return this.settings
    const options = agentOptions(this.connection, credential)
    const proxy = this.connection.cluster.proxyUrl ?? proxyFromEnvironment(this.connection.server, this.context.env)
    const isTls = this.connection.server.protocol === 'https:'
    const { certificate } = credential
    if (proxy) {
      const { proxyAgent } = await import('../../http/proxy-agent.ts')
      this.settings = { ...proxyAgent(proxy, this.connection.server, options), certificate }
    } else this.settings = { agent: isTls ? new HttpsAgent(options) : new HttpAgent(options), certificate }
    return this.settings
  }

  private isAborted(request: HttpRequest): boolean {
    return this.context.signal.aborted || request.signal?.aborted === true
  }

  private throwIfAborted(request: HttpRequest): void {
    this.context.signal.throwIfAborted()
    request.signal?.throwIfAborted()
  }
}

/** Ends one exchange when a signal aborts or a time limit passes, and leaves no timer and no listener behind. */
class ExchangeGuard {
  private readonly limits = new Map<string, AbortController>()
  private readonly signals: AbortSignal[]
  private readonly context: Context
  private readonly stop: (error: Error) => void
  private readonly onAbort = () => this.stop(new Error('aborted'))

  constructor(context: Context, signals: readonly (AbortSignal | undefined)[], stop: (error: Error) => void) {
    this.context = context
    this.stop = stop
    this.signals = signals.filter(signal => signal !== undefined)
    for (const signal of this.signals) signal.addEventListener('abort', this.onAbort)
  }

  limit(what: string, ms: number): void {
    const controller = new AbortController()
    this.limits.set(what, controller)
    this.context.clock.sleep(ms, controller.signal).then(
      () => this.stop(new Timeout(ms, what === 'connecting')),
      () => {},
    )
  }

  lift(what: string): void {
    this.limits.get(what)?.abort()
    this.limits.delete(what)
  }

  end(): void {
    for (const what of [...this.limits.keys()]) this.lift(what)
    for (const signal of this.signals) signal.removeEventListener('abort', this.onAbort)
  }
}

async function decoded(incoming: IncomingMessage): Promise<Readable> {
  if (incoming.headers['content-encoding'] !== 'gzip') return incoming
  const [{ createGunzip }, { pipeline }] = await Promise.all([import('node:zlib'), import('node:stream')])
  // The callback is needed, else a broken stream is an uncaught error; the reader sees the error on the stream itself.
  return pipeline(incoming, createGunzip({ chunkSize: 65_536 }), () => {})
}

/** Reads on to the end, so that the connection can be used again; what goes wrong here is nobody's concern. */
function discard(body: Readable): Promise<void> {
  return new Promise(resolve => {
    body.on('end', resolve).on('error', resolve).on('close', resolve)
    body.resume()
  })
}

/** client-go's checkWait: whole seconds in Retry-After, on 429 and 5xx. */
function retryAfterMs(status: number, header: string | undefined): number | undefined {
  if (status !== 429 && (status < 500 || status > 599)) return undefined
  return header !== undefined && /^\d+$/.test(header.trim()) ? Number(header) * 1000 : undefined
}
