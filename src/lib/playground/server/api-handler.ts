import type { LogOptions } from '../../context/kube-client.ts'
import type { Timeline } from '../clock.ts'
import { Faults } from '../faults.ts'
import type { PrometheusApi } from '../prometheus/prometheus-api.ts'
import { methodNotAllowed, pathNotFound, StatusError } from '../store/status-error.ts'
import type { ObjectStore } from '../store/store.ts'
import { type AccessAttributes, type Authorizer, anonymous, authorize, isPublic } from './access.ts'
import { type ApiAnswer, type ApiRequest, isWatch, jsonAnswer, type Target, targetOf, verbOf } from './api-request.ts'
import { parseObject } from './body.ts'
import { discovery, serverVersion } from './discovery.ts'
import { openApi } from './openapi.ts'
import { answerResource } from './resources.ts'
import { answerServiceProxy } from './service-proxy.ts'
import { refusalAnswer } from './watch-answer.ts'

export type LogReader = (
  ref: { namespace: string; name: string },
  options: LogOptions,
  signal?: AbortSignal,
) => AsyncIterable<string>

export interface ApiOptions {
  store: ObjectStore
  timeline: Timeline
  logs: LogReader
  faults?: Faults
  authorizer?: Authorizer
  /** answers behind the Services of a Prometheus */
  prometheus?: PrometheusApi
}

/** The API server without its sockets: a request in, an answer out. */
export class ApiHandler {
  readonly faults: Faults
  readonly #options: ApiOptions
  readonly #authorizer: Authorizer

  constructor(options: ApiOptions) {
    this.#options = options
    this.faults = options.faults ?? new Faults()
    this.#authorizer = options.authorizer ?? (() => true)
  }

  /** Never rejects: what is refused is answered as a Status. */
  async handle(request: ApiRequest): Promise<ApiAnswer> {
    try {
      return await this.#answer(request)
    } catch (error) {
      return refusalAnswer(error)
    }
  }

  async #answer(request: ApiRequest): Promise<ApiAnswer> {
    const { path } = request
    if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) return { status: 200, headers: plain, body: 'ok' }
    if (path === '/version') return jsonAnswer(serverVersion)
    if (request.user.name === anonymous.name && !isPublic(path) && !isResourcePath(path)) throw forbiddenPath(request)
    if (path.startsWith('/openapi/')) return openApi(this.#options.store.catalog, request)
    if (!path.startsWith('/api')) throw pathNotFound()
    if (!isResourcePath(path)) return discovery(this.#options.store.catalog, request)
    const review = reviewOf(path)
    if (review) return this.#review(review, request)
    return this.#answerTarget(targetOf(this.#options.store, path), request)
  }

  async #answerTarget(target: Target, request: ApiRequest): Promise<ApiAnswer> {
    const { resource, namespace, name, subresource } = target
    const verb = verbOf(request, target)
    const isProxy = resource.resource === 'services' && /^proxy(\/|$)/.test(subresource ?? '')
    const attributes = {
      verb,
      group: resource.group,
      resource: resource.resource,
      ...(subresource ? { subresource: isProxy ? 'proxy' : subresource } : {}),
      ...(namespace ? { namespace } : {}),
      ...(name ? { name } : {}),
    }
    authorize(this.#authorizer, request.user, resource, attributes)
    await this.faults.beforeRequest(faultVerb(verb, request, subresource), request.path)
    if (subresource === 'log') return this.#log(target, request)
    if (isProxy) return answerServiceProxy(this.#options.store, this.#options.prometheus, target, request)
    return answerResource(this.#options, target, request)
  }

  async #log({ namespace = 'default', name = '' }: Target, request: ApiRequest): Promise<ApiAnswer> {
    if (request.method !== 'GET') throw methodNotAllowed()
    const lines = this.#options.logs({ namespace, name }, logOptions(request.query), request.signal)
    const reader = lines[Symbol.asyncIterator]()
    const isFollowed = isTrue(request.query.get('follow'))
    // A refusal shows when the first line is asked for; a log that is followed may have none for long.
    const first = isFollowed ? undefined : await reader.next()
    async function* text(): AsyncIterable<string> {
      for (let result = first ?? (await reader.next()); !result.done; result = await reader.next())
        yield `${result.value}\n`
    }
    if (isFollowed) await this.#checkLog({ namespace, name }, request)
    return { status: 200, headers: plain, stream: text() }
  }

  /** Asks for the same log without following, only to be refused in time. */
  async #checkLog(ref: { namespace: string; name: string }, request: ApiRequest): Promise<void> {
    const options = { ...logOptions(request.query), follow: false }
    for await (const _ of this.#options.logs(ref, options, request.signal)) return
  }

  async #review(kind: string, request: ApiRequest): Promise<ApiAnswer> {
    if (request.method !== 'POST') throw methodNotAllowed()
    if (request.user.name === anonymous.name) throw forbiddenPath(request)
    const review = (await parseObject(request)) as unknown as Review
    if (kind === 'selfsubjectreviews') {
      const { name, groups } = request.user
      return jsonAnswer({ ...review, status: { userInfo: { username: name, groups } } }, 201)
    }
    const allowed = this.#isAllowed(request, review.spec?.resourceAttributes)
    return jsonAnswer({ ...review, status: { allowed, ...(allowed ? {} : { reason: '' }) } }, 201)
  }

  #isAllowed({ user }: ApiRequest, attributes: Partial<AccessAttributes> | undefined): boolean {
    if (!attributes) return true
    const { verb = '', group = '', resource = '', ...rest } = attributes
    return this.#authorizer(user, { verb, group, resource, ...rest })
  }
}

interface Review {
  spec?: { resourceAttributes?: Partial<AccessAttributes> }
}

const plain = { 'content-type': 'text/plain' }

/** Beneath a version: a collection, an object, a subresource; everything above is discovery. */
const isResourcePath = (path: string) => /^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)\/./.test(path)

function reviewOf(path: string): string | undefined {
  return /^\/apis\/(?:authorization|authentication)\.k8s\.io\/v1\/(selfsubject(?:access)?reviews)$/.exec(path)?.[1]
}

function forbiddenPath({ user, method, path }: ApiRequest): StatusError {
  const message = `forbidden: User "${user.name}" cannot ${method.toLowerCase()} path "${path}"`
  return new StatusError(403, 'Forbidden', message, {})
}

function faultVerb(verb: string, { method, query }: ApiRequest, subresource: string | undefined): string {
  if (subresource === 'log') return 'LOG'
  if (method !== 'GET') return method
  return verb === 'list' ? 'LIST' : isWatch(query) && verb === 'watch' ? 'WATCH' : 'GET'
}

const isTrue = (value: string | null) => value === 'true' || value === '1'

function logOptions(query: URLSearchParams): LogOptions {
  const number = (key: string) => (query.has(key) ? Number(query.get(key)) : undefined)
  const container = query.get('container')
  const sinceTime = query.get('sinceTime')
  const sinceSeconds = number('sinceSeconds')
  const tailLines = number('tailLines')
  return {
    ...(container ? { container } : {}),
    ...(sinceTime ? { sinceTime } : {}),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    ...(tailLines === undefined ? {} : { tailLines }),
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
  }
}
