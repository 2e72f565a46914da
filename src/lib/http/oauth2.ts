import { STATUS_CODES } from 'node:http'
import type { Context } from '../context/context.ts'
import type { HttpClient, HttpRequest, HttpResponse } from '../context/http-client.ts'
import { goQuote } from '../expr/go/quote.ts'
import { jsonProblem } from './go-json-problem.ts'
import { basicAuthorization } from './headers.ts'
import { HttpFailure } from './http-failure.ts'

/** What a metric says for the client credentials flow (golang.org/x/oauth2/clientcredentials Config). */
export interface ClientCredentials {
  tokenUrl: string
  clientId: string
  clientSecret: string
  scopes?: readonly string[]
}

export interface OAuthToken {
  /** `Bearer abc` */
  authorization: string
  /** ms since 1970; Infinity when the server does not say */
  expiresAtMs: number
}

type Style = 'header' | 'body'
type Trust = Pick<HttpRequest, 'insecure' | 'caFile' | 'timeoutMs' | 'signal'>

/** A token is not used in the last seconds before it expires (x/oauth2 defaultExpiryDelta). */
const expiryMarginMs = 10_000
const maxBytes = 1024 * 1024

/**
 * Tokens of the OAuth2 client credentials flow, each kept until it expires. Client id and secret go into the header
 * first and into the form if that fails, as golang.org/x/oauth2 finds out what a server takes; what works is remembered.
 */
export class OAuthTokens {
  private readonly http: () => Promise<HttpClient>
  private readonly clock: Context['clock']
  private readonly tokens = new Map<string, OAuthToken>()
  private readonly styles = new Map<string, Style>()

  constructor(context: Pick<Context, 'clock' | 'http'>) {
    this.http = context.http
    this.clock = context.clock
  }

  /** @throws HttpFailure in the words of golang.org/x/oauth2: `oauth2: cannot fetch token: 401 Unauthorized...` */
  async token(credentials: ClientCredentials, trust: Trust = {}): Promise<OAuthToken> {
    const key = JSON.stringify([credentials, trust.insecure, trust.caFile])
    const known = this.tokens.get(key)
    if (known && known.expiresAtMs - expiryMarginMs > this.clock.now()) return known
    const token = await this.obtain(credentials, trust)
    this.tokens.set(key, token)
    return token
  }

  private async obtain(credentials: ClientCredentials, trust: Trust): Promise<OAuthToken> {
    const { tokenUrl } = credentials
    const known = this.styles.get(tokenUrl)
    if (known) return this.ask(credentials, known, trust)
    let style: Style = 'header'
    let token: OAuthToken
    try {
      token = await this.ask(credentials, style, trust)
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error
      style = 'body'
      token = await this.ask(credentials, style, trust)
    }
    this.styles.set(tokenUrl, style)
    return token
  }

  private async ask({ tokenUrl, clientId, clientSecret, scopes }: ClientCredentials, style: Style, trust: Trust) {
    // in the order of Go's url.Values, which sorts by name
    const form = [
      ...(style === 'body' ? [['client_id', clientId] as const, ['client_secret', clientSecret] as const] : []),
      ['grant_type', 'client_credentials'] as const,
      ...(scopes?.length ? [['scope', scopes.join(' ')] as const] : []),
    ]
    const basic = basicAuthorization(queryEscape(clientId), queryEscape(clientSecret))
    const answer = await (await this.http()).send({
      method: 'POST',
      url: tokenUrl,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...(style === 'header' ? { Authorization: basic } : {}),
      },
      body: form.map(([name, value]) => `${name}=${queryEscape(value)}`).join('&'),
      maxBytes,
      staysOnOrigin: true,
      ...trust,
    })
    return readToken(answer, this.clock.now())
  }
}

/** net/url QueryEscape */
const queryEscape = (text: string) =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+')

interface TokenAnswer {
  access_token?: unknown
  token_type?: unknown
  expires_in?: unknown
  error?: unknown
  error_description?: unknown
  error_uri?: unknown
}

/** x/oauth2 internal/token.go doTokenRoundTrip. */
function readToken(answer: HttpResponse, nowMs: number): OAuthToken {
  const { status, body } = answer
  const isFailure = status < 200 || status > 299
  const media = String(answer.headers['content-type'] ?? '')
    .split(';')[0]
    ?.trim()
    .toLowerCase()
  const isForm = media === 'application/x-www-form-urlencoded' || media === 'text/plain'
  const read = isForm ? fromForm(body) : fromJson(body)
  if ('problem' in read) throw isFailure ? refused(answer) : oauthFailure(`cannot parse json: ${read.problem}`)
  const { token } = read
  const code = text(token.error)
  if (code !== '') {
    const more = [text(token.error_description), text(token.error_uri)].filter(each => each !== '')
    throw oauthFailure([code, ...more].map(goQuote).join(' '))
  }
  if (isFailure) throw refused(answer)
  const accessToken = text(token.access_token)
  if (accessToken === '') throw oauthFailure('server response missing access_token')
  const seconds = Math.min(Number(token.expires_in) || 0, 2 ** 31 - 1)
  return {
    authorization: `${typeOf(text(token.token_type))} ${accessToken}`,
    expiresAtMs: seconds === 0 ? Number.POSITIVE_INFINITY : nowMs + seconds * 1000,
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

const fromForm = (body: string): { token: TokenAnswer } => ({ token: Object.fromEntries(new URLSearchParams(body)) })

function fromJson(body: string): { token: TokenAnswer } | { problem: string } {
  const problem = jsonProblem(body)
  if (problem !== undefined) return { problem }
  const token: unknown = JSON.parse(body)
  if (token === null) return { token: {} }
  if (typeof token === 'object' && !Array.isArray(token)) return { token }
  return {
    problem: `json: cannot unmarshal ${Array.isArray(token) ? 'array' : typeof token} into Go value of type internal.tokenJSON`,
  }
}

/** x/oauth2 Token.Type: the scheme in its usual spelling. */
function typeOf(type: string): string {
  const known = ['Bearer', 'MAC', 'Basic'].find(each => each.toLowerCase() === type.toLowerCase())
  return known ?? (type || 'Bearer')
}

function refused({ status, statusText, body }: HttpResponse): HttpFailure {
  const line = statusText ?? `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  return oauthFailure(`cannot fetch token: ${line}\nResponse: ${body}`)
}

const oauthFailure = (why: string) =>
  new HttpFailure(undefined, `oauth2: ${why}`, {
    reason: 'OAuth2Failed',
    hints: ['check tokenUrl, clientId, clientSecret and scopes of the metric'],
  })
