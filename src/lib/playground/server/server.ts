import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { unauthorized } from '../store/status-error.ts'
import { anonymous } from './access.ts'
import type { ApiHandler } from './api-handler.ts'
import type { ApiAnswer, ApiRequest, User } from './api-request.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { kubeconfigText } from './kubeconfig.ts'
import { textOf } from './request-body.ts'
import { refusalAnswer } from './watch-answer.ts'

export interface ServerOptions {
  handler: ApiHandler
  /** default 0: any free one */
  port?: number
  /** users by bearer token */
  tokens?: Record<string, User>
}

const admin: User = { name: 'playground-admin', groups: ['system:masters'] }
const zipFromBytes = 128 * 1024
const zipped = promisify(gzip)

/** The API server on a socket: HTTPS on loopback, client certificates or bearer tokens. */
export class PlaygroundServer {
  readonly url: string
  readonly certificates: Certificates
  readonly #server: Server
  readonly #handler: ApiHandler
  readonly #tokens: Record<string, User>
  readonly #sockets = new Set<Socket>()

  static async start(options: ServerOptions): Promise<PlaygroundServer> {
    const certificates = await makeCertificates()
    const { cert, key } = certificates.server
    const tls = { cert, key, ca: certificates.authority, requestCert: true, rejectUnauthorized: false }
    const server = createServer(tls)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port ?? 0, '127.0.0.1', resolve)
    })
    return new PlaygroundServer(server, certificates, options)
  }

  private constructor(server: Server, certificates: Certificates, options: ServerOptions) {
    this.#server = server
    this.#handler = options.handler
    this.#tokens = options.tokens ?? {}
    this.certificates = certificates
    this.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('secureConnection', socket => this.#sockets.add(socket.once('close', () => this.#sockets.delete(socket))))
    server.on('request', (request, response) => void this.#serve(request, response))
  }

  /** A kubeconfig with a client certificate for the user, an administrator by default. */
  async kubeconfig(user: User = admin, namespace?: string): Promise<string> {
    const credential = await this.certificates.issue(user)
    const { authority } = this.certificates
    return kubeconfigText({ server: this.url, authority, user: credential, ...(namespace ? { namespace } : {}) })
  }

  /** Cuts every connection, as a network does that fails. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()))
    this.dropConnections()
    await closed
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const controller = new AbortController()
    response.once('close', () => controller.abort())
    try {
      const answer = await this.#answer(incoming, controller.signal)
      await send(answer, incoming, response)
    } catch {
      // The reader has gone, or the connection was cut: nobody is left to be told.
      response.destroy()
    }
  }

  async #answer(incoming: IncomingMessage, signal: AbortSignal): Promise<ApiAnswer> {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', this.url)
    const user = this.#userOf(incoming)
    const body = await textOf(incoming)
    if (!user) return refusalAnswer(unauthorized())
    const { method = 'GET', headers } = incoming
    const request: ApiRequest = { method, path: pathname, query: searchParams, headers, body, user, signal }
    return this.#handler.handle(request)
  }

  /** Undefined for a credential that is none. */
  #userOf(incoming: IncomingMessage): User | undefined {
    const user = this.#authenticated(incoming)
    const asked = incoming.headers['impersonate-user']
    if (!user || typeof asked !== 'string') return user
    const groups = [incoming.headers['impersonate-group'] ?? []].flat()
    return { name: asked, groups: [...groups, 'system:authenticated'] }
  }

  #authenticated(incoming: IncomingMessage): User | undefined {
    const token = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1]
    if (token !== undefined) return this.#tokens[token]
    const socket = incoming.socket as TLSSocket
    const { subject } = socket.getPeerCertificate()
    if (!subject) return anonymous
    if (!socket.authorized) return undefined
    const groups = [subject.O ?? []].flat()
    return { name: String(subject.CN), groups: [...groups, 'system:authenticated'] }
  }
}

async function send(answer: ApiAnswer, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers = {}, body = '', stream } = answer
  if (stream) return sendStream(status, headers, stream, response)
  const bytes = Buffer.from(body)
  const isZipped = bytes.length > zipFromBytes && String(incoming.headers['accept-encoding'] ?? '').includes('gzip')
  const content = isZipped ? await zipped(bytes, { level: 1 }) : bytes
  response.writeHead(status, {
    ...headers,
    'content-length': content.length,
    ...(isZipped ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
  })
  response.end(content)
}

async function sendStream(
  status: number,
  headers: Record<string, string>,
  stream: AsyncIterable<string>,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(status, headers)
  response.flushHeaders()
  for await (const piece of stream) {
    if (response.destroyed) break
    if (!response.write(piece)) await new Promise(resolve => response.once('drain', resolve).once('close', resolve))
  }
  response.end()
}
