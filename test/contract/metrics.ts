import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Measured } from './backends.ts'

/** Metrics that a test sets, by name, and a server on loopback that answers with them. */
export class Metrics {
  readonly #values = new Map<string, Measured>()
  readonly #server = createServer((request, response) => {
    const measured = this.of(request.url ?? '')
    response.statusCode = measured?.status ?? (measured ? 200 : 404)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ value: measured?.value ?? 0 }))
  })
  #base = ''

  async start(): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    this.#base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** By URL or path. */
  of(url: string): Measured | undefined {
    return this.#values.get(url.slice(url.lastIndexOf('/') + 1))
  }

  metric(name: string): { url: string; answer(measured: Measured): void } {
    return { url: `${this.#base}/${name}`, answer: measured => void this.#values.set(name, measured) }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>(resolve => this.#server.close(() => resolve()))
  }
}
