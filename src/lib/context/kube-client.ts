import type { KubeObject } from './kube-object.ts'

/** Names a kind of object and where it lives in the API: `{group: 'argoproj.io', version: 'v1alpha1', resource: 'rollouts', ...}`. */
export interface ResourceType {
  /** empty for the core group */
  group: string
  version: string
  /** plural, lower case */
  resource: string
  kind: string
  namespaced: boolean
}

export interface ObjectRef {
  /** absent: the client's default namespace (ignored for cluster-scoped types) */
  namespace?: string
  name: string
}

/** Which objects; `allNamespaces` wins over `namespace`, absent `namespace` is the client's default. */
export interface Selection {
  namespace?: string
  allNamespaces?: boolean
  labelSelector?: string
  fieldSelector?: string
}

export interface ListOptions extends Selection {
  /** objects per page; 0 or absent: no paging */
  limit?: number
  continueToken?: string
  resourceVersion?: string
}

export interface ListPage<T> {
  items: T[]
  resourceVersion: string
  continueToken?: string
  remainingItemCount?: number
}

export interface WatchOptions extends Selection {
  resourceVersion: string
  /** the server closes the watch after this many seconds */
  timeoutSeconds?: number
  /** called when the server has accepted the watch, which may be long before its first event */
  onOpen?(): void
}

export type WatchEvent<T> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }
  | { type: 'BOOKMARK'; resourceVersion: string }

export interface PatchRequest {
  type: 'merge' | 'json' | 'strategic'
  body: unknown
  subresource?: 'status' | 'scale'
}

export interface WriteOptions {
  /** `dryRun=All`: the server validates and answers, and stores nothing */
  dryRun?: boolean
  /** default `kubectl-canary` */
  fieldManager?: string
}

export interface DeleteOptions extends WriteOptions {
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'
  preconditions?: { uid?: string; resourceVersion?: string }
}

export interface LogOptions {
  container?: string
  follow?: boolean
  previous?: boolean
  sinceSeconds?: number
  /** RFC 3339 */
  sinceTime?: string
  tailLines?: number
  timestamps?: boolean
}

export interface RawRequest {
  method?: string
  /** absolute path on the server with its query, e.g. `/apis/argoproj.io/v1alpha1` */
  path: string
  headers?: Record<string, string>
  body?: string
  /** What is asked is behind the API server (services/proxy): its errors are answers, and only the API server's own reject. */
  isProxied?: boolean
  signal?: AbortSignal
}

export interface RawResponse {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/**
 * What the domain may ask of a Kubernetes API server. Implemented over HTTPS by kube/, and never by a domain folder.
 * Every method rejects with a Failure worded as kubectl words it (`reason` is the Status reason, `NotFound`, `Conflict`,
 * `Forbidden`, `Expired` for 410, ...), and with the signal's reason when the context's signal aborts.
 */
export interface KubeClient {
  /** namespace of the flag, context or service account, else `default` */
  readonly namespace: string
  /** whether the user named a namespace by flag */
  readonly namespaceIsExplicit: boolean
  /** kubeconfig context in use; empty in a cluster or when there is none */
  readonly contextName: string
  /** `--context X`/`--kubeconfig F` as given, for commands that we suggest; empty when none were given */
  readonly connectionFlags: readonly string[]
  get<T extends KubeObject>(type: ResourceType, ref: ObjectRef): Promise<T>
  list<T extends KubeObject>(type: ResourceType, options?: ListOptions): Promise<ListPage<T>>
  /** Raw watch from a resourceVersion; ends when the server ends it. Use kube/reflector.ts unless you know why not. */
  watch<T extends KubeObject>(
    type: ResourceType,
    options: WatchOptions,
    signal?: AbortSignal,
  ): AsyncIterable<WatchEvent<T>>
  create<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T>
  replace<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T>
  patch<T extends KubeObject>(
    type: ResourceType,
    ref: ObjectRef,
    patch: PatchRequest,
    options?: WriteOptions,
  ): Promise<T>
  delete(type: ResourceType, ref: ObjectRef, options?: DeleteOptions): Promise<void>
  /** Lines of a container's log without their line ends. */
  logs(ref: ObjectRef, options: LogOptions, signal?: AbortSignal): AsyncIterable<string>
  /** Any other request on the same connection; rejects on transport errors and on status >= 400. */
  raw(request: RawRequest): Promise<RawResponse>
  /** With --warnings-as-errors: the failure that the server's warnings so far make, if there were any. */
  warningsFailure?(): Error | undefined
  /** A client of the same server that Ctrl-C does not end, to take back what was begun; it has five seconds then. */
  forCleanUp(): KubeClient
  /** Ends idle connections so that the process can exit. */
  close(): void
}
