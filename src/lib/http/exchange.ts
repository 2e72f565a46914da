import { getServers } from 'node:dns'
import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { PeerCertificate, TLSSocket } from 'node:tls'
import { domainToASCII } from 'node:url'
import type { Context } from '../context/context.ts'
import type { CallGuard } from './call-guard.ts'
import { bodyErrorText, type ConnectionFacts, requestErrorText } from './go-transport-text.ts'
import { encodeBytes, type GoUrl } from './go-url.ts'
import type { Hop } from './redirects.ts'

/** argo-rollouts prometheus.go newHTTPTransport, and Go's default transport */
const connectTimeoutMs = 30_000
const handshakeTimeoutMs = 10_000
/** Go takes 10 MiB; nobody sends that, and some proxies more than Node's 16 KiB. */
const maxHeaderSize = 1024 * 1024

/** The way to an origin: one pool of connections, and the proxy that requests are handed to as a whole. */
export interface Route {
  agent: Agent
  viaProxy?: { host: string; port: number; authorization?: string }
}

/** An exchange whose answer has begun. */
export interface Answer {
  incoming: IncomingMessage
  /** the body, decoded */
  body: Readable
  /** what Go says of an error within the body */
  bodyErrorText(error: unknown): string
}

/** There was no answer. */
export class ExchangeError extends Error {
  /** in Go's words */
  readonly text: string
  /** the server had closed a kept-alive connection before it saw the request */
  readonly isStale: boolean
  constructor(text: string, isStale: boolean, cause: unknown) {
    super(text, { cause })
    this.text = text
    this.isStale = isStale
  }
}

/**
 * Sends one request and resolves when the head of its answer has come.
 *
 * @throws ExchangeError
 */
export async function openExchange(
  hop: Hop,
  headers: Record<string, string>,
  { agent, viaProxy }: Route,
  guard: CallGuard,
  context: Pick<Context, 'clock'>,
): Promise<Answer> {
  const { host, port } = endpoint(hop.url)
  const isTls = hop.url.scheme === 'https'
  const facts: ConnectionFacts = { host, port, viaProxy: viaProxy !== undefined, nowMs: context.clock.now() }
  let received: IncomingMessage | undefined
  let firstError: unknown
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = (isTls ? httpsRequest : httpRequest)({
      method: hop.method,
      hostname: viaProxy?.host ?? host,
      port: viaProxy?.port ?? port,
      path: viaProxy ? `http://${hop.url.host}${target(hop.url)}` : target(hop.url),
      headers: viaProxy?.authorization ? { ...headers, 'Proxy-Authorization': viaProxy.authorization } : headers,
      agent,
      maxHeaderSize,
      ...(isTls ? { servername: isIP(host) ? '' : host } : {}),
    })
    guard.watch(error => {
      firstError ??= error
      ;(received ?? sent).destroy(error)
    })
    guard.limit('connect', connectTimeoutMs)
    sent.on('socket', socket => observe(socket, isTls, facts, guard))
    sent.on('response', answer => {
      received = answer
      guard.lift('connect')
      guard.lift('handshake')
      resolve(answer)
    })
    // After the head this is an error of the parser within the body, which the body itself knows as an abort only.
    sent.on('error', (error: NodeJS.ErrnoException) => {
      firstError ??= error
      if (received) return
      const isStale = sent.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(error.code ?? '')
      reject(new ExchangeError(requestErrorText(firstError, withNameServer(facts)), isStale, firstError))
    })
    // As bytes: Node writes a text together with the headers, in its encoding.
    sent.end(hop.body === undefined ? undefined : Buffer.from(hop.body, 'utf8'))
  })
  return {
    incoming,
    body: await decoded(incoming, hop.method),
    bodyErrorText: error => bodyErrorText(firstError ?? error, facts),
  }
}

/** Follows a connection that is being made, and remembers what Go would say about it. */
function observe(socket: Socket, isTls: boolean, facts: ConnectionFacts, guard: CallGuard): void {
  const connected = () => {
    facts.localAddress = `${socket.localAddress}:${socket.localPort}`
    facts.remoteAddress = `${socket.remoteAddress}:${socket.remotePort}`
    guard.lift('connect')
  }
  if (!socket.connecting) {
    connected()
    return
  }
  socket.once('connect', () => {
    connected()
    if (isTls) guard.limit('handshake', handshakeTimeoutMs)
  })
  if (!isTls) return
  const secured = socket as TLSSocket
  // Comes before the certificate is judged; afterwards it is gone.
  secured.prependOnceListener('secure', () => {
    facts.certificate = certificateOf(secured)
  })
  secured.once('secureConnect', () => guard.lift('handshake'))
}

function certificateOf(socket: TLSSocket): PeerCertificate | undefined {
  const certificate = socket.getPeerCertificate()
  return certificate?.subject ? certificate : undefined
}

/** Asked only when something failed: it reads the system's configuration. */
const withNameServer = (facts: ConnectionFacts): ConnectionFacts => ({ ...facts, nameServer: getServers()[0] })

export function endpoint({ scheme, host }: GoUrl): { host: string; port: number } {
  const port = /:(\d+)$/.exec(host)?.[1]
  const name = host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1')
  return {
    host: domainToASCII(name) || name,
    port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port),
  }
}

/** Path and query; what Node does not send as it is, is encoded. */
const target = ({ path, query }: GoUrl) =>
  `${path || '/'}${query === undefined ? '' : `?${query}`}`.replace(/[^\x21-\x7e]+/g, encodeBytes)

async function decoded(incoming: IncomingMessage, method: string): Promise<Readable> {
  const hasBody = method !== 'HEAD' && incoming.statusCode !== 204 && incoming.statusCode !== 304
  if (!hasBody || incoming.headers['content-encoding'] !== 'gzip') return incoming
  const [{ createGunzip }, { pipeline }] = await Promise.all([import('node:zlib'), import('node:stream')])
  // The callback is needed, else a broken stream is an uncaught error; the reader sees the error on the stream itself.
  return pipeline(incoming, createGunzip({ chunkSize: 65_536 }), () => {})
}
