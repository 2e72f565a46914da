import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { certificateAuthority, type KeyPair } from './certificates.ts'

/** A request as the server saw it. */
export interface SeenRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  /** name, value, name, value: as sent, repeated headers apart */
  rawHeaders: string[]
  body: string
  /** common name of the client certificate, if there was a valid one */
  clientName: string | undefined
  /** number of the TCP connection that it came on, from 1 */
  connection: number
}

export interface Answer {
  status?: number
  headers?: Record<string, string | string[]>
  /** an object is sent as JSON */
  body?: unknown
  gzip?: boolean
}

/** What a handler may do besides answering: write bit by bit, wait, cut the line. */
export interface Exchange {
  request: SeenRequest
  /** starts an answer of unknown length */
  open(status?: number, headers?: Record<string, string>): void
  write(text: string | Buffer): void
  /** one line of a watch */
  event(type: string, object: unknown): void
  end(): void
  /** resets the TCP connection without a word */
  drop(): void
  /** ends the TCP connection in order, without an answer */
  hangUp(): void
  /** resolves when the client is gone or the answer is complete */
  closed: Promise<void>
}

type Handler = (exchange: Exchange) => Answer | undefined | Promise<Answer | undefined>

export interface TlsServerOptions {
  /** only requests with this bearer token get past 401 */
  token?: string
  /** only clients with a certificate of the authority get past 401 */
  requireClientCertificate?: boolean
  /** plain http */
  plain?: boolean
  /** certificate of the server instead of the usual one for localhost */
  certificate?: KeyPair
}

let authorityOnce: ReturnType<typeof certificateAuthority> | undefined
/** One authority for all servers of a test file: making keys takes time. */
export function testAuthority(): ReturnType<typeof certificateAuthority> {
  authorityOnce ??= certificateAuthority()
  return authorityOnce
}

/**
 * A scriptable API server on a free loopback port. Handlers queued with `next` answer one request each, in order; then
 * those given with `on` are asked by method and path; what nobody answers gets the 404 page of a real server.
 */
export class TlsServer {
  readonly seen: SeenRequest[] = []
  connections = 0
  private readonly queue: Handler[] = []
  private readonly handlers: { method: string; path: string | RegExp; handler: Handler }[] = []
  /** of TCP, also below TLS; by the client's port */
  private readonly socketsByPort = new Map<number, { socket: Socket; number: number }>()
  private constructor(
    readonly url: string,
    readonly port: number,
    readonly authority: string,
    private readonly options: TlsServerOptions,
    private readonly server: ReturnType<typeof createHttpServer>,
  ) {}

  static async start(options: TlsServerOptions = {}): Promise<TlsServer> {
    const authority = await testAuthority()
    const pair = options.certificate ?? (await authority.issue({ commonName: 'test API server' }))
    const server = options.plain
      ? createHttpServer()
      : createHttpsServer({
          cert: pair.certificate,
          key: pair.key,
          ca: authority.certificate,
          requestCert: true,
          rejectUnauthorized: false,
        })
    server.keepAliveTimeout = 60_000
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const url = `${options.plain ? 'http' : 'https'}://127.0.0.1:${port}`
    const self = new TlsServer(url, port, authority.certificate, options, server as ReturnType<typeof createHttpServer>)
    server.on('connection', (socket: Socket) => self.track(socket))
    server.on('tlsClientError', () => {})
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void self.handle(request, response))
    return self
  }

  /** Answers the next request, whatever it is. */
  next(...handlers: (Handler | Answer)[]): this {
    this.queue.push(...handlers.map(each => (typeof each === 'function' ? each : () => each)))
    return this
  }

  on(method: string, path: string | RegExp, handler: Handler | Answer): this {
    this.handlers.push({ method, path, handler: typeof handler === 'function' ? handler : () => handler })
    return this
  }

  /** Resets every connection that is open now. */
  dropConnections(): void {
    for (const { socket } of this.socketsByPort.values()) socket.resetAndDestroy()
  }

  /** Closes idle connections in order, as a server does whose keep-alive time is over. */
  endConnections(): void {
    for (const { socket } of this.socketsByPort.values()) socket.end()
  }

  async stop(): Promise<void> {
    for (const { socket } of this.socketsByPort.values()) socket.destroy()
    await new Promise(resolve => this.server.close(resolve))
  }

  private track(socket: Socket): void {
    this.connections += 1
    const port = socket.remotePort ?? 0
    this.socketsByPort.set(port, { socket, number: this.connections })
    socket.on('close', () => this.socketsByPort.delete(port))
    socket.on('error', () => {})
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await this.read(incoming)
    this.seen.push(request)
    const exchange = this.exchangeOf(request, incoming, response)
    const answer = this.refusal(request) ?? (await this.handlerFor(request)(exchange))
    if (answer) send(response, answer)
  }

  private refusal(request: SeenRequest): Answer | undefined {
    const { token, requireClientCertificate } = this.options
    const hasToken = token === undefined || request.headers.authorization === `Bearer ${token}`
    const hasCertificate = !requireClientCertificate || request.clientName !== undefined
    return hasToken && hasCertificate ? undefined : statusAnswer(401, 'Unauthorized', 'Unauthorized')
  }

  private handlerFor(request: SeenRequest): Handler {
    const queued = this.queue.shift()
    if (queued) return queued
    const found = this.handlers.find(
      each =>
        each.method === request.method &&
        (typeof each.path === 'string' ? each.path === request.path : each.path.test(request.path)),
    )
    return (
      found?.handler ??
      (() => ({ status: 404, headers: { 'Content-Type': 'text/plain' }, body: '404 page not found\n' }))
    )
  }

  private exchangeOf(request: SeenRequest, incoming: IncomingMessage, response: ServerResponse): Exchange {
    const socket = this.socketsByPort.get(incoming.socket.remotePort ?? 0)?.socket ?? incoming.socket
    return {
      request,
      open: (status = 200, headers = {}) => {
        response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
        response.flushHeaders()
      },
      write: text => void response.write(text),
      event: (type, object) => void response.write(`${JSON.stringify({ type, object })}\n`),
      end: () => void response.end(),
      drop: () => void socket.resetAndDestroy(),
      hangUp: () => void socket.end(),
      closed: new Promise(resolve => response.on('close', resolve)),
    }
  }

  private async read(incoming: IncomingMessage): Promise<SeenRequest> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const url = new URL(incoming.url ?? '/', this.url)
    const socket = incoming.socket as TLSSocket
    return {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      rawHeaders: incoming.rawHeaders,
      body: Buffer.concat(chunks).toString('utf8'),
      clientName: socket.authorized ? String(socket.getPeerCertificate().subject?.CN) : undefined,
      connection: this.socketsByPort.get(socket.remotePort ?? 0)?.number ?? 0,
    }
  }
}

function send(response: ServerResponse, answer: Answer): void {
  const isText = typeof answer.body === 'string'
  const text = answer.body === undefined ? '' : isText ? String(answer.body) : JSON.stringify(answer.body)
  const body = answer.gzip ? gzipSync(text) : Buffer.from(text)
  response.writeHead(answer.status ?? 200, {
    'Content-Type': 'application/json',
    ...(answer.gzip ? { 'Content-Encoding': 'gzip' } : {}),
    'Content-Length': body.length,
    ...answer.headers,
  })
  response.end(body)
}

/** A Status as kube-apiserver writes it. */
export function statusAnswer(code: number, reason: string, message: string, details?: unknown): Answer {
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code },
  }
}
