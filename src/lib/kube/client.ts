import type { Readable } from 'node:stream'
import type {
  DeleteOptions,
  KubeClient,
  ListOptions,
  ListPage,
  LogOptions,
  ObjectRef,
  PatchRequest,
  RawRequest,
  RawResponse,
  ResourceType,
  Selection,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { Failure } from '../values/failure.ts'
import { formatGoDuration } from '../values/go-duration.ts'
import { safeText } from '../values/safe-text.ts'
import type { Credentials } from './auth/credentials.ts'
import type { Connection } from './config/connection.ts'
import { connectionFlags } from './connection-flags.ts'
import type { ConnectionOptions } from './connection-options.ts'
import type { HttpRequest, HttpResponse, Transport } from './http/transport.ts'
import { readLines } from './line-reader.ts'
import { ListReader } from './list-reader.ts'
import { collectionPath, objectPath, type Query, selectionQuery, withQuery } from './resource-path.ts'
import { pods } from './resource-types.ts'
import { type Asked, type Asker, parseStatus, statusFailure } from './status-failure.ts'
import { watchEvents } from './watch-stream.ts'

interface Parts {
  connection: Connection
  transport: Transport
  options: ConnectionOptions
  credentials: Pick<Credentials, 'describe'>
}

/** The Kubernetes API over HTTPS. */
export class HttpKubeClient implements KubeClient {
  readonly namespace: string
  readonly namespaceIsExplicit: boolean
  readonly contextName: string
  readonly connectionFlags: readonly string[]
  private readonly transport: Transport
  private readonly asker: Asker
  private readonly fieldManager: string
  private readonly requestTimeout: string | undefined
  private readonly parts: Parts
  private cleanUpClient: HttpKubeClient | undefined

  constructor(parts: Parts) {
    const { connection, transport, options, credentials } = parts
    this.parts = parts
    this.namespace = connection.namespace
    this.namespaceIsExplicit = connection.namespaceIsExplicit
    this.contextName = connection.contextName
    this.connectionFlags = connectionFlags(options)
    this.transport = transport
    this.asker = {
      contextName: connection.contextName,
      configFlag: connection.configFlag,
      credential: () => credentials.describe(),
      flags: this.connectionFlags.map(each => ` ${each}`).join(''),
    }
    this.fieldManager = options.fieldManager || 'kubectl-canary'
    this.requestTimeout = connection.requestTimeoutMs > 0 ? formatGoDuration(connection.requestTimeoutMs) : undefined
  }

  async get<T extends KubeObject>(type: ResourceType, ref: ObjectRef): Promise<T> {
    const asked = this.asked('get', type, ref)
    const path = objectPath(type, this.namespaceOf(ref), ref.name)
    return this.json<T>({ method: 'GET', path: this.timed(path) }, asked)
  }

  async list<T extends KubeObject>(type: ResourceType, options: ListOptions = {}): Promise<ListPage<T>> {
    const batches = this.listBatches<T, T>(type, options, object => object, Number.POSITIVE_INFINITY)
    const { value } = await batches.next()
    return value as ListPage<T>
  }

  /**
   * As `list`, but each object is converted as soon as it has arrived, and dropped. Gives batches of at least `size`
   * while the list is still arriving, and returns the rest of it with what the list says of itself; see pages.ts.
   */
  async *listBatches<T extends KubeObject, R>(
    type: ResourceType,
    options: ListOptions,
    convert: (object: T) => R,
    size: number,
    signal?: AbortSignal,
  ): AsyncGenerator<R[], ListPage<R>, undefined> {
    const namespace = this.namespaceOfSelection(options)
    const path = withQuery(collectionPath(type, namespace), {
      ...selectionQuery(options),
      limit: options.limit || undefined,
      continue: options.continueToken,
      resourceVersion: options.resourceVersion,
      timeout: this.requestTimeout,
    })
    const reader = new ListReader(type, convert)
    const request: HttpRequest = { method: 'GET', path, signal }
    const response = await this.open(request, { verb: 'list', type, namespace })
    for await (const chunk of this.transport.chunks(response.body, request)) {
      reader.push(chunk)
      if (reader.count >= size) yield reader.take()
    }
    return reader.end()
  }

  async *watch<T extends KubeObject>(
    type: ResourceType,
    options: WatchOptions,
    signal?: AbortSignal,
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const namespace = this.namespaceOfSelection(options)
    const path = withQuery(collectionPath(type, namespace), {
      ...selectionQuery(options),
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: options.resourceVersion,
      timeoutSeconds: options.timeoutSeconds,
    })
    const asked = { verb: 'watch', type, namespace }
    const request: HttpRequest = { method: 'GET', path, signal, isStream: true }
    const response = await this.open(request, asked)
    options.onOpen?.()
    yield* watchEvents<T>(this.linesOf(response.body, request), asked, this.asker)
  }

  async create<T extends KubeObject>(type: ResourceType, object: T, options: WriteOptions = {}): Promise<T> {
    const namespace = object.metadata.namespace ?? this.namespace
    const path = withQuery(collectionPath(type, namespace), this.writeQuery(options))
    const asked = { verb: 'create', type, namespace, name: object.metadata.name || undefined }
    return this.json<T>({ method: 'POST', path, ...jsonBody(object) }, asked)
  }

  async replace<T extends KubeObject>(type: ResourceType, object: T, options: WriteOptions = {}): Promise<T> {
    const asked = this.asked('update', type, object.metadata)
    const path = objectPath(type, this.namespaceOf(object.metadata), object.metadata.name)
    return this.json<T>({ method: 'PUT', path: withQuery(path, this.writeQuery(options)), ...jsonBody(object) }, asked)
  }

  async patch<T extends KubeObject>(
    type: ResourceType,
    ref: ObjectRef,
    patch: PatchRequest,
    options: WriteOptions = {},
  ): Promise<T> {
    const asked = { ...this.asked('patch', type, ref), subresource: patch.subresource }
    const path = objectPath(type, this.namespaceOf(ref), ref.name, patch.subresource)
    const { body } = jsonBody(patch.body)
    const headers = { 'Content-Type': patchTypes[patch.type] }
    return this.json<T>({ method: 'PATCH', path: withQuery(path, this.writeQuery(options)), headers, body }, asked)
  }

  async delete(type: ResourceType, ref: ObjectRef, options: DeleteOptions = {}): Promise<void> {
    const path = objectPath(type, this.namespaceOf(ref), ref.name)
    const { propagationPolicy, preconditions, dryRun } = options
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy,
      preconditions,
      dryRun: dryRun ? ['All'] : undefined,
    }
    await this.text({ method: 'DELETE', path: this.timed(path), ...jsonBody(body) }, this.asked('delete', type, ref))
  }

  async *logs(ref: ObjectRef, options: LogOptions, signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
    const path = withQuery(objectPath(pods, this.namespaceOf(ref), ref.name, 'log'), { ...options })
    const asked = { ...this.asked('get', pods, ref), subresource: 'log' }
    const request: HttpRequest = { method: 'GET', path, signal, isStream: true, headers: { Accept: '*/*' } }
    const response = await this.open(request, asked)
    yield* this.linesOf(response.body, request)
  }

  async raw(request: RawRequest): Promise<RawResponse> {
    const { method = 'GET', path, headers, body, signal } = request
    const sent = { method, path, headers, body, signal }
    const answer = await this.transport.sendForText(sent)
    if (answer.status >= 400 && !(request.isProxied && parseStatus(answer.text) === undefined))
      throw statusFailure(answer, { verb: method.toLowerCase(), path }, this.asker)
    return { status: answer.status, headers: answer.headers, body: answer.text }
  }

  /** With `--warnings-as-errors`: how many different warnings the server sent, as the error that it makes of them. */
  warningsFailure(): Failure | undefined {
    return this.parts.options.warningsAsErrors ? this.transport.warnings.failure() : undefined
  }

  forCleanUp(): HttpKubeClient {
    this.cleanUpClient ??= new HttpKubeClient({
      ...this.parts,
      transport: this.transport.withSignal(new AbortController().signal),
    })
    return this.cleanUpClient
  }

  close(): void {
    this.cleanUpClient?.close()
    this.transport.close()
  }

  private async json<T>(request: HttpRequest, asked: Asked): Promise<T> {
    const { text } = await this.text(request, asked)
    try {
      return JSON.parse(text) as T
    } catch (error) {
      throw notJson(text, error)
    }
  }

  private async text(
    request: HttpRequest,
    asked: Asked,
  ): Promise<{ status: number; headers: HttpResponse['headers']; text: string }> {
    const answer = await this.transport.sendForText(request)
    if (answer.status >= 400) throw statusFailure(answer, asked, this.asker)
    return answer
  }

  /** An answer whose body is still to come. */
  private async open(request: HttpRequest, asked: Asked): Promise<HttpResponse> {
    const response = await this.transport.send(request)
    if (response.status < 400) return response
    const text = await this.transport.readText(response.body, request)
    throw statusFailure({ ...response, text }, asked, this.asker)
  }

  private async *linesOf(body: Readable, request: HttpRequest): AsyncGenerator<string, void, undefined> {
    try {
      yield* readLines(body)
    } catch (error) {
      throw this.transport.failure(error, request)
    } finally {
      body.destroy()
    }
  }

  private asked(verb: string, type: ResourceType, ref: ObjectRef): Asked {
    return { verb, type, name: ref.name, namespace: type.namespaced ? this.namespaceOf(ref) : undefined }
  }

  private namespaceOf(ref: { namespace?: string }): string {
    return ref.namespace || this.namespace
  }

  private namespaceOfSelection(selection: Selection): string | undefined {
    return selection.allNamespaces ? undefined : selection.namespace || this.namespace
  }

  /** client-go sends its request timeout along, so that the server gives up too (rest.Request.URL). */
  private timed(path: string): string {
    return withQuery(path, { timeout: this.requestTimeout })
  }

  private writeQuery(options: WriteOptions): Query {
    return {
      dryRun: options.dryRun ? 'All' : undefined,
      fieldManager: options.fieldManager ?? this.fieldManager,
      timeout: this.requestTimeout,
    }
  }
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
}

function jsonBody(value: unknown): { headers: Record<string, string>; body: string } {
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }
}

function notJson(text: string, cause: unknown): Failure {
  return new Failure('error', `the server answered something that is not JSON: ${safeText(text.slice(0, 200))}`, {
    reason: 'NotJson',
    hints: ['a proxy or a login page on the way to the API server often looks like this'],
    cause,
  })
}
