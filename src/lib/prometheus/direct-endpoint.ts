import { posix } from 'node:path'
import type { Context } from '../context/context.ts'
import type { HttpRequest } from '../context/http-client.ts'
import { type GoUrl, goUrlText } from '../http/go-url.ts'
import { HttpFailure, requestSubject } from '../http/http-failure.ts'
import type { SignableRequest } from '../http/sign-v4.ts'
import { Failure } from '../values/failure.ts'
import type { Endpoint, EndpointAnswer, EndpointRequest } from './endpoint.ts'

export interface DirectOptions extends Pick<HttpRequest, 'insecure' | 'caFile'> {
  url: GoUrl
  headers?: Readonly<Record<string, string>>
  /** What a request has to carry so that this origin, and no other, knows who asks. */
  authorize?: Authorize
}

export type Authorize = (
  request: SignableRequest,
  limits: Pick<HttpRequest, 'timeoutMs' | 'signal'>,
) => Promise<Readonly<Record<string, string>>>

/** A Prometheus that is reached by its address (client_golang api.NewClient). */
export class DirectEndpoint implements Endpoint {
  readonly address: string
  private readonly options: DirectOptions
  private readonly context: Pick<Context, 'http' | 'clock'>

  constructor(options: DirectOptions, context: Pick<Context, 'http' | 'clock'>) {
    this.address = goUrlText(options.url)
    this.options = options
    this.context = context
  }

  async send({ method, path, form, timeoutMs, signal }: EndpointRequest): Promise<EndpointAnswer> {
    const { clock } = this.context
    const { insecure, caFile, authorize } = this.options
    const startMs = clock.now()
    const leftMs = () => (timeoutMs === undefined ? undefined : timeoutMs - (clock.now() - startMs))
    const request = this.requestTo(method, path, form)
    const headers = authorize
      ? { ...request.headers, ...(await this.authorized(authorize, request, { timeoutMs: leftMs(), signal })) }
      : request.headers
    const limits = { timeoutMs: leftMs(), signal, insecure, caFile }
    const answer = await (await this.context.http()).send({ ...request, headers, ...limits, isRepeatable: true })
    return {
      status: answer.status,
      body: answer.body,
      ...(isElsewhere(answer.url, request.url) ? { redirectedTo: answer.url } : {}),
    }
  }

  /** client_golang: a query in the base address stays there and goes into the arguments too. */
  private requestTo(method: 'GET' | 'POST', path: string, form: string) {
    const base = this.options.url
    const merged = mergeForms(base.query ?? '', form)
    const url: GoUrl = { ...base, path: posix.join('/', base.path, path), fragment: undefined }
    const headers = this.options.headers ?? {}
    const withPassword = (each: GoUrl) =>
      goUrlText({ ...each, userInfo: undefined }).replace('//', () => userInfoOf(each))
    if (method === 'GET') return { method, url: withPassword({ ...url, query: merged || undefined }), headers }
    return {
      method,
      url: withPassword(url),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: merged,
    }
  }

  private async authorized(
    authorize: Authorize,
    request: SignableRequest,
    limits: Pick<HttpRequest, 'timeoutMs' | 'signal'>,
  ): Promise<Readonly<Record<string, string>>> {
    try {
      return await authorize(request, limits)
    } catch (error) {
      if (!(error instanceof Failure) || limits.signal?.aborted) throw error
      // net/http: what a round tripper of the client refuses is an error of the request
      const { reason, hints, message } = error
      const isTimeout = error instanceof HttpFailure && error.isTimeout
      const subject = requestSubject(request.method ?? 'GET', this.shown(request.url))
      throw new HttpFailure(subject, message, { reason, hints, isTimeout, cause: error })
    }
  }

  private shown(url: string): string {
    const { userInfo } = this.options.url
    return userInfo === undefined ? url : url.replace(`//${userInfo}@`, () => `//${userInfo.replace(/:.*$/s, ':***')}@`)
  }
}

const userInfoOf = ({ userInfo }: GoUrl) => (userInfo === undefined ? '//' : `//${userInfo}@`)

/** Ordered by name, as Go's url.Values; the arguments win. */
function mergeForms(base: string, form: string): string {
  if (base === '') return form
  const nameOf = (pair: string) => pair.split('=')[0] ?? ''
  const given = form.split('&').filter(pair => pair !== '')
  const names = new Set(given.map(nameOf))
  const kept = base.split('&').filter(pair => pair !== '' && !names.has(nameOf(pair)))
  return [...kept, ...given].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)).join('&')
}

/** Only where the answer is from counts, not how the address was written. */
function isElsewhere(answered: string, asked: string): boolean {
  if (!URL.canParse(answered) || !URL.canParse(asked)) return false
  const [one, other] = [new URL(answered), new URL(asked)]
  return one.host !== other.host || one.protocol !== other.protocol || one.pathname !== other.pathname
}
