import type { IncomingMessage } from 'node:http'
import type { Context } from '../../context/context.ts'
import { safeLines, safeText } from '../../values/safe-text.ts'

interface Asked {
  method: string
  path: string
  body?: string
}

type Headers = Record<string, string | string[] | undefined>

const secretHeaders = /^(authorization|cookie|set-cookie|proxy-authorization)$/i
/** Whose bodies hold credentials. */
const secretPaths = /\/(secrets|token)(\/|\?|$)|\/tokenreviews/

/** What `-v` shows of the exchange with the API server: 6 requests, 7 headers, 8 bodies (1 kB), 9 (10 kB), 10 all. */
export class RequestLog {
  private readonly context: Context
  private readonly verbosity: number

  constructor(context: Context, verbosity: number) {
    this.context = context
    this.verbosity = verbosity
  }

  get showsBodies(): boolean {
    return this.verbosity >= 8
  }

  asked(request: Asked, server: URL, headers: Headers): void {
    if (this.verbosity < 7) return
    this.write(`${request.method} ${url(request, server)}`)
    this.write('Request Headers:')
    this.headers(headers)
    if (request.body !== undefined) this.text('Request Body', request.body, request.path)
  }

  answered(request: Asked, server: URL, incoming: IncomingMessage, ms: number): void {
    if (this.verbosity < 6) return
    const status = `${incoming.statusCode} ${safeText(incoming.statusMessage ?? '')}`.trim()
    if (this.verbosity === 6) this.write(`${request.method} ${url(request, server)} ${status} in ${ms} milliseconds`)
    else this.write(`Response Status: ${status} in ${ms} milliseconds`)
    if (this.verbosity >= 8) {
      this.write('Response Headers:')
      this.headers(incoming.headers)
    }
  }

  failed(request: Asked, server: URL, error: unknown, ms: number): void {
    if (this.verbosity < 6) return
    const why = error instanceof Error ? safeText(error.message || error.name) : 'unknown error'
    this.write(`${request.method} ${url(request, server)} failed in ${ms} milliseconds: ${why}`)
  }

  body(text: string, path: string): void {
    this.text('Response Body', text, path)
  }

  private text(title: string, text: string, path: string): void {
    if (!this.showsBodies) return
    const limit = this.verbosity === 8 ? 1024 : this.verbosity === 9 ? 10_240 : Number.POSITIVE_INFINITY
    if (secretPaths.test(path)) this.write(`${title}: <masked, ${text.length} characters>`)
    else if (text.length <= limit) this.write(`${title}: ${safeLines(text)}`)
    else this.write(`${title}: ${safeLines(text.slice(0, limit))} [truncated ${text.length - limit} chars]`)
  }

  private headers(headers: Headers): void {
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) continue
      const shown = secretHeaders.test(name) ? masked(name, String(value)) : safeText([value].flat().join(', '))
      this.write(`    ${name}: ${shown}`)
    }
  }

  private write(line: string): void {
    this.context.stderr.write(`${line}\n`)
  }
}

/** The scheme may be seen, the rest not. */
function masked(name: string, value: string): string {
  const scheme = /^authorization$/i.test(name) ? /^(Bearer|Basic) /i.exec(value)?.[1] : undefined
  return scheme ? `${scheme} <masked>` : '<masked>'
}

function url(request: Asked, server: URL): string {
  return `${server.origin}${server.pathname.replace(/\/+$/, '')}${request.path}`
}
