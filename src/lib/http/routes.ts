import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent, type AgentOptions as TlsOptions } from 'node:https'
import type { Context } from '../context/context.ts'
import { Failure } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import type { Route } from './exchange.ts'
import type { GoUrl } from './go-url.ts'
import { proxyFromEnvironment } from './proxy-environment.ts'

export interface Trust {
  insecure?: boolean
  /** PEM */
  caFile?: string
}

const pooling = {
  keepAlive: true,
  keepAliveMsecs: 15_000,
  /** An idle connection is closed by us before load balancers and servers do. */
  timeout: 30_000,
  scheduling: 'lifo' as const,
  // Node 20 gives each address of a name only 250 ms to accept
  autoSelectFamilyAttemptTimeout: 1000,
}

/** The ways to servers, each with one pool of kept-alive connections; idle ones do not keep the process alive. */
export class Routes {
  private readonly env: Context['env']
  private readonly known = new Map<string, Promise<Route>>()

  constructor(env: Context['env']) {
    this.env = env
  }

  /** @throws Failure for a file of authorities or a proxy that cannot be used */
  to({ scheme, host }: GoUrl, { insecure = false, caFile }: Trust): Promise<Route> {
    const server = serverUrl(scheme, host)
    const proxy = server && proxyFromEnvironment(server, this.env)
    const key = JSON.stringify([scheme, insecure, caFile, proxy])
    let route = this.known.get(key)
    if (!route) {
      route = makeRoute(scheme, server, proxy, { insecure, caFile })
      this.known.set(key, route)
    }
    return route
  }
}

async function makeRoute(
  scheme: string,
  server: URL | undefined,
  proxy: string | undefined,
  { insecure, caFile }: Trust,
): Promise<Route> {
  const options: TlsOptions =
    scheme === 'https'
      ? { ...pooling, rejectUnauthorized: !insecure, ...(caFile ? { ca: await authorities(caFile) } : {}) }
      : pooling
  if (proxy === undefined || server === undefined)
    return { agent: scheme === 'https' ? new HttpsAgent(options) : new HttpAgent(options) }
  const { proxyAgent } = await import('./proxy-agent.ts')
  return proxyAgent(proxy, server, options)
}

async function authorities(file: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  const unusable = (why: string, cause?: unknown) =>
    new Failure('error', `the certificate authorities in ${safeText(file)} cannot be used: ${why}`, {
      reason: 'InvalidCertificate',
      cause,
    })
  let pem: string
  try {
    pem = await readFile(file, 'utf8')
  } catch (error) {
    throw unusable((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error), error)
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw unusable('it holds no PEM certificate')
  return pem
}

/** Go takes hosts that the WHATWG rules refuse; no proxy rule is about those. */
function serverUrl(scheme: string, host: string): URL | undefined {
  try {
    return new URL(`${scheme}://${host}`)
  } catch {
    return undefined
  }
}
