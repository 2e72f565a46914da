import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { textOf } from '../server/request-body.ts'
import type { PrometheusApi } from './prometheus-api.ts'

/** The Prometheus API on a loopback port of its own, without credentials, as Prometheus itself has it. */
export class PrometheusServer {
  readonly url: string
  readonly #server: Server

  /** @param port default 0: any free one */
  static async start(api: PrometheusApi, port = 0): Promise<PrometheusServer> {
    const server = createServer((request, response) => void answer(api, request, response))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    return new PrometheusServer(server)
  }

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }
}

async function answer(api: PrometheusApi, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://playground')
    const { method = 'GET' } = incoming
    const body = await textOf(incoming)
    const {
      status,
      headers = {},
      body: text = '',
    } = await api.handle({ method, path: pathname, query: searchParams, body })
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) })
    response.end(method === 'HEAD' ? '' : text)
  } catch {
    // The reader has gone, or the connection was cut: nobody is left to be told.
    response.destroy()
  }
}
