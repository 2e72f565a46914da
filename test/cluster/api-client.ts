import { Agent, request } from 'node:https'
import type { KeyPair } from './certificates.ts'

/** What the test bed itself sends to the API server; the product's client is not used, since it is what gets tested. */
export interface ApiClient {
  /** Sends one request and returns the parsed answer. Throws with the server's message on a status of 400 or more. */
  send<T = unknown>(method: string, path: string, body?: unknown): Promise<T>
  /** Creates or updates an object by server-side apply. `path` is the object's own. */
  apply(path: string, object: object): Promise<void>
  /** Changes the named fields of an object, whatever its version. */
  mergePatch(path: string, patch: object): Promise<void>
  close(): void
}

/** An error answer of the API server. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const fieldManager = 'kubectl-canary-test'

/** A client with one connection pool; `close` it, or the process does not end. */
export function apiClient(server: string, ca: string, user: KeyPair): ApiClient {
  const agent = new Agent({ keepAlive: true, ca, cert: user.cert, key: user.key, maxSockets: 8 })
  const send = <T>(method: string, path: string, body?: unknown, contentType = 'application/json') =>
    exchange(new URL(path, server), { agent, method, timeout: 20_000 }, body, contentType) as Promise<T>
  return {
    send: (method, path, body) => send(method, path, body),
    apply: async (path, object) => {
      const query = `?fieldManager=${fieldManager}&force=true`
      await send('PATCH', path + query, object, 'application/apply-patch+yaml')
    },
    mergePatch: async (path, patch) => {
      await send('PATCH', path, patch, 'application/merge-patch+json')
    },
    close: () => agent.destroy(),
  }
}

function exchange(
  url: URL,
  options: { agent: Agent; method: string; timeout: number },
  body: unknown,
  contentType: string,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ...options, headers: { 'content-type': contentType } }, incoming => {
      const chunks: Buffer[] = []
      incoming.on('error', reject)
      incoming.on('data', chunk => chunks.push(chunk))
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const status = incoming.statusCode ?? 0
        if (status >= 400)
          reject(new ApiError(status, `${options.method} ${url.pathname}: ${status} ${messageOf(text)}`))
        else resolve(parse(text))
      })
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${options.method} ${url.pathname}: no answer in time`)))
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function messageOf(text: string): string {
  const parsed = parse(text)
  return typeof parsed === 'object' && parsed !== null && 'message' in parsed ? String(parsed.message) : text
}
