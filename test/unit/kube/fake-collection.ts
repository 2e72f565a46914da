import type {
  KubeClient,
  ListOptions,
  ListPage,
  WatchEvent,
  WatchOptions,
} from '../../../src/lib/context/kube-client.ts'
import type { KubeObject } from '../../../src/lib/context/kube-object.ts'
import { Failure } from '../../../src/lib/values/failure.ts'

export interface Thing extends KubeObject {
  data: number
}

type StoredEvent = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: Thing; version: number }
interface OpenWatch {
  send(event: WatchEvent<Thing>): void
  fail(error: Failure): void
  end(): void
  isStalled: boolean
  isOpen: boolean
}

const expired = () => new Failure('error', 'too old resource version', { reason: 'Expired' })
export const refused = () => new Failure('error', 'the connection was refused', { reason: 'ConnectionRefused' })
export const lost = () => new Failure('error', 'the connection was lost', { reason: 'ConnectionLost' })

/**
 * One collection with a history, and everything that can go wrong with it at the test's will. It follows the rules of
 * the real one: a list is of one moment over all its pages, a watch gives what came after its resourceVersion, and both
 * are refused with 410 when that is no longer known.
 */
export class FakeCollection {
  readonly objects = new Map<string, Thing>()
  /** every event that any client could have seen, in order */
  readonly history: StoredEvent[] = []
  version = 100
  /** what came before is forgotten */
  compactedTo = 0
  listsLeftToFail: Failure[] = []
  watchesLeftToFail: Failure[] = []
  lists = 0
  watches = 0
  /** called when a list has been answered, with its number from 1 */
  afterList: (list: number) => void = () => {}
  open: OpenWatch[] = []
  readonly watchOptions: WatchOptions[] = []
  private uids = 0
  private readonly snapshots = new Map<string, { items: Thing[]; version: number }>()

  write(name: string, data: number): void {
    const before = this.objects.get(name)
    const uid = before?.metadata.uid ?? `uid-${this.uids++}`
    this.version += 1
    const object: Thing = { metadata: { name, namespace: 'ns', uid, resourceVersion: String(this.version) }, data }
    this.objects.set(name, object)
    this.record({ type: before ? 'MODIFIED' : 'ADDED', object, version: this.version })
  }

  remove(name: string): void {
    const before = this.objects.get(name)
    if (!before) return
    this.version += 1
    this.objects.delete(name)
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(this.version) } }
    this.record({ type: 'DELETED', object, version: this.version })
  }

  private record(event: StoredEvent): void {
    this.history.push(event)
    for (const watch of this.open) watch.send({ type: event.type, object: event.object })
  }

  bookmark(): void {
    for (const watch of this.open) watch.send({ type: 'BOOKMARK', resourceVersion: String(this.version) })
  }

  drop(error: Failure = lost()): void {
    for (const watch of this.open) watch.fail(error)
    this.open = []
  }

  endWatches(): void {
    for (const watch of this.open) watch.end()
    this.open = []
  }

  /** Open watches give nothing from now on, and do not end either. */
  stall(): void {
    for (const watch of this.open) watch.isStalled = true
  }

  compact(): void {
    this.compactedTo = this.version
    this.snapshots.clear()
  }

  /** 410 as an event inside the stream. */
  expireWatches(): void {
    this.compact()
    this.drop(expired())
  }

  client(): KubeClient {
    const partial: Partial<KubeClient> = {
      namespace: 'ns',
      list: async <T extends KubeObject>(_: unknown, options: ListOptions = {}) =>
        this.list(options) as unknown as ListPage<T>,
      watch: <T extends KubeObject>(_: unknown, options: WatchOptions, signal?: AbortSignal) =>
        this.watch(options, signal) as unknown as AsyncIterable<WatchEvent<T>>,
    }
    return partial as KubeClient
  }

  private list(options: ListOptions): ListPage<Thing> {
    this.lists += 1
    const failure = this.listsLeftToFail.shift()
    if (failure) throw failure
    const page = this.page(options)
    this.afterList(this.lists)
    return page
  }

  private page(options: ListOptions): ListPage<Thing> {
    const [id, from] = (options.continueToken ?? '').split('@')
    const snapshot = id ? this.snapshots.get(id) : { items: [...this.objects.values()], version: this.version }
    if (!snapshot) throw expired()
    const start = Number(from ?? 0)
    const end = options.limit ? start + options.limit : snapshot.items.length
    const token = id || `list-${this.lists}`
    this.snapshots.set(token, snapshot)
    return {
      items: snapshot.items.slice(start, end),
      resourceVersion: String(snapshot.version),
      continueToken: end < snapshot.items.length ? `${token}@${end}` : undefined,
    }
  }

  private async *watch(options: WatchOptions, signal?: AbortSignal): AsyncGenerator<WatchEvent<Thing>> {
    this.watches += 1
    this.watchOptions.push(options)
    const failure = this.watchesLeftToFail.shift()
    if (failure) throw failure
    const since = Number(options.resourceVersion)
    if (since < this.compactedTo) throw expired()
    options.onOpen?.()
    const queue: (WatchEvent<Thing> | Failure | 'end')[] = this.history
      .filter(event => event.version > since)
      .map(({ type, object }) => ({ type, object }))
    let wake = () => {}
    const push = (item: WatchEvent<Thing> | Failure | 'end') => {
      if (watch.isStalled) return
      queue.push(item)
      wake()
    }
    const watch: OpenWatch = { send: push, fail: push, end: () => push('end'), isStalled: false, isOpen: true }
    this.open.push(watch)
    const onAbort = () => wake()
    signal?.addEventListener('abort', onAbort)
    try {
      for (;;) {
        if (signal?.aborted) throw signal.reason
        const item = queue.shift()
        if (item === undefined) {
          await new Promise<void>(resolve => {
            wake = resolve
          })
        } else if (item === 'end') return
        else if (item instanceof Failure) throw item
        else yield item
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.open = this.open.filter(each => each !== watch)
    }
  }
}
