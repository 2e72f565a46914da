import type { KubeObject } from '../../context/kube-object.ts'
import type { ServedResource } from './resource-catalog.ts'
import { StatusError } from './status-error.ts'

/** One change of one object, with what it was before, so that a selection can tell who entered and who left. */
export interface Change {
  resource: ServedResource
  revision: number
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: KubeObject
  before: KubeObject | undefined
}

export type StoreEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }
  | { type: 'BOOKMARK'; object: KubeObject }
  | { type: 'ERROR'; object: StatusError['status'] }

/** Called for every event until the watch is stopped; `end` when the server closes it. */
export interface Watcher {
  next(event: StoreEvent): void
  end(): void
}

interface Entry {
  resource: ServedResource
  matches: (object: KubeObject) => boolean
  watcher: Watcher
}

/** What has happened lately, as etcd keeps it: changes older than the window are compacted away. */
export class WatchHistory {
  #changes: Change[] = []
  #compacted = 0
  readonly #watchers = new Set<Entry>()
  readonly #windowSize: number

  constructor(windowSize: number) {
    this.#windowSize = windowSize
  }

  /** Nothing before this revision is known any more. */
  get compactedRevision(): number {
    return this.#compacted
  }

  record(change: Change): void {
    this.#changes.push(change)
    const surplus = this.#changes.length - this.#windowSize
    if (surplus > 0) this.compact(this.#changes[surplus - 1]?.revision ?? 0)
    for (const entry of [...this.#watchers]) deliver(entry, change)
  }

  /** Forgets everything up to and including this revision: watches and pages from before it are answered with 410. */
  compact(revision: number): void {
    this.#compacted = Math.max(this.#compacted, revision)
    this.#changes = this.#changes.filter(each => each.revision > revision)
  }

  /** All changes after `fromRevision`, then each as it happens. A revision that was compacted ends in an ERROR event. */
  watch(
    resource: ServedResource,
    fromRevision: number,
    matches: (object: KubeObject) => boolean,
    watcher: Watcher,
  ): () => void {
    if (fromRevision < this.#compacted) {
      const message = `too old resource version: ${fromRevision} (${this.#compacted})`
      watcher.next({ type: 'ERROR', object: new StatusError(410, 'Expired', message).status })
      watcher.end()
      return () => {}
    }
    const entry = { resource, matches, watcher }
    this.#watchers.add(entry)
    for (const change of this.#changes) if (change.revision > fromRevision) deliver(entry, change)
    return () => this.#watchers.delete(entry)
  }

  /** Number of watches that are open. */
  get watches(): number {
    return this.#watchers.size
  }

  /** Tells every watch the current revision, as the API server does about once a minute. */
  bookmark(revision: number): void {
    for (const { resource, watcher } of [...this.#watchers])
      watcher.next({ type: 'BOOKMARK', object: bookmarkOf(resource, revision) })
  }

  /** Ends every watch, as a server does that goes away. */
  drop(): void {
    for (const entry of [...this.#watchers]) {
      this.#watchers.delete(entry)
      entry.watcher.end()
    }
  }
}

function deliver({ resource, matches, watcher }: Entry, change: Change): void {
  if (change.resource.group !== resource.group || change.resource.resource !== resource.resource) return
  const was = change.type !== 'ADDED' && change.before !== undefined && matches(change.before)
  const is = change.type !== 'DELETED' && matches(change.object)
  if (is) watcher.next({ type: was ? 'MODIFIED' : 'ADDED', object: change.object })
  else if (was) watcher.next({ type: 'DELETED', object: change.object })
}

export function bookmarkOf({ group, version, kind }: ServedResource, revision: number): KubeObject {
  return {
    kind,
    apiVersion: group === '' ? version : `${group}/${version}`,
    metadata: { resourceVersion: String(revision), creationTimestamp: null } as unknown as KubeObject['metadata'],
  }
}
