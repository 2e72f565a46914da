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
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { pods } from '../kube/resource-types.ts'
import { type Asked, failureOfStatus } from '../kube/status-failure.ts'
import { Faults } from './faults.ts'
import { copy } from './store/json.ts'
import { apiVersionOf } from './store/resource-catalog.ts'
import { pathNotFound, StatusError } from './store/status-error.ts'
import type { ObjectStore, Write } from './store/store.ts'
import type { StoreEvent } from './store/watch-history.ts'

export interface MemoryClientOptions {
  /** namespace of calls that name none; default `default` */
  namespace?: string
  namespaceIsExplicit?: boolean
  contextName?: string
  connectionFlags?: readonly string[]
  /** aborts what is under way */
  signal?: AbortSignal
  /** answers `raw`; without it raw requests are 404 */
  handle?: (request: RawRequest) => Promise<RawResponse>
  /** lines of a container's log; without it a log is empty */
  logs?: (ref: { namespace: string; name: string }, options: LogOptions, signal?: AbortSignal) => AsyncIterable<string>
  faults?: Faults
  /** where requests are recorded; default a list of its own */
  requests?: RecordedRequest[]
}

/** What was asked of the server, as it would have travelled. */
export interface RecordedRequest {
  method: 'GET' | 'LIST' | 'WATCH' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'LOG' | 'RAW'
  /** path without query, `/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/web/status` */
  path: string
  body?: unknown
  options?: unknown
}

/** A client that works directly on a store, without a server in between. Everything it returns may be changed freely. */
export class MemoryClient implements KubeClient {
  readonly namespace: string
  readonly namespaceIsExplicit: boolean
  readonly contextName: string
  readonly connectionFlags: readonly string[]
  readonly store: ObjectStore
  readonly faults: Faults
  /** every request so far; tests may empty it */
  readonly requests: RecordedRequest[]
  readonly #options: MemoryClientOptions

  constructor(store: ObjectStore, options: MemoryClientOptions = {}) {
    this.store = store
    this.#options = options
    this.faults = options.faults ?? new Faults()
    this.requests = options.requests ?? []
    this.namespace = options.namespace ?? 'default'
    this.namespaceIsExplicit = options.namespaceIsExplicit ?? false
    this.contextName = options.contextName ?? ''
    this.connectionFlags = options.connectionFlags ?? []
  }

  /** The same client as a command with other flags has it: same store, faults and record of requests. */
  withFlags(flags: Pick<MemoryClientOptions, 'namespace' | 'namespaceIsExplicit' | 'connectionFlags'>): MemoryClient {
    return new MemoryClient(this.store, { ...this.#options, faults: this.faults, requests: this.requests, ...flags })
  }

  get<T extends KubeObject>(type: ResourceType, ref: ObjectRef): Promise<T> {
    return this.#ask({ method: 'GET', path: this.#path(type, ref) }, this.#asked('get', type, ref), () =>
      this.store.get<T>(type, this.#full(type, ref)),
    )
  }

  list<T extends KubeObject>(type: ResourceType, options: ListOptions = {}): Promise<ListPage<T>> {
    const selection = this.#selection(options)
    const { namespace = '' } = selection
    return this.#ask(
      { method: 'LIST', path: this.#listPath(type, selection), options },
      { verb: 'list', type, namespace },
      () => this.store.list<T>(type, selection),
    )
  }

  async *watch<T extends KubeObject>(
    type: ResourceType,
    options: WatchOptions,
    signal = this.#options.signal,
  ): AsyncIterable<WatchEvent<T>> {
    const selection = this.#selection(options)
    const queue: (StoreEvent | 'end')[] = []
    let wake = () => {}
    const push = (event: StoreEvent | 'end') => {
      queue.push(event)
      wake()
    }
    const asked: Asked = { verb: 'watch', type, ...(selection.namespace ? { namespace: selection.namespace } : {}) }
    const stop = await this.#ask({ method: 'WATCH', path: this.#listPath(type, selection), options }, asked, () =>
      this.store.watch(type, selection, { next: push, end: () => push('end') }),
    )
    options.onOpen?.()
    const onAbort = () => wake()
    signal?.addEventListener('abort', onAbort)
    try {
      for (;;) {
        signal?.throwIfAborted()
        const event = queue.shift()
        if (event === 'end') return
        if (event) yield this.#watchEvent<T>(event, asked)
        else await new Promise<void>(resolve => (wake = resolve))
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
      stop()
    }
  }

  create<T extends KubeObject>(type: ResourceType, object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace = this.namespace } = object.metadata
    const body = type.namespaced ? { ...object, metadata: { ...object.metadata, namespace } } : object
    const path = this.#listPath(type, { namespace })
    return this.#ask(
      { method: 'POST', path, body: copy(object), options },
      this.#asked('create', type, body.metadata),
      () => this.store.create(type, body, writeOf(options)),
    )
  }

  replace<T extends KubeObject>(type: ResourceType, object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace = this.namespace } = object.metadata
    const body = type.namespaced ? { ...object, metadata: { ...object.metadata, namespace } } : object
    return this.#ask(
      { method: 'PUT', path: this.#path(type, body.metadata), body: copy(object), options },
      this.#asked('update', type, body.metadata),
      () => this.store.update(type, body, writeOf(options)),
    )
  }

  patch<T extends KubeObject>(
    type: ResourceType,
    ref: ObjectRef,
    patch: PatchRequest,
    options: WriteOptions = {},
  ): Promise<T> {
    const path = this.#path(type, ref, patch.subresource)
    const asked = {
      ...this.#asked('patch', type, ref),
      ...(patch.subresource ? { subresource: patch.subresource } : {}),
    }
    const request = {
      method: 'PATCH' as const,
      path,
      body: copy(patch.body),
      options: { ...options, type: patch.type },
    }
    return this.#ask(request, asked, () => this.store.patch<T>(type, this.#full(type, ref), patch, writeOf(options)))
  }

  async delete(type: ResourceType, ref: ObjectRef, options: DeleteOptions = {}): Promise<void> {
    await this.#ask({ method: 'DELETE', path: this.#path(type, ref), options }, this.#asked('delete', type, ref), () =>
      this.store.delete(type, this.#full(type, ref), options),
    )
  }

  async *logs(ref: ObjectRef, options: LogOptions, signal = this.#options.signal): AsyncIterable<string> {
    const { namespace = this.namespace, name } = ref
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`
    const asked = { ...this.#asked('get', pods, { namespace, name }), subresource: 'log' }
    await this.#ask({ method: 'LOG', path, options }, asked, () => undefined)
    try {
      yield* this.#options.logs?.({ namespace, name }, options, signal) ?? []
    } catch (error) {
      throw this.#failure(error, asked)
    }
  }

  async raw(request: RawRequest): Promise<RawResponse> {
    const { handle } = this.#options
    const method = request.method ?? 'GET'
    const asked = { verb: method.toLowerCase(), path: request.path }
    return this.#ask({ method: 'RAW', path: `${method} ${request.path}`, body: request.body }, asked, async () => {
      if (!handle) throw pathNotFound()
      return handle(request)
    })
  }

  forCleanUp(): MemoryClient {
    const { signal: _, ...options } = this.#options
    return new MemoryClient(this.store, { ...options, faults: this.faults, requests: this.requests })
  }

  close(): void {}

  async #ask<T>(request: RecordedRequest, asked: Asked, answer: () => T | Promise<T>): Promise<T> {
    this.#options.signal?.throwIfAborted()
    this.requests.push(request)
    try {
      await this.faults.beforeRequest(request.method, request.path)
      return copy(await answer())
    } catch (error) {
      throw this.#failure(error, asked)
    }
  }

  /** Refusals worded as those of a server are. */
  #failure(error: unknown, asked: Asked): unknown {
    if (!(error instanceof StatusError)) return error
    const flags = this.connectionFlags.map(flag => ` ${flag}`).join('')
    const { contextName } = this
    return failureOfStatus(error.status, error.status.code, asked, {
      contextName,
      credential: () => '',
      configFlag: '',
      flags,
    })
  }

  #asked(verb: string, type: ResourceType, ref: ObjectRef): Asked {
    return { verb, type, name: ref.name, ...(type.namespaced ? { namespace: ref.namespace ?? this.namespace } : {}) }
  }

  #watchEvent<T extends KubeObject>(event: StoreEvent, asked: Asked): WatchEvent<T> {
    if (event.type === 'ERROR') throw failureOfStatus(event.object, event.object.code, asked, nobody)
    if (event.type === 'BOOKMARK')
      return { type: 'BOOKMARK', resourceVersion: event.object.metadata.resourceVersion ?? '' }
    return { type: event.type, object: copy(event.object) as T }
  }

  #full(type: ResourceType, ref: ObjectRef): ObjectRef {
    return type.namespaced ? { ...ref, namespace: ref.namespace ?? this.namespace } : { name: ref.name }
  }

  #selection(options: ListOptions): ListOptions {
    return options.allNamespaces ? options : { ...options, namespace: options.namespace ?? this.namespace }
  }

  #listPath(type: ResourceType, { namespace, allNamespaces }: ListOptions): string {
    const root = type.group === '' ? `/api/${type.version}` : `/apis/${apiVersionOf(type)}`
    return type.namespaced && !allNamespaces
      ? `${root}/namespaces/${namespace ?? this.namespace}/${type.resource}`
      : `${root}/${type.resource}`
  }

  #path(type: ResourceType, { namespace = this.namespace, name }: ObjectRef, subresource?: string): string {
    return `${this.#listPath(type, { namespace })}/${name}${subresource ? `/${subresource}` : ''}`
  }
}

const writeOf = ({ dryRun = false, fieldManager }: WriteOptions): Write => ({
  dryRun,
  ...(fieldManager ? { manager: fieldManager } : {}),
})

const nobody = { contextName: '', credential: () => '', configFlag: '', flags: '' }
