import { type ClientRequestArgs, Agent as HttpAgent, request as httpRequest } from 'node:http'
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https'
import { connect as connectSocket, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls'
import { Failure } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import { socksTunnel } from './socks.ts'

/**
 * How requests go through a proxy: tunnelled to an https server, handed over as a whole to an http one. `http://`,
 * `https://` and `socks5://` proxies, with `user:password@` where they ask for it, as client-go's proxy-url.
 */
export function proxyAgent(
  proxyText: string,
  server: URL,
  options: AgentOptions,
): { agent: HttpAgent; viaProxy?: { host: string; port: number; authorization?: string } } {
  const proxy = parseProxy(proxyText)
  const isTls = server.protocol === 'https:'
  if (isTls || isSocks(proxy))
    return { agent: isTls ? new TlsTunnelAgent(options, proxy) : new TunnelAgent(options, proxy) }
  return {
    agent: proxy.protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent(options),
    viaProxy: { host: bare(proxy.hostname), port: portOf(proxy), authorization: basicOf(proxy) },
  }
}

type Created = (error: Error | null, socket: Duplex) => void
/** Node calls back without a socket on failure, which its types leave out. */
type Failed = (error: Error) => void
type Target = { host?: string | null; port?: string | number | null }

/** The https agent, but the TCP connection below TLS is made by a proxy. */
class TlsTunnelAgent extends HttpsAgent {
  private readonly proxy: URL
  constructor(options: AgentOptions, proxy: URL) {
    super(options)
    this.proxy = proxy
  }

  override createConnection(options: RequestOptions, created?: Created): null {
    tunnel(this.proxy, options).then(
      socket => created?.(null, connectTls({ ...(options as TlsOptions), socket, host: options.host ?? undefined })),
      error => (created as Failed | undefined)?.(error),
    )
    return null
  }
}

class TunnelAgent extends HttpAgent {
  private readonly proxy: URL
  constructor(options: AgentOptions, proxy: URL) {
    super(options)
    this.proxy = proxy
  }

  override createConnection(options: ClientRequestArgs, created?: Created): null {
    tunnel(this.proxy, options).then(
      socket => created?.(null, socket),
      error => (created as Failed | undefined)?.(error),
    )
    return null
  }
}

async function tunnel(proxy: URL, target: Target): Promise<Socket> {
  const host = String(target.host ?? '')
  const port = Number(target.port)
  try {
    if (isSocks(proxy)) {
      const socket = connectSocket(portOf(proxy), bare(proxy.hostname))
      return await socksTunnel(socket, host, port, credentialsOf(proxy))
    }
    return await connectTunnel(proxy, isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw proxyFailure(proxy, error instanceof Error ? error.message : String(error), error)
  }
}

function connectTunnel(proxy: URL, authority: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const authorization = basicOf(proxy)
    const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      host: bare(proxy.hostname),
      port: portOf(proxy),
      method: 'CONNECT',
      path: authority,
      headers: { Host: authority, ...(authorization ? { 'Proxy-Authorization': authorization } : {}) },
      agent: false,
    })
    request.on('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(proxyFailure(proxy, `it answered ${response.statusCode} ${response.statusMessage ?? ''} for ${authority}`))
    })
    request.on('response', response => {
      response.destroy()
      reject(proxyFailure(proxy, `it answered ${response.statusCode} to CONNECT`))
    })
    request.on('error', reject)
    request.end()
  })
}

function proxyFailure(proxy: URL, why: string, cause?: unknown): Failure {
  return new Failure('error', `the proxy ${safeText(proxy.host)} gives no connection: ${safeText(why.trim())}`, {
    reason: 'ProxyFailed',
    hints: ['it comes from proxy-url in the kubeconfig, or from HTTPS_PROXY; NO_PROXY=HOST goes past the latter'],
    cause,
  })
}

function parseProxy(text: string): URL {
  try {
    const url = new URL(text)
    if (/^(https?|socks5h?):$/.test(url.protocol) && url.hostname) return url
  } catch {
    // said below, without the text: it may hold a password
  }
  throw new Failure('error', 'the proxy address is not a URL of an http, https or socks5 proxy', {
    reason: 'InvalidProxy',
    hints: ['it is proxy-url in the kubeconfig, or HTTPS_PROXY'],
  })
}

const isSocks = (proxy: URL) => proxy.protocol.startsWith('socks5')
const bare = (host: string) => host.replace(/^\[|\]$/g, '')
const portOf = (proxy: URL) => Number(proxy.port || (isSocks(proxy) ? 1080 : proxy.protocol === 'https:' ? 443 : 80))

function credentialsOf(proxy: URL): { username: string; password: string } | undefined {
  if (!proxy.username) return undefined
  return { username: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) }
}

function basicOf(proxy: URL): string | undefined {
  const given = credentialsOf(proxy)
  return given && `Basic ${Buffer.from(`${given.username}:${given.password}`).toString('base64')}`
}
